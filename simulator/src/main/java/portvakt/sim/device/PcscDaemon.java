package portvakt.sim.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A PC/SC daemon of our own: Debian's {@code pcscd} as a child process, with one virtual reader of two slots instead of the
 * machine's own virtual reader. Real USB readers show beside it.
 *
 * <p>The daemon's socket has a fixed place, so a machine has room for one daemon. A file lock keeps two tests or demos apart: the
 * second waits. A daemon that somebody else runs is left alone and is an error that says what to do.
 *
 * <p>Needs the right to write {@code /run/pcscd}: root, as a rule. One thread.
 */
public final class PcscDaemon implements AutoCloseable {

    private static final Path PROGRAM = Path.of("/usr/sbin/pcscd");
    private static final Path DRIVER = Path.of("/usr/lib/pcsc/drivers/serial/libifdvpcd.so");
    private static final Path RUN = Path.of("/run/pcscd");
    private static final Path SOCKET = RUN.resolve("pcscd.comm");
    private static final Path PID_FILE = RUN.resolve("pcscd.pid");

    private static final Duration UP_WITHIN = Duration.ofSeconds(15);
    private static final Duration DOWN_WITHIN = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final int SLOTS = 2;

    private final Path directory;
    private final String readerName;
    private final int firstPort;
    private final MachineLock lock;
    private List<String> options = List.of();
    private Process process;

    private PcscDaemon(Path directory, String readerName, int firstPort, MachineLock lock) {
        this.directory = directory;
        this.readerName = readerName;
        this.firstPort = firstPort;
        this.lock = lock;
    }

    /**
     * Reserves the machine's one place for a daemon, and starts nothing yet.
     *
     * @param directory  for the reader's configuration and the daemon's log; made if missing
     * @param readerName what PC/SC shows, followed by " 00 00" and " 00 01" for the slots
     * @param waitMax    how long to wait for another simulation to free the place
     * @throws IOException naming what is missing or in the way, and the remedy
     */
    public static PcscDaemon reserve(Path directory, String readerName, Duration waitMax) throws IOException {
        demand(PROGRAM, "pcscd");
        demand(DRIVER, "vsmartcard-vpcd");
        Files.createDirectories(directory.resolve("readers"));
        MachineLock lock = MachineLock.take("portvakt-pcscd", waitMax);
        try {
            if (answers()) {
                throw new IOException(
                        "A PC/SC daemon already runs on this machine (" + SOCKET + " answers), and there is room "
                                + "for one. Stop it: systemctl stop pcscd.socket pcscd.service");
            }
            return new PcscDaemon(directory, readerName, freePorts(), lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static void demand(Path file, String debianPackage) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException(file + " is missing. Install the Debian package " + debianPackage + ".");
        }
    }

    /** More command line options for the starts to come, for example {@code --max-card-handle-per-reader 4}. */
    public PcscDaemon withOptions(String... more) {
        options = List.of(more);
        return this;
    }

    /** The port of the first slot, for {@link VpcdSlot}. */
    public int slotPort() {
        return firstPort;
    }

    /** The reader's PC/SC name, first slot. */
    public String slotName() {
        return readerName + " 00 00";
    }

    /** Starts the daemon with its reader and waits until both answer. */
    public void start() throws IOException {
        start(true);
    }

    /** Starts the daemon with no reader of ours, as if it were unplugged. */
    public void startWithoutReader() throws IOException {
        start(false);
    }

    private void start(boolean withReader) throws IOException {
        if (running()) {
            throw new IllegalStateException("the daemon already runs");
        }
        Path readers = directory.resolve("readers");
        Path reader = readers.resolve("portvakt");
        if (withReader) {
            Files.writeString(reader, """
                    FRIENDLYNAME "%s"
                    DEVICENAME   /dev/null:%d
                    LIBPATH      %s
                    CHANNELID    %d
                    """.formatted(readerName, firstPort, DRIVER, firstPort));
        } else {
            Files.deleteIfExists(reader);
        }
        // What a killed daemon left behind keeps the next one from starting. Ours is dead, and the lock says no other
        // is.
        Files.deleteIfExists(SOCKET);
        Files.deleteIfExists(PID_FILE);
        List<String> command =
                new ArrayList<>(List.of(PROGRAM.toString(), "--foreground", "--config", readers.toString()));
        command.addAll(options);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        await(UP_WITHIN, "start", () -> answers() && (!withReader || listening(firstPort)));
    }

    /** Ends the daemon in good order. */
    public void stop() throws IOException {
        if (process != null) {
            process.destroy();
            awaitEnd();
        }
    }

    /** Ends the daemon as a crash would: SIGKILL, its socket left behind. */
    public void kill() throws IOException {
        if (process != null) {
            process.destroyForcibly();
            awaitEnd();
        }
    }

    public boolean running() {
        return process != null && process.isAlive();
    }

    /** What the daemon wrote; also named in error messages. */
    public Path log() {
        return directory.resolve("pcscd.log");
    }

    /** Ends the daemon and frees the machine's place for another. */
    @Override
    public void close() throws IOException {
        try {
            stop();
            Files.deleteIfExists(SOCKET);
            Files.deleteIfExists(PID_FILE);
        } finally {
            lock.close();
        }
    }

    private void awaitEnd() throws IOException {
        try {
            if (!process.waitFor(DOWN_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while pcscd ended", e);
        }
    }

    private void await(Duration within, String act, BooleanSupplier condition) throws IOException {
        long deadlineNs = System.nanoTime() + within.toNanos();
        while (!condition.getAsBoolean()) {
            if (!process.isAlive()) {
                throw new IOException("pcscd did not " + act + ": it ended with " + process.exitValue()
                        + ". Its last words:\n" + lastWords());
            }
            if (System.nanoTime() > deadlineNs) {
                kill();
                throw new IOException(
                        "pcscd did not " + act + " within " + within + ". Its last words:\n" + lastWords());
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                kill();
                throw new IOException("interrupted while pcscd was to " + act, e);
            }
        }
    }

    private String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(log());
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    }

    /** Whether somebody takes connections on the daemon's socket. */
    private static boolean answers() {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(SOCKET));
        } catch (IOException e) {
            return false;
        }
    }

    /** Asks the kernel's table instead of connecting: to vpcd, a connection is a card. */
    private static boolean listening(int port) {
        try {
            String local = ":%04X ".formatted(port);
            return Files.readAllLines(Path.of("/proc/net/tcp")).stream()
                    .anyMatch(line -> line.contains(local) && line.contains(" 00000000:0000 0A "));
        } catch (IOException e) {
            throw new UncheckedIOException("/proc/net/tcp cannot be read", e);
        }
    }

    /** As many free ports in a row as the reader has slots. */
    private static int freePorts() throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            try (ServerSocket first = new ServerSocket(0)) {
                if (first.getLocalPort() + SLOTS > 0xffff) {
                    continue;
                }
                try (ServerSocket second = new ServerSocket(first.getLocalPort() + 1)) {
                    return second.getLocalPort() - 1;
                } catch (IOException e) {
                    // The neighbour is taken: draw again.
                    continue;
                }
            }
        }
        throw new IOException("no two neighbouring TCP ports are free");
    }
}
