package portvakt.sim.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import portvakt.gate.access.CardRead;
import portvakt.gate.adapter.pcsc.PcscReader;
import portvakt.gate.adapter.pcsc.PcscReaderConfig;
import portvakt.gate.port.ReaderSignal;
import portvakt.protocol.CardNumber;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Uid;

/**
 * The gate's reader reads cards through a real PC/SC daemon and a real reader driver, and gets up again whatever becomes of card,
 * reader and daemon.
 */
@Timeout(180)
class PcscReaderIT {

    private static final Duration WAIT_MAX = Duration.ofSeconds(20);
    private static final LocalDate EXPIRES_ON = LocalDate.of(2027, 3, 31);
    private static final CardRead.Holder HOLDER =
            new CardRead.Holder("Åse Brekke Sørli", "Fjellmur Entreprenør AS", "999888777");
    private static final Uid UID = new Uid("04a1b2c3d4e5f6");

    private final SplittableRandom random = new SplittableRandom(20260101);
    private final SimulatedIssuer issuer = new SimulatedIssuer(random);
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
        reader = new PcscReader(
                "card",
                new PcscReaderConfig(
                        "PICC 00 00",
                        Optional.of(issuer.layout(directory.resolve("keys"))),
                        null,
                        Duration.ofMillis(50),
                        Duration.ofMillis(500)));
    }

    @AfterEach
    void clearAway() throws IOException {
        reader.close();
        slot.close();
        daemon.close();
    }

    @Test
    void readsAllFieldsOfAnHseCard() throws IOException {
        startBoth();
        ClassicChip card = card(4_388_261);

        slot.insert(card);

        assertThat(presented(1).read())
                .isEqualTo(new CardRead.ChipData(
                        new CardNumber("4388261"), UID, Optional.of(EXPIRES_ON), Optional.of(HOLDER)));
        System.out.printf(
                "An HSE card took %d APDUs and %.1f ms%n",
                slot.commandsAnswered(), presented(1).readNs() / 1e6);
    }

    @Test
    void readsOnlyTheUidOfAForeignCard() throws IOException {
        startBoth();

        slot.insert(UidCard.desfire(UID));

        assertThat(presented(1).read()).isEqualTo(new CardRead.UidOnly(UID));
    }

    @Test
    void refusesAUidThatIsDrawnAnew() throws IOException {
        startBoth();

        slot.insert(UidCard.drawingUids(() -> new Uid("08%06x".formatted(random.nextInt(1 << 24)))));

        assertThat(presented(1).read()).isEqualTo(new CardRead.Unreadable(DenialReason.UID_RANDOM));
    }

    @Test
    void takesACardWithAnotherIssuersKeysForAForeignOne() throws IOException {
        startBoth();
        ClassicChip foreign = new SimulatedIssuer(random).card(UID, new CardNumber("4388261"), EXPIRES_ON, HOLDER);

        slot.insert(foreign);

        assertThat(presented(1).read()).isEqualTo(new CardRead.UidOnly(UID));
    }

    @Test
    void refusesAChipThatHoldsNoCardNumber() throws IOException {
        startBoth();

        slot.insert(issuer.blank(UID).write(4, 0, "nonsense".getBytes(StandardCharsets.US_ASCII)));

        assertThat(presented(1).read()).isEqualTo(new CardRead.Unreadable(DenialReason.CARD_UNREADABLE));
    }

    @Test
    void refusesAMuteCardAndReadsTheNextOne() throws IOException {
        startBoth();

        slot.insert(new MuteCard());
        assertThat(presented(1).read()).isEqualTo(new CardRead.Unreadable(DenialReason.CARD_UNREADABLE));
        slot.insert(card(4_388_261));

        assertThat(presented(2).read()).isInstanceOf(CardRead.ChipData.class);
        assertThat(signals).noneMatch(ReaderSignal.Lost.class::isInstance);
    }

    @Test
    void saysSoOnceWhenACardIsTornOffAndReadsItTheNextTime() throws IOException {
        startBoth();
        ClassicChip card = card(4_388_261);

        slot.insertTornOffAfter(3, card);
        assertThat(presented(1).read()).isEqualTo(new CardRead.Unreadable(DenialReason.CARD_UNREADABLE));
        slot.insert(card);

        assertThat(presented(2).read()).isInstanceOf(CardRead.ChipData.class);
        assertThat(signals).hasSize(3);
    }

    @Test
    void givesOneSignalForEachOfTwentyCardsInARow() throws IOException {
        startBoth();
        List<String> shown = new ArrayList<>();

        for (int card = 1; card <= 20; card++) {
            shown.add("" + (4_388_000 + card));
            slot.insert(card(4_388_000 + card));
            presented(card);
        }

        assertThat(presentations().stream()
                        .map(signal ->
                                ((CardRead.ChipData) signal.read()).card().digits()))
                .isEqualTo(shown);
    }

    @Test
    void givesOneSignalForACardThatStays() throws IOException {
        startBoth();
        slot.insert(card(4_388_261));
        presented(1);
        int answered = slot.commandsAnswered();

        // Long enough for several of the reader's looks and of the daemon's.
        await().during(Duration.ofSeconds(3))
                .atMost(WAIT_MAX)
                .until(() -> presentations().size() == 1);

        assertThat(slot.commandsAnswered()).isEqualTo(answered);
    }

    @Test
    void comesBackByItselfAfterTheDaemonWasKilled() throws IOException {
        startBoth();
        slot.insert(card(4_388_261));
        presented(1);
        slot.pullOut();

        for (int round = 1; round <= 3; round++) {
            daemon.kill();
            awaitSignals(ReaderSignal.Lost.class, round);
            daemon.start();
            awaitSignals(ReaderSignal.Ready.class, round + 1);
            slot.insert(card(4_388_261 + round));
            assertThat(presented(round + 1).read()).isInstanceOf(CardRead.ChipData.class);
        }

        assertThat(of(ReaderSignal.Lost.class))
                .allSatisfy(lost -> assertThat(lost.detail()).contains("pcscd"));
    }

    @Test
    void waitsForADaemonThatIsNotThereAtTheStart() throws IOException {
        reader.start(signals::add);
        awaitSignals(ReaderSignal.Lost.class, 1);
        assertThat(of(ReaderSignal.Lost.class).getFirst().detail()).contains("systemctl status pcscd");

        daemon.start();
        awaitSignals(ReaderSignal.Ready.class, 1);
        slot.insert(card(4_388_261));

        assertThat(presented(1).read()).isInstanceOf(CardRead.ChipData.class);
    }

    @Test
    void comesBackByItselfAfterTheReaderWasTakenAway() throws IOException {
        startBoth();

        daemon.stop();
        daemon.startWithoutReader();
        awaitSignals(ReaderSignal.Lost.class, 1);
        daemon.stop();
        daemon.start();
        awaitSignals(ReaderSignal.Ready.class, 2);
        slot.insert(card(4_388_261));

        assertThat(presented(1).read()).isInstanceOf(CardRead.ChipData.class);
        assertThat(of(ReaderSignal.Lost.class)).hasSize(1);
    }

    @Test
    void namesTheReadersWhenTheSettingFitsSeveral() throws Exception {
        daemon.start();
        PcscReaderConfig both = new PcscReaderConfig("PICC", null, null, null, null);

        try (PcscReader ambiguous = new PcscReader("card", both)) {
            ambiguous.start(signals::add);
            awaitSignals(ReaderSignal.Lost.class, 1);
        }

        assertThat(of(ReaderSignal.Lost.class).getFirst().detail())
                .contains("Portvakt PICC 00 00", "Portvakt PICC 00 01");
    }

    private void startBoth() throws IOException {
        daemon.start();
        reader.start(signals::add);
        awaitSignals(ReaderSignal.Ready.class, 1);
    }

    private ClassicChip card(int number) {
        return issuer.card(UID, new CardNumber("" + number), EXPIRES_ON, HOLDER);
    }

    private ReaderSignal.Presented presented(int count) {
        awaitSignals(ReaderSignal.Presented.class, count);
        return presentations().get(count - 1);
    }

    private List<ReaderSignal.Presented> presentations() {
        return of(ReaderSignal.Presented.class);
    }

    private <T extends ReaderSignal> void awaitSignals(Class<T> kind, int count) {
        await().pollInterval(Duration.ofMillis(5))
                .atMost(WAIT_MAX)
                .untilAsserted(() ->
                        assertThat(of(kind)).as("signals so far: %s", signals).hasSize(count));
    }

    private <T extends ReaderSignal> List<T> of(Class<T> kind) {
        return signals.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
