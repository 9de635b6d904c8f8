package portvakt.sim.rig;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One of our programs as a process that may be killed, stopped and started again, and what it says. As a service manager would, whoever
 * owns it may start it again after it ended by itself before it was ready; one that was ready must not end.
 */
final class JavaProgram implements AutoCloseable {

    private final List<String> command;
    private final Path output;
    private final String readyWords;
    private Child child;
    private long outputFrom;
    private boolean wasReady;

    /**
     * @param prefix     in front of the command, such as {@code ip netns exec …}
     * @param readyWords what it says when it is ready
     */
    JavaProgram(List<String> prefix, Path output, String readyWords, Class<?> main, String... arguments) {
        this.output = output;
        this.readyWords = readyWords;
        command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "--add-opens",
                "java.smartcardio/sun.security.smartcardio=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx384m"));
        // What ./portvakt has learnt about starting fast.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-XX:AOTCache=")
                        || argument.startsWith("-Xlog:aot")
                        || argument.startsWith("-Xlog:cds"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
    }

    /** Returns at once. */
    void launch() throws IOException {
        outputFrom = Files.exists(output) ? Files.size(output) : 0;
        wasReady = false;
        child = Child.start(command, output);
    }

    boolean isAlive() {
        return child.isAlive();
    }

    /** Whether this process has said so since its start. */
    boolean isReady() throws IOException {
        if (!wasReady && child.isAlive()) {
            wasReady = said().contains(readyWords);
        }
        return wasReady;
    }

    /** What the present process has said. */
    String said() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(output.toFile(), "r")) {
            byte[] bytes = new byte[Math.toIntExact(file.length() - outputFrom)];
            file.seek(outputFrom);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    Child child() {
        return child;
    }

    @Override
    public void close() throws IOException {
        if (child != null) {
            child.close();
        }
    }
}
