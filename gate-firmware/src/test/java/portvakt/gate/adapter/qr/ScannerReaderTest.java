package portvakt.gate.adapter.qr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.gate.access.CardRead;
import portvakt.gate.port.ReaderSignal;
import portvakt.protocol.CardNumber;
import portvakt.protocol.DenialReason;
import portvakt.protocol.config.ConfigFile;

/** A scanner's texts become reads over a real terminal, and the reader lives through its being unplugged. */
@Timeout(60)
class ScannerReaderTest {

    private static final CardRead CARD = new CardRead.UnsignedCode(new CardNumber("4388261"));

    private final List<ReaderSignal> signals = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    private ScannerReader reader;

    @AfterEach
    void clearAway() {
        if (reader != null) {
            reader.close();
        }
    }

    /** A name that stays, as /dev/serial/by-id gives it. */
    private Path plugged(PtyPair pty) throws IOException {
        Path link = folder.resolve("scanner");
        Files.deleteIfExists(link);
        return Files.createSymbolicLink(link, pty.terminal());
    }

    private void start(ScannerConfig config) {
        reader = new ScannerReader(config);
        reader.start(signals::add);
    }

    private static ScannerConfig quick(Path device) {
        return new ScannerConfig(
                null, device, null, null, Duration.ofMillis(200), Duration.ofMillis(20), Duration.ofMillis(50), null);
    }

    @Test
    void linesOfASerialScannerAreReads() throws Exception {
        try (PtyPair pty = new PtyPair()) {
            start(quick(plugged(pty)));
            awaitReady(1);

            pty.send("43");
            pty.send("88261\r\n");
            await().until(() -> reads().size() == 1);
            pty.send("https://example.no/hello\r\n");
            await().until(() -> reads().size() == 2);
            pty.send("PV1:ABC\r\n");
            await().until(() -> reads().size() == 3);

            assertThat(reads())
                    .containsExactly(
                            CARD,
                            new CardRead.Unreadable(DenialReason.CODE_UNRECOGNISED),
                            new CardRead.Unreadable(DenialReason.PASS_MALFORMED));
        }
    }

    /** A terminal that is not raw would hold lines back, turn CR into LF, and take ^C and ^S for itself. */
    @Test
    void theTerminalIsRaw() throws Exception {
        try (PtyPair pty = new PtyPair()) {
            start(quick(plugged(pty)));
            awaitReady(1);

            pty.send(new byte[] {3, 0x13, 4, '\r'});
            await().until(() -> reads().size() == 1);
            pty.send("4388261\r");

            await().until(() -> reads().size() == 2);
            assertThat(reads()).containsExactly(new CardRead.Unreadable(DenialReason.CODE_UNRECOGNISED), CARD);
        }
    }

    @Test
    void aScannerThatRepeatsIsOnePresentationUntilItPauses() throws Exception {
        try (PtyPair pty = new PtyPair()) {
            start(ScannerConfig.of(plugged(pty)));
            awaitReady(1);

            pty.send("4388261\r".repeat(20) + "4388262\r");

            await().until(() -> reads().size() == 2);
            assertThat(reads()).containsExactly(CARD, new CardRead.UnsignedCode(new CardNumber("4388262")));
        }
    }

    @Test
    void anUnpluggedScannerIsLostOnceAndComesBack() throws Exception {
        PtyPair first = new PtyPair();
        start(quick(plugged(first)));
        awaitReady(1);

        // The name first, as udev does: the reader would open the dead terminal again in between, and lose it a second
        // time.
        Files.delete(folder.resolve("scanner"));
        first.close();
        await().until(() -> losses().size() == 1);
        try (PtyPair second = new PtyPair()) {
            plugged(second);
            awaitReady(2);
            second.send("4388261\r");
            await().until(() -> reads().size() == 1);

            // Before this one is gone too.
            assertThat(losses().getFirst().detail()).contains("is gone", "plug and cable");
            assertThat(losses()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"nowhere, is not there", "file, is no serial port"})
    void aDeviceThatIsNoneIsToldWithARemedy(String name, String detail) throws Exception {
        Files.createFile(folder.resolve("file"));
        start(quick(folder.resolve(name)));

        await().until(() -> losses().size() == 1);
        assertThat(losses().getFirst().detail()).contains(folder.resolve(name).toString(), detail);
    }

    @Test
    void aKeyboardIsTakenForItselfOrNotAtAll() throws Exception {
        try (PtyPair pty = new PtyPair()) {
            start(new ScannerConfig(null, pty.terminal(), ScannerConfig.Kind.KEYBOARD, null, null, null, null, null));

            // A terminal is no input device, so the kernel refuses to give it away.
            await().until(() -> losses().size() == 1);
            assertThat(losses().getFirst().detail()).contains("cannot be had alone");
        }
    }

    @Test
    void whatAKeyboardScannerTypesIsRead() {
        Queue<byte[]> typed = new ArrayDeque<>();
        byte[] events = KeyStrokesTest.typed(5, 4, 9, 9, 3, 7, 2, 28);
        typed.add(Arrays.copyOf(events, 100));
        typed.add(Arrays.copyOfRange(events, 100, events.length));
        reader = new ScannerReader(
                ScannerConfig.of(Path.of("/dev/input/by-id/usb-scanner-event-kbd")), config -> playing(typed));
        reader.start(signals::add);

        await().until(() -> losses().size() == 1);
        assertThat(reads()).containsExactly(CARD);
    }

    private static ScannerReader.Source playing(Queue<byte[]> pieces) {
        return new ScannerReader.Source() {
            @Override
            public int read(byte[] into, int timeoutMs) throws IOException {
                byte[] piece = pieces.poll();
                if (piece == null) {
                    throw new IOException("unplugged");
                }
                System.arraycopy(piece, 0, into, 0, piece.length);
                return piece.length;
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
    }

    @Test
    void closesWhileItWaits() throws Exception {
        try (PtyPair pty = new PtyPair()) {
            start(quick(plugged(pty)));
            awaitReady(1);
            long beganNs = System.nanoTime();

            reader.close();

            assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isLessThan(Duration.ofSeconds(2));
            pty.send("4388261\r");
            assertThat(reads()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | device",
                "device: ttyACM0 | no whole path",
                "{device: /dev/ttyACM0, baudRate: 12345} | 9600",
                "{device: /dev/input/event3, baudRate: 9600} | kind: SERIAL",
                "{device: /dev/ttyACM0, holdTime: PT0S} | more than zero",
                "{device: /dev/ttyACM0, codePattern: '[0-9]+'} | group named card",
                "{device: /dev/ttyACM0, restartDelayMin: PT10S} | or less"
            })
    void settingsThatCannotWorkAreRefused(String yaml, String remedy) throws Exception {
        Path file = Files.writeString(folder.resolve("scanner.yaml"), yaml);
        assertThatThrownBy(() -> ConfigFile.read(file, ScannerConfig.class))
                .isInstanceOf(ConfigFile.Invalid.class)
                .hasMessageContaining(remedy);
    }

    @Test
    void whatADeviceIsFollowsFromItsPlace() {
        assertThat(ScannerConfig.of(Path.of("/dev/input/event3")).kind()).isEqualTo(ScannerConfig.Kind.KEYBOARD);
        assertThat(ScannerConfig.of(Path.of("/dev/ttyACM0")).kind()).isEqualTo(ScannerConfig.Kind.SERIAL);
        assertThat(ScannerConfig.of(Path.of("/dev/ttyACM0")).baudRate()).isEqualTo(9600);
    }

    private void awaitReady(int count) {
        await().until(() ->
                signals.stream().filter(ReaderSignal.Ready.class::isInstance).count() == count);
    }

    private List<ReaderSignal.Lost> losses() {
        return signals.stream()
                .filter(ReaderSignal.Lost.class::isInstance)
                .map(ReaderSignal.Lost.class::cast)
                .toList();
    }

    private List<CardRead> reads() {
        return signals.stream()
                .filter(ReaderSignal.Presented.class::isInstance)
                .map(signal -> ((ReaderSignal.Presented) signal).read())
                .toList();
    }
}
