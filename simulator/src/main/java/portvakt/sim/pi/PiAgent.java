package portvakt.sim.pi;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Talks with the agent inside the emulated Pi ({@code src/pi/agent.c} has the wire), over a serial port that QEMU shows as a socket
 * of this machine. For any thread.
 */
final class PiAgent implements AutoCloseable {

    /** What a script said and how it ended. */
    record Answer(int status, byte[] bytes) {
        String text() {
            return new String(bytes, StandardCharsets.UTF_8).strip();
        }
    }

    /**
     * How well the lines were watched since the last question.
     *
     * @param samples    how many times each line was read
     * @param worstMs    longest time between two readings
     * @param over1ms    how many of the pauses were longer than a millisecond
     * @param over5ms    and than five
     */
    record Watch(long samples, double seconds, double worstMs, long over1ms, long over5ms) {
        double perSecond() {
            return samples / seconds;
        }
    }

    /** What the agent begins with. */
    static final Duration SAMPLES_EVERY = Duration.ofNanos(800_000);

    private final SocketChannel channel;
    private final LineLog lines;
    private final AtomicLong number = new AtomicLong();
    private final Map<String, CompletableFuture<Answer>> open = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> hello = new CompletableFuture<>();

    private PiAgent(SocketChannel channel, LineLog lines) {
        this.channel = channel;
        this.lines = lines;
    }

    /** @param lines takes what happens on the Pi's lines */
    static PiAgent connect(Path socket, LineLog lines, Duration patience) throws IOException, InterruptedException {
        SocketChannel channel = Wait.until(patience, () -> "QEMU's socket " + socket, () -> {
            SocketChannel made = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                made.connect(UnixDomainSocketAddress.of(socket));
                return java.util.Optional.of(made);
            } catch (IOException e) {
                made.close();
                return java.util.Optional.empty();
            }
        });
        PiAgent agent = new PiAgent(channel, lines);
        Thread.ofPlatform().daemon().name("pi-agent").start(agent::listen);
        return agent;
    }

    /** Returns when the Pi has come so far that its agent runs. */
    void awaitHello(Duration patience) throws IOException, InterruptedException {
        Wait.untilHolds(patience, 50, () -> "the Pi's agent", () -> {
            FailedException.unless(!hello.isCompletedExceptionally(), "the emulated Pi ended while it started");
            return hello.isDone();
        });
    }

    /** Runs a script with the Pi's shell, as root. Its output and its errors are the answer. */
    Answer run(String script, Duration patience) throws IOException, InterruptedException {
        byte[] bytes = script.getBytes(StandardCharsets.UTF_8);
        return ask(id -> "X " + id + " " + bytes.length + "\n", bytes, patience);
    }

    /** Writes a file. @param mode its rights, in octal */
    void put(String path, String mode, byte[] content) throws IOException, InterruptedException {
        Answer answer = ask(
                id -> "P " + id + " " + mode + " " + content.length + " " + path + "\n",
                content,
                Duration.ofSeconds(60 + content.length / 100_000));
        FailedException.unless(answer.status() == 0, path + " cannot be written on the Pi: " + answer.text());
    }

    /** What the contact outside does to an input. */
    void pull(int line, boolean up) throws IOException, InterruptedException {
        Answer answer = ask(
                id -> "L " + id + " " + line + " " + (up ? "up" : "down") + "\n", new byte[0], Duration.ofSeconds(60));
        FailedException.unless(answer.status() == 0, "line " + line + " cannot be pulled: " + answer.text());
    }

    /**
     * How often the lines are read from now on; it begins with {@link #SAMPLES_EVERY}. An emulated processor is much faster while nobody reads.
     *
     * @param every zero: not at all
     */
    void watchEvery(Duration every) throws IOException, InterruptedException {
        ask(id -> "S " + id + " " + every.toNanos() / 1000 + "\n", new byte[0], Duration.ofSeconds(60));
    }

    Watch watch() throws IOException, InterruptedException {
        String[] words = ask(id -> "W " + id + "\n", new byte[0], Duration.ofSeconds(60))
                .text()
                .split(" ");
        return new Watch(
                Long.parseLong(words[0]),
                Long.parseLong(words[1]) / 1e9,
                Long.parseLong(words[2]) / 1e6,
                Long.parseLong(words[3]),
                Long.parseLong(words[4]));
    }

    private interface Head {
        String of(String id);
    }

    private Answer ask(Head head, byte[] content, Duration patience) throws IOException, InterruptedException {
        String id = "q" + number.incrementAndGet();
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        open.put(id, answer);
        synchronized (this) {
            write(head.of(id).getBytes(StandardCharsets.US_ASCII));
            write(content);
        }
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new FailedException("the Pi did not answer within " + patience.toSeconds() + " s: "
                    + head.of("").strip()
                    + (content.length > 200 ? "" : " " + new String(content, StandardCharsets.UTF_8)));
        } catch (ExecutionException e) {
            throw new IOException("the Pi has gone", e.getCause());
        } finally {
            open.remove(id);
        }
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private void listen() {
        try (InputStream in = new BufferedInputStream(Channels.newInputStream(channel))) {
            while (true) {
                String[] words = line(in).split(" ");
                switch (words[0]) {
                    case "H" -> hello.complete(null);
                    case "E" ->
                        lines.add(new LineLog.Change(
                                Integer.parseInt(words[1]),
                                words[2].equals("1"),
                                Long.parseLong(words[3]),
                                System.nanoTime()));
                    case "R" -> {
                        byte[] bytes = in.readNBytes(Integer.parseInt(words[3]));
                        CompletableFuture<Answer> asked = open.get(words[1]);
                        if (asked != null) {
                            asked.complete(new Answer(Integer.parseInt(words[2]), bytes));
                        }
                    }
                    default -> throw new IOException("the agent said: " + String.join(" ", words));
                }
            }
        } catch (IOException | UncheckedIOException e) {
            hello.completeExceptionally(e);
            open.values().forEach(asked -> asked.completeExceptionally(e));
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException();
            }
            line.write(c);
        }
        return line.toString(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
