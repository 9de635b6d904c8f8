package portvakt.sim.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One of our programs as a process of its own, with the flags that it is shipped with. What it says goes into a file. */
final class JavaProcess implements AutoCloseable {

    /** A machine that is shared by many tests is slow. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final List<String> FLAGS = List.of(
            "--add-opens",
            "java.smartcardio/sun.security.smartcardio=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx384m");

    private final Process process;
    private final Path output;
    private final long outputStart;

    private JavaProcess(Process process, Path output, long outputStart) {
        this.process = process;
        this.output = output;
        this.outputStart = outputStart;
    }

    /** @param output what the process says is appended to this file */
    static JavaProcess start(Path output, Class<?> main, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        long start = Files.exists(output) ? Files.size(output) : 0;
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
        return new JavaProcess(process, output, start);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** All that this process, and none before it, has said. */
    String output() {
        try {
            byte[] all = Files.readAllBytes(output);
            return new String(all, (int) outputStart, all.length - (int) outputStart, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many lines of the output hold the text. */
    long count(String text) {
        return output().lines().filter(line -> line.contains(text)).count();
    }

    /** Waits until so many lines hold the text; fails at once when the process has ended. */
    void awaitOutput(String text, long times) {
        await(() -> times + " lines with \"" + text + "\" in:\n" + output(), () -> count(text) >= times);
    }

    void await(java.util.function.Supplier<String> what, java.util.concurrent.Callable<Boolean> condition) {
        try {
            org.awaitility.Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .failFast("the process has ended: " + output, () -> !isAlive())
                    .until(condition);
        } catch (RuntimeException e) {
            throw new AssertionError("waited in vain for " + what.get(), e);
        }
    }

    /** SIGKILL. Returns when it is dead. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM. @return the exit code */
    int stop() throws InterruptedException {
        process.destroy();
        return exitCode();
    }

    /** Waits for its end. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
            throw new AssertionError("it did not end by itself:\n" + output());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            process.destroyForcibly();
            org.awaitility.Awaitility.await().atMost(PATIENCE).until(() -> !process.isAlive());
        }
    }
}
