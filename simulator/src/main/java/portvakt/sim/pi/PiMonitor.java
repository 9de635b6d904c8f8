package portvakt.sim.pi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Talks with the emulator itself, by QEMU's machine protocol (QMP): an object in JSON on each line. One thread. */
final class PiMonitor implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SAVED_WITHIN = Duration.ofMinutes(4);

    private final SocketChannel channel;
    private final BufferedReader in;

    private PiMonitor(SocketChannel channel) {
        this.channel = channel;
        this.in = new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
    }

    /** @param socket of a QEMU that runs */
    static PiMonitor connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            PiMonitor monitor = new PiMonitor(channel);
            monitor.line();
            monitor.execute("qmp_capabilities", Map.of()); // looked up, never walked
            return monitor;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Writes memory, processors and devices to a file, from which another QEMU goes on; what is on disks stays there. This machine
     * stands still afterwards.
     *
     * @param file its path must hold nothing that a shell would read otherwise
     */
    void save(Path file) throws IOException, InterruptedException {
        execute("migrate-set-parameters", Map.of("max-bandwidth", 1L << 32)); // looked up, never walked
        execute("migrate", Map.of("uri", "exec:cat >" + file)); // looked up, never walked
        Wait.untilHolds(SAVED_WITHIN, 50, () -> "the Pi's memory in " + file, () -> {
            JsonNode now = execute("query-migrate", Map.of()); // looked up, never walked
            FailedException.unless(
                    !now.path("status").asText().equals("failed"), "the Pi's memory cannot be saved: " + now);
            return now.path("status").asText().equals("completed");
        });
    }

    private JsonNode execute(String command, Map<String, ?> arguments) throws IOException {
        byte[] line = JSON.writeValueAsBytes(Map.of("execute", command, "arguments", arguments)); // in any order
        ByteBuffer bytes =
                ByteBuffer.allocate(line.length + 1).put(line).put((byte) '\n').flip();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        while (true) {
            JsonNode said = line();
            if (said.has("return")) {
                return said.get("return");
            }
            // Anything else is news of the machine.
            FailedException.unless(!said.has("error"), "QEMU refuses " + command + ": " + said.path("error"));
        }
    }

    private JsonNode line() throws IOException {
        String line = in.readLine();
        if (line == null) {
            throw new IOException("QEMU has ended");
        }
        return JSON.readTree(line);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
