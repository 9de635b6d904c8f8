package portvakt.sim.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import portvakt.gate.access.CardRead;
import portvakt.gate.adapter.pcsc.DesfireLayout.Authentication;
import portvakt.gate.adapter.pcsc.DesfireLayout.Communication;
import portvakt.gate.adapter.pcsc.PcscReader;
import portvakt.gate.adapter.pcsc.PcscReaderConfig;
import portvakt.gate.port.ReaderSignal;
import portvakt.protocol.CardNumber;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Uid;

/** A site's own DESFire cards prove themselves to the gate through a real PC/SC daemon, and nothing else passes for one. */
@Timeout(180)
class SiteCardIT {

    private static final Duration WAIT_MAX = Duration.ofSeconds(20);
    private static final LocalDate EXPIRES_ON = LocalDate.of(2027, 3, 31);
    private static final CardNumber NUMBER = new CardNumber("4388261");
    private static final CardRead.Holder HOLDER =
            new CardRead.Holder("Åse Brekke Sørli", "Fjellmur Entreprenør AS", "999888777");
    private static final Uid UID = new Uid("04a1b2c3d4e5f6");
    private static final CardRead GENUINE =
            new CardRead.AuthenticatedChip(NUMBER, UID, Optional.of(EXPIRES_ON), Optional.of(HOLDER));
    private static final CardRead NOT_AUTHENTIC = new CardRead.Unreadable(DenialReason.CARD_NOT_AUTHENTIC);

    private final SplittableRandom random = new SplittableRandom(20261128);
    private final List<ReaderSignal> signals = new CopyOnWriteArrayList<>();

    @TempDir
    private Path directory;

    private PcscDaemon daemon;
    private VpcdSlot slot;
    private PcscReader reader;

    @BeforeEach
    void prepare() throws Exception {
        daemon = PcscDaemon.reserve(directory, "Portvakt PICC", Duration.ofMinutes(2));
        slot = new VpcdSlot(daemon.slotPort());
        daemon.start();
    }

    @AfterEach
    void clearAway() throws IOException {
        if (reader != null) {
            reader.close();
        }
        slot.close();
        daemon.close();
    }

    @ParameterizedTest
    @CsvSource({"AES, MAC", "AES, FULL", "EV2, MAC", "EV2, FULL"})
    void aGenuineCardProvesItself(Authentication authentication, Communication communication) throws Exception {
        SiteCardIssuer issuer = started(authentication, communication);

        slot.insert(issuer.card(UID, NUMBER, EXPIRES_ON, HOLDER));

        assertThat(presented(1).read()).isEqualTo(GENUINE);
        System.out.printf(
                "%s, %s: %d APDUs, %.1f ms%n",
                authentication,
                communication,
                slot.commandsAnswered(),
                presented(1).readNs() / 1e6);
    }

    @ParameterizedTest
    @EnumSource(Authentication.class)
    void aCardThatDrawsItsUidTellsTheTrueOneUnderAKey(Authentication authentication) throws Exception {
        SiteCardIssuer issuer = started(authentication, Communication.MAC);

        slot.insert(issuer.cardDrawingUids(UID, NUMBER, EXPIRES_ON, HOLDER));

        assertThat(presented(1).read()).isEqualTo(GENUINE);
    }

    @ParameterizedTest
    @EnumSource(Authentication.class)
    void aCardWithAnotherKeyIsNotAuthentic(Authentication authentication) throws Exception {
        started(authentication, Communication.MAC);
        SiteCardIssuer other = new SiteCardIssuer(authentication, Communication.MAC, random);

        slot.insert(other.card(UID, NUMBER, EXPIRES_ON, HOLDER));

        assertThat(presented(1).read()).isEqualTo(NOT_AUTHENTIC);
    }

    /** The key fits the chip that it was made for alone. */
    @ParameterizedTest
    @EnumSource(Authentication.class)
    void aCopyUnderAnotherUidIsNotAuthentic(Authentication authentication) throws Exception {
        SiteCardIssuer issuer = started(authentication, Communication.MAC);
        DesfireCard original = issuer.card(UID, NUMBER, EXPIRES_ON, HOLDER);
        byte[] otherUid = new Uid("04ffffffffffff").bytes();

        slot.insert(
                altered(original, (command, answer) -> isGetUid(command) ? Sw.answer(otherUid, Sw.SUCCESS) : answer));

        assertThat(presented(1).read()).isEqualTo(NOT_AUTHENTIC);
    }

    @ParameterizedTest
    @EnumSource(Authentication.class)
    void recordedAnswersAreNotAuthenticTheNextTime(Authentication authentication) throws Exception {
        SiteCardIssuer issuer = started(authentication, Communication.MAC);
        List<byte[]> recorded = new ArrayList<>();
        slot.insert(altered(issuer.card(UID, NUMBER, EXPIRES_ON, HOLDER), (command, answer) -> {
            recorded.add(answer);
            return answer;
        }));
        assertThat(presented(1).read()).isEqualTo(GENUINE);
        slot.pullOut();
        List<byte[]> played = new ArrayList<>(recorded);

        slot.insert(altered(new MuteCard(), (command, answer) -> played.removeFirst()));

        assertThat(presented(2).read()).isEqualTo(NOT_AUTHENTIC);
    }

    @ParameterizedTest
    @CsvSource({"AES, MAC", "AES, FULL", "EV2, MAC", "EV2, FULL"})
    void anAnswerChangedOnItsWayIsNotAuthentic(Authentication authentication, Communication communication)
            throws Exception {
        SiteCardIssuer issuer = started(authentication, communication);

        // The last frame of the file: its first byte is data, which the seal behind it covers.
        slot.insert(altered(issuer.card(UID, NUMBER, EXPIRES_ON, HOLDER), (command, answer) -> {
            if (command[1] == (byte) 0xaf && command.length == 5) {
                answer[0] ^= 1;
            }
            return answer;
        }));

        assertThat(presented(1).read()).isEqualTo(NOT_AUTHENTIC);
    }

    /** Both authentication steps: the number that the card sends, and what it gives back. */
    @ParameterizedTest
    @CsvSource({"AES, 2", "AES, 3", "EV2, 2", "EV2, 3"})
    void aCardTornOffWhileItProvesItselfIsUnreadableAndReadTheNextTime(Authentication authentication, int answered)
            throws Exception {
        SiteCardIssuer issuer = started(authentication, Communication.MAC);
        DesfireCard card = issuer.card(UID, NUMBER, EXPIRES_ON, HOLDER);

        slot.insertTornOffAfter(answered, card);
        assertThat(presented(1).read()).isEqualTo(new CardRead.Unreadable(DenialReason.CARD_UNREADABLE));
        slot.insert(card);

        assertThat(presented(2).read()).isEqualTo(GENUINE);
    }

    @Test
    void aCardOfAnOlderGenerationIsNotReadInAWeakerWay() throws Exception {
        started(Authentication.EV2, Communication.MAC);
        SplittableRandom same = new SplittableRandom(1);
        SiteCardIssuer older = new SiteCardIssuer(Authentication.AES, Communication.MAC, same);

        slot.insert(older.card(UID, NUMBER, EXPIRES_ON, HOLDER));

        assertThat(presented(1).read()).isEqualTo(NOT_AUTHENTIC);
    }

    @Test
    void cardsOfOthersAreReadAsBefore() throws Exception {
        started(Authentication.EV2, Communication.MAC);

        slot.insert(UidCard.desfire(UID));
        assertThat(presented(1).read()).isEqualTo(new CardRead.UidOnly(UID));
        slot.insert(new SimulatedIssuer(random).card(new Uid("a1b2c3d4"), NUMBER, EXPIRES_ON, HOLDER));
        assertThat(presented(2).read()).isEqualTo(new CardRead.UidOnly(new Uid("a1b2c3d4")));
        assertThat(slot.commandsAnswered())
                .as("a storage card is asked for its UID alone")
                .isEqualTo(1);
    }

    @Test
    void aDumpShowsEveryStepAndNeitherKeyNorHolder() throws Exception {
        SiteCardIssuer issuer = started(Authentication.EV2, Communication.MAC);
        slot.insert(issuer.card(UID, NUMBER, EXPIRES_ON, HOLDER));
        assertThat(presented(1).read()).isEqualTo(GENUINE);
        reader.close();

        List<String> dump = Files.readAllLines(directory.resolve("apdus.txt"));

        assertThat(dump)
                .startsWith(
                        "# Portvakt PICC 00 00: ISO 14443-4 card",
                        "! 3B 81 80 01 80 80",
                        "> FF CA 00 00 00",
                        "< 04 ** ** ** ** ** F6 90 00",
                        "> 90 5A 00 00 03 30 42 F5 00",
                        "< 91 00",
                        "> 90 71 00 00 02 01 00 00",
                        "<" + " **".repeat(16) + " 91 AF",
                        "> 90 AF 00 00 20" + " **".repeat(33),
                        "<" + " **".repeat(32) + " 91 00",
                        "> 90 BD 00 00 0F 01 00 00 00 60 00 00" + " **".repeat(9));
        assertThat(dump).hasSize(14).last().isEqualTo("<" + " **".repeat(45) + " 91 00");
    }

    private SiteCardIssuer started(Authentication authentication, Communication communication) throws Exception {
        SiteCardIssuer issuer = new SiteCardIssuer(authentication, communication, random);
        reader = new PcscReader(
                "card",
                new PcscReaderConfig(null, null, null, Duration.ofMillis(50), Duration.ofMillis(500))
                        .withDesfire(issuer.layout(directory.resolve("keys")))
                        .withApduDump(directory.resolve("apdus.txt")));
        reader.start(signals::add);
        await().atMost(WAIT_MAX).until(() -> signals.stream().anyMatch(ReaderSignal.Ready.class::isInstance));
        return issuer;
    }

    private interface Change {
        byte[] of(byte[] command, byte[] answer);
    }

    /** A card between which and the reader somebody sits. */
    private static VirtualCard altered(VirtualCard card, Change change) {
        return new VirtualCard() {
            @Override
            public byte[] atr() {
                return UidCard.desfire(UID).atr();
            }

            @Override
            public void powerOn() {
                card.powerOn();
            }

            @Override
            public byte[] answer(byte[] command) {
                return change.of(command, card.answer(command));
            }
        };
    }

    private static boolean isGetUid(byte[] command) {
        return command[0] == (byte) 0xff && command[1] == (byte) 0xca;
    }

    private ReaderSignal.Presented presented(int count) {
        await().pollInterval(Duration.ofMillis(5))
                .atMost(WAIT_MAX)
                .untilAsserted(() -> assertThat(presentations())
                        .as("signals so far: %s", signals)
                        .hasSize(count));
        return presentations().get(count - 1);
    }

    private List<ReaderSignal.Presented> presentations() {
        return signals.stream()
                .filter(ReaderSignal.Presented.class::isInstance)
                .map(ReaderSignal.Presented.class::cast)
                .toList();
    }
}
