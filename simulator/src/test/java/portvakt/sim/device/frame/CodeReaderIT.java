package portvakt.sim.device.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.gate.access.CardRead;
import portvakt.gate.adapter.qr.CodeReader;
import portvakt.gate.adapter.qr.CodeReaderConfig;
import portvakt.gate.adapter.qr.FrameFormat;
import portvakt.gate.port.ReaderSignal;
import portvakt.protocol.CardNumber;
import portvakt.protocol.DenialReason;

/** The gate's camera over real video files and real commands: reads every card once, and lives through whatever a command does. */
class CodeReaderIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration NEVER = Duration.ofMinutes(10);
    private static final String ANNA = "4388261";
    private static final String BJORN = "4388262";
    private static final String CARI = "0000017";

    @TempDir
    static Path folder;

    private static Path lossless;
    private static Path compressed;

    private final List<ReaderSignal> signals = new CopyOnWriteArrayList<>();
    private final List<CodeReader> readers = new ArrayList<>();

    @BeforeAll
    static void encodeVideos() throws IOException, InterruptedException {
        boolean installed = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "ffmpeg")));
        assertThat(installed)
                .as("ffmpeg is missing: install the Debian package ffmpeg")
                .isTrue();
        VideoFile video = new VideoFile(1)
                .pause(5)
                .show(15, ANNA)
                .pause(5)
                .show(15, BJORN)
                .show(15, CARI)
                .pause(5);
        lossless = video.encode(folder.resolve("lossless.mkv"), "ffv1");
        compressed = video.encode(folder.resolve("compressed.mp4"), "libx264");
    }

    @BeforeEach
    void nothingRunsYet() {
        assertThat(children()).isEmpty();
    }

    @AfterEach
    void closeLeavesNoChild() {
        readers.forEach(CodeReader::close);
        int signalsAtClose = signals.size();
        await().atMost(SOON).until(() -> children().isEmpty());
        assertThat(signals).as("no signal after close").hasSize(signalsAtClose);
    }

    @ParameterizedTest
    @CsvSource({
        "lossless, Y4M, gray",
        "lossless, Y4M, yuv420p",
        "lossless, GRAY8, gray",
        "lossless, I420, yuv420p",
        "compressed, Y4M, gray",
        "compressed, I420, yuv420p",
    })
    void everyCardInTheVideoIsPresentedOnceInOrder(String video, FrameFormat format, String pixelFormat) {
        Path file = video.equals("lossless") ? lossless : compressed;
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-nostdin", "-loglevel", "error", "-re"));
        command.addAll(List.of("-i", file.toString(), "-pix_fmt", pixelFormat));
        command.addAll(List.of("-f", format == FrameFormat.Y4M ? "yuv4mpegpipe" : "rawvideo", "-"));
        boolean raw = format != FrameFormat.Y4M;
        start(new CodeReaderConfig(
                "entry",
                command,
                format,
                raw ? VideoFile.WIDTH : null,
                raw ? VideoFile.HEIGHT : null,
                null,
                null,
                null,
                NEVER,
                NEVER,
                15,
                null));
        awaitSignals(ReaderSignal.Lost.class, 1);
        assertThat(signals.getFirst()).isEqualTo(new ReaderSignal.Ready("entry", "frames of 640 by 480 pixels"));
        assertThat(reads()).containsExactly(card(ANNA), card(BJORN), card(CARI));
        assertThat(signals).hasSize(5);
        assertThat(lastDetail()).contains("\"ffmpeg\"", "ended with exit code 0", "run the command by hand");
    }

    @Test
    void twoCardsInOneFrameAreSeveralCardsOnce() throws IOException, InterruptedException {
        Path file = new VideoFile(2).show(30, ANNA, BJORN).encode(folder.resolve("several.mkv"), "ffv1");
        start(config(NEVER, ffmpeg("-re", "-i", file.toString())));
        awaitSignals(ReaderSignal.Lost.class, 1);
        assertThat(reads()).containsExactly(new CardRead.Unreadable(DenialReason.SEVERAL_CARDS));
    }

    @Test
    void aCodeWithoutACardNumberIsUnrecognised() throws IOException, InterruptedException {
        Path file = new VideoFile(3).show(20, "https://example.no/").encode(folder.resolve("link.mkv"), "ffv1");
        start(config(NEVER, ffmpeg("-re", "-i", file.toString())));
        awaitSignals(ReaderSignal.Lost.class, 1);
        assertThat(reads()).containsExactly(new CardRead.Unreadable(DenialReason.CODE_UNRECOGNISED));
    }

    @Test
    void aCommandThatIsKilledIsStartedAgainAndReadsAgain() {
        start(config(Duration.ofMillis(50), ffmpeg("-re", "-stream_loop", "-1", "-i", lossless.toString())));
        awaitSignals(ReaderSignal.Presented.class, 1);
        children().forEach(ProcessHandle::destroyForcibly);
        awaitSignals(ReaderSignal.Lost.class, 1);
        assertThat(lastDetail()).contains("exit code 137");
        int before = reads().size();
        awaitSignals(ReaderSignal.Ready.class, 2);
        awaitSignals(ReaderSignal.Presented.class, before + 1);
        assertThat(children()).hasSize(1);
    }

    @Test
    void aCommandThatIsNotThereIsLostOnceWithItsName() {
        start(config(Duration.ofMillis(10), List.of("/nonexistent/camera", "-x")));
        awaitSignals(ReaderSignal.Lost.class, 1);
        assertThat(lastDetail())
                .contains("cannot be started", "/nonexistent/camera", "No such file or directory", "\"command\"");
    }

    @Test
    void aCommandThatAlwaysFailsIsTriedAgainButLostOnce() {
        Path runs = folder.resolve("runs");
        start(config(
                Duration.ofMillis(10),
                List.of("sh", "-c", "echo x >> " + runs + "; echo no camera found >&2; exit 3")));
        await().atMost(SOON).until(() -> Files.exists(runs) && Files.size(runs) >= 8);
        assertThat(signals).hasSize(1);
        assertThat(lastDetail()).contains("\"sh\"", "exit code 3", "It said last: \"no camera found\"");
    }

    @Test
    void theLastWordsOfFfmpegAreInTheSignal() {
        start(config(NEVER, ffmpeg("-i", "/nonexistent/video.mkv")));
        awaitSignals(ReaderSignal.Lost.class, 1);
        assertThat(lastDetail()).contains("exit code 1", "No such file or directory");
    }

    @Test
    void aCommandThatPrintsNothingIsLostAndKilled() {
        start(silentAfter(Duration.ofMillis(300), List.of("sleep", "600")));
        awaitSignals(ReaderSignal.Lost.class, 1);
        assertThat(lastDetail()).contains("gave no frame for PT0.3S", "no other program uses the camera");
        await().atMost(SOON).until(() -> children().isEmpty());
    }

    @Test
    void aCommandThatStopsHalfwayIsLostAndKilledWithWhatItStarted() throws IOException {
        Path stream = folder.resolve("two-frames.y4m");
        try (Y4mWriter writer = Y4mWriter.i420(Files.newOutputStream(stream), 33, 21, 15)) {
            writer.write(new byte[33 * 21]);
            writer.write(new byte[33 * 21]);
        }
        start(silentAfter(
                Duration.ofMillis(500), List.of("sh", "-c", "(cat " + stream + "; sleep 600) & sleep 600; exit 0")));
        awaitSignals(ReaderSignal.Lost.class, 1);
        assertThat(signals.getFirst()).isEqualTo(new ReaderSignal.Ready("camera", "frames of 33 by 21 pixels"));
        assertThat(lastDetail()).contains("gave no frame for PT0.5S");
        await().atMost(SOON).until(() -> children().isEmpty());
    }

    @Test
    void aParentThatDiesAloneTakesItsChildrenAlong() {
        String loop = String.join(" ", ffmpeg("-re", "-stream_loop", "-1", "-i", lossless.toString()));
        start(config(NEVER, List.of("sh", "-c", loop + " & wait")));
        awaitSignals(ReaderSignal.Presented.class, 1);
        List<ProcessHandle> all = children();
        assertThat(all).hasSize(2);
        ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
        awaitSignals(ReaderSignal.Lost.class, 1);
        await().atMost(SOON).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void whatIsNoVideoIsLostAndKilled() {
        start(config(NEVER, List.of("cat", "/dev/urandom")));
        awaitSignals(ReaderSignal.Lost.class, 1);
        assertThat(lastDetail()).contains("not YUV4MPEG2", "-f yuv4mpegpipe");
        await().atMost(SOON).until(() -> children().isEmpty());
    }

    @Test
    void aVideoThatEndsWithinAFrameSaysSo() {
        start(config(NEVER, List.of("printf", "YUV4MPEG2 W64 H64 Cmono\\nFRAME\\nabc")));
        awaitSignals(ReaderSignal.Lost.class, 1);
        assertThat(lastDetail()).contains("in the middle of a frame", "exit code 0");
    }

    @Test
    void closeEndsACommandThatDoesNotWantToEnd() {
        CodeReader reader = start(config(NEVER, List.of("sh", "-c", "trap '' TERM; while :; do sleep 1; done")));
        await().atMost(SOON).until(() -> children().size() == 2);
        reader.close();
        await().atMost(SOON).until(() -> children().isEmpty());
        assertThat(signals).isEmpty();
    }

    @Test
    void aReaderThatNeverStartedCanBeClosed() {
        new CodeReader(CodeReaderConfig.of(List.of("sleep", "600"))).close();
        assertThat(children()).isEmpty();
    }

    @Test
    void theCommandEndsWhenTheGateDies() throws IOException {
        Process gate = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Gate.class.getName(),
                        lossless.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            await().atMost(SOON).until(() -> gate.descendants().count() == 1);
            ProcessHandle camera = gate.descendants().findFirst().orElseThrow();
            gate.destroyForcibly();
            await().atMost(SOON).until(() -> !camera.isAlive());
        } finally {
            gate.destroyForcibly();
        }
    }

    /** A program with nothing but a camera; it is killed. */
    static final class Gate {
        private Gate() {}

        public static void main(String[] arguments) throws InterruptedException {
            new CodeReader(config(NEVER, ffmpeg("-re", "-stream_loop", "-1", "-i", arguments[0]))).start(signal -> {});
            Thread.currentThread().join();
        }
    }

    private CodeReader start(CodeReaderConfig config) {
        CodeReader reader = new CodeReader(config);
        readers.add(reader);
        reader.start(signals::add);
        return reader;
    }

    private static List<String> ffmpeg(String... input) {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-nostdin", "-loglevel", "error"));
        command.addAll(List.of(input));
        command.addAll(List.of("-pix_fmt", "gray", "-f", "yuv4mpegpipe", "-"));
        return command;
    }

    private static CodeReaderConfig config(Duration restartDelay, List<String> command) {
        return new CodeReaderConfig(
                null, command, null, null, null, null, null, null, restartDelay, restartDelay, 15, null);
    }

    private static CodeReaderConfig silentAfter(Duration frameTimeout, List<String> command) {
        return new CodeReaderConfig(null, command, null, null, null, null, frameTimeout, null, NEVER, NEVER, 15, null);
    }

    private void awaitSignals(Class<? extends ReaderSignal> type, int count) {
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(signals).filteredOn(type::isInstance).hasSizeGreaterThanOrEqualTo(count));
    }

    private List<CardRead> reads() {
        return signals.stream()
                .filter(ReaderSignal.Presented.class::isInstance)
                .map(signal -> ((ReaderSignal.Presented) signal).read())
                .toList();
    }

    private String lastDetail() {
        return signals.reversed().stream()
                .filter(ReaderSignal.Lost.class::isInstance)
                .map(signal -> ((ReaderSignal.Lost) signal).detail())
                .findFirst()
                .orElseThrow();
    }

    private static CardRead card(String digits) {
        return new CardRead.UnsignedCode(new CardNumber(digits));
    }

    private static List<ProcessHandle> children() {
        return ProcessHandle.current()
                .descendants()
                .filter(ProcessHandle::isAlive)
                .toList();
    }
}
