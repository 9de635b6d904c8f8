package portvakt.sim.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.access.CardRead;
import portvakt.gate.adapter.pcsc.ChipLayout;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;

/** Simulated cards open to their issuer's keys and to no others, and answer as a PC/SC reader does for a real chip. */
class VirtualCardTest {

    private static final String SUCCESS = "9000";
    private static final String FAILED = "6300";
    private static final Uid UID = new Uid("a1b2c3d4");

    private final SplittableRandom random = new SplittableRandom(7);
    private final SimulatedIssuer issuer = new SimulatedIssuer(random);

    @TempDir
    private Path directory;

    @Test
    void tellsItsUidWithoutAKey() {
        assertThat(send(card(), "ffca000000")).isEqualTo("a1b2c3d4" + SUCCESS);
    }

    @Test
    void showsTheAtrOfAClassic1K() {
        byte[] atr = card().atr();

        assertThat(HexFormat.of().formatHex(atr)).isEqualTo("3b8f8001804f0ca000000306030001000000006a");
        // ISO 7816-3 TCK: all bytes but the first, exclusive-or, are zero.
        int check = 0;
        for (int i = 1; i < atr.length; i++) {
            check ^= atr[i];
        }
        assertThat(check).isZero();
    }

    @Test
    void opensASectorToItsKeyAndHoldsWhatWasWritten() throws IOException {
        ClassicChip card = card();

        assertThat(send(card, "ff82000006" + keyOf(1))).isEqualTo(SUCCESS);
        assertThat(send(card, "ff860000050100046000")).isEqualTo(SUCCESS);
        assertThat(send(card, "ffb0000410")).isEqualTo("34333838323631" + "00".repeat(9) + SUCCESS);
        assertThat(send(card, "ffb0000510")).isEqualTo("20270331" + "393939383838373737" + "000000" + SUCCESS);
    }

    @Test
    void opensNothingToAWrongKeyOrKeyType() throws IOException {
        ClassicChip card = card();

        assertThat(send(card, "ff86000005010004 6000")).isEqualTo(FAILED);
        send(card, "ff82000006" + keyOf(2));
        assertThat(send(card, "ff860000050100046000")).isEqualTo(FAILED);
        send(card, "ff82000006" + keyOf(1));
        assertThat(send(card, "ff860000050100046100")).isEqualTo(FAILED);
        assertThat(send(card, "ffb0000410")).isEqualTo("6982");
    }

    @Test
    void closesASectorWhenAnotherIsTriedOrTheFieldGoes() throws IOException {
        ClassicChip card = card();
        send(card, "ff82000006" + keyOf(1));
        send(card, "ff860000050100046000");
        send(card, "ff860000050100086000");
        assertThat(send(card, "ffb0000410")).isEqualTo("6982");

        send(card, "ff860000050100046000");
        card.powerOn();

        assertThat(send(card, "ffb0000410")).isEqualTo("6982");
        assertThat(send(card, "ff860000050100046000")).isEqualTo(FAILED);
    }

    @Test
    void neverGivesAwayItsKeys() throws IOException {
        ClassicChip card = card();
        send(card, "ff82000006" + keyOf(1));
        send(card, "ff860000050100046000");

        assertThat(send(card, "ffb0000710")).isEqualTo("00".repeat(16) + SUCCESS);
    }

    @Test
    void refusesWhatAReaderDoesNotKnow() {
        assertThat(send(card(), "ffca010000")).isEqualTo("6a81");
        assertThat(send(card(), "00a4040000")).isEqualTo("6a81");
        assertThat(send(card(), "ffb0000400")).isEqualTo("6a81");
        assertThat(send(card(), "ff")).isEqualTo("6a81");
        assertThat(send(card(), "ff82000206112233445566")).isEqualTo(FAILED);
    }

    @Test
    void cutsLongNamesBetweenCharacters() throws IOException {
        ClassicChip card = issuer.card(
                UID,
                new CardNumber("4388261"),
                LocalDate.of(2027, 3, 31),
                new CardRead.Holder("x" + "å".repeat(20), "", ""));
        send(card, "ff82000006" + keyOf(2));
        send(card, "ff860000050100086000");

        assertThat(send(card, "ffb0000910")).isEqualTo("a5" + "c3a5".repeat(7) + "00" + SUCCESS);
    }

    @Test
    void desfireTellsItsUidAndOpensToNothing() {
        UidCard card = UidCard.desfire(new Uid("04a1b2c3d4e5f6"));

        assertThat(send(card, "ffca000000")).isEqualTo("04a1b2c3d4e5f6" + SUCCESS);
        assertThat(send(card, "ff860000050100046000")).isEqualTo(FAILED);
    }

    @Test
    void aPhoneDrawsItsUidEachTimeTheFieldComes() {
        AtomicInteger drawn = new AtomicInteger();
        UidCard phone = UidCard.drawingUids(() -> new Uid("08%06x".formatted(drawn.incrementAndGet())));

        String first = send(phone, "ffca000000");
        assertThat(send(phone, "ffca000000")).isEqualTo(first);
        phone.powerOn();

        assertThat(send(phone, "ffca000000")).isNotEqualTo(first);
    }

    @Test
    void writesKeysForTheirOwnerAlone() throws IOException {
        ChipLayout layout = issuer.layout(directory);

        assertThat(layout.keys()).hasSize(3);
        for (ChipLayout.SectorKey key : layout.keys()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(key.keyFile()))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void saysWhatIsMissingIfNoReaderListens() throws IOException {
        int closedPort;
        try (ServerSocket socket = new ServerSocket(0)) {
            closedPort = socket.getLocalPort();
        }
        try (VpcdSlot slot = new VpcdSlot(closedPort)) {
            assertThatThrownBy(() -> slot.insert(card()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("" + closedPort)
                    .hasMessageContaining("pcscd");
        }
    }

    @Test
    void oneOwnerAMachine() throws IOException {
        String name = "portvakt-test-" + directory.getFileName();
        try (MachineLock held = MachineLock.take(name, Duration.ZERO)) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> MachineLock.take(name, Duration.ofMillis(1)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another simulation");
        }
        MachineLock.take(name, Duration.ZERO).close();
    }

    private ClassicChip card() {
        return issuer.card(
                UID,
                new CardNumber("4388261"),
                LocalDate.of(2027, 3, 31),
                new CardRead.Holder("Åse Brekke Sørli", "Fjellmur Entreprenør AS", "999888777"));
    }

    /** The key as the gate gets it: from the file. */
    private String keyOf(int sector) throws IOException {
        ChipLayout layout = issuer.layout(directory);
        ChipLayout.SectorKey key = layout.keys().stream()
                .filter(candidate -> candidate.sector() == sector)
                .findFirst()
                .orElseThrow();
        return Files.readString(Path.of(key.keyFile())).strip();
    }

    private static String send(VirtualCard card, String command) {
        return HexFormat.of().formatHex(card.answer(HexFormat.of().parseHex(command.replace(" ", ""))));
    }
}
