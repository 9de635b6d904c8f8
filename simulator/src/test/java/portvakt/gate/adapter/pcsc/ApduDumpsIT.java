package portvakt.gate.adapter.pcsc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import javax.smartcardio.Card;
import javax.smartcardio.CardException;
import javax.smartcardio.CardTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import portvakt.gate.access.CardRead;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;
import portvakt.sim.device.PcscDaemon;
import portvakt.sim.device.SimulatedIssuer;
import portvakt.sim.device.SiteCardIssuer;
import portvakt.sim.device.VirtualCard;
import portvakt.sim.device.VpcdSlot;

/**
 * The dumps that the gate's own tests play back are what simulated cards really say through the real PC/SC daemon: recorded here anew, whole, with
 * all numbers drawn from one seed. A dump that differs is written to {@code target/apdu}, to be looked at and put in the other's place.
 */
@Timeout(300)
class ApduDumpsIT {

    private static final Path KEPT = Path.of("..", "gate-firmware", "src", "test", "resources", "apdu");
    private static final long SEED = 7;
    private static final Uid UID = new Uid("04a1b2c3d4e5f6");
    private static final CardNumber NUMBER = new CardNumber("4388261");
    private static final LocalDate EXPIRES_ON = LocalDate.of(2027, 3, 31);
    private static final CardRead.Holder HOLDER =
            new CardRead.Holder("Åse Brekke Sørli", "Fjellmur Entreprenør AS", "999888777");

    @TempDir
    private Path directory;

    private PcscDaemon daemon;
    private VpcdSlot slot;

    @BeforeEach
    void prepare() throws Exception {
        daemon = PcscDaemon.reserve(directory, "Portvakt PICC", Duration.ofMinutes(4));
        slot = new VpcdSlot(daemon.slotPort());
        daemon.start();
    }

    @AfterEach
    void clearAway() throws IOException {
        if (daemon != null) {
            slot.close();
            daemon.close();
        }
    }

    @Test
    void aClassicCard() throws Exception {
        SimulatedIssuer issuer = new SimulatedIssuer(new SplittableRandom(SEED));
        CardProbe probe =
                CardProbe.of(Optional.of(issuer.layout(directory.resolve("keys"))), Pattern.compile("[0-9]{7}"));

        assertThat(recorded("virtual-classic", probe, issuer.card(UID, NUMBER, EXPIRES_ON, HOLDER)))
                .isInstanceOf(CardRead.ChipData.class);
    }

    @ParameterizedTest
    @EnumSource(DesfireLayout.Authentication.class)
    void aSitesOwnCard(DesfireLayout.Authentication authentication) throws Exception {
        SiteCardIssuer issuer =
                new SiteCardIssuer(authentication, DesfireLayout.Communication.MAC, new SplittableRandom(SEED));
        DesfireLayout layout = issuer.layout(directory.resolve("keys"));
        CardProbe probe = new CardProbe(
                Optional.of(DesfireProbe.of(layout, new SplittableRandom(SEED))),
                Optional.empty(),
                Pattern.compile("[0-9]{7}"));

        assertThat(recorded(
                        "virtual-desfire-" + authentication.name().toLowerCase(Locale.ROOT),
                        probe,
                        issuer.card(UID, NUMBER, EXPIRES_ON, HOLDER)))
                .isInstanceOf(CardRead.AuthenticatedChip.class);
    }

    private CardRead recorded(String name, CardProbe probe, VirtualCard card) throws Exception {
        slot.insert(card);
        CardTerminal terminal = SunPcsc.opened().readers().getFirst();
        assertThat(terminal.waitForCardPresent(10_000)).isTrue();
        Card connected = terminal.connect("*");
        byte[] atr = connected.getATR().getBytes();
        List<String> lines = new ArrayList<>(List.of(
                "# Recorded by ApduDumpsIT from a simulated card through pcscd and vpcd; seed " + SEED,
                "! " + ApduText.whole(atr)));
        CardRead read = probe.read(
                command -> {
                    byte[] answer = transmitted(connected, command);
                    lines.add("> " + (isLoadKey(command) ? ApduText.maskedCommand(command) : ApduText.whole(command)));
                    lines.add("< " + ApduText.whole(answer));
                    return answer;
                },
                CardKind.of(atr),
                ReaderProfile.STANDARD.keyPlace());
        connected.disconnect(false);
        Path fresh = Path.of("target", "apdu", name + ".apdu");
        Files.createDirectories(fresh.getParent());
        Files.write(fresh, lines);
        assertThat(lines)
                .as("%s differs from the dump that is kept", fresh)
                .isEqualTo(Files.readAllLines(KEPT.resolve(name + ".apdu")));
        return read;
    }

    /** No key is kept, not even of a card that does not exist. */
    private static boolean isLoadKey(byte[] command) {
        return command[0] == (byte) 0xff && command[1] == (byte) 0x82;
    }

    private static byte[] transmitted(Card card, byte[] command) throws CardGoneException {
        try {
            ByteBuffer answer = ByteBuffer.allocate(258);
            int length = card.getBasicChannel().transmit(ByteBuffer.wrap(command), answer);
            return Arrays.copyOf(answer.array(), length);
        } catch (CardException e) {
            throw new CardGoneException("recording failed", e);
        }
    }
}
