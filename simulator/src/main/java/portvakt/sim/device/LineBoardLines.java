package portvakt.sim.device;

import com.pi4j.context.Context;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In the gate's process: a Pi4J context whose lines are those of a {@link LineBoard} in another. An output has its level on the
 * board when the call that set it returns; a board that does not answer is an error of that call, as a chip's would be.
 */
public final class LineBoardLines implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LineBoardLines.class);
    private static final int ANSWER_WITHIN_MS = 2_000;

    private final MockLines lines = new MockLines();
    private final Socket commands;
    private final BufferedReader answers;
    private final Socket edges;

    /** @param port the board's, on this machine's loopback address */
    public LineBoardLines(int port) {
        this(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /**
     * Connects, and knows the levels of all inputs when it returns.
     *
     * @param board where it listens
     */
    public LineBoardLines(InetSocketAddress board) {
        try {
            commands = connect(board);
            commands.setSoTimeout(ANSWER_WITHIN_MS);
            answers = reader(commands);
            edges = connect(board);
            BufferedReader in = reader(edges);
            send(edges, "WATCH");
            for (String text = in.readLine(); !"OK".equals(text); text = in.readLine()) {
                edge(text);
            }
            Thread.ofPlatform().name("line-board-edges").daemon().start(() -> follow(in));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "There is no line board at port " + board.getPort() + " of " + board.getHostString(), e);
        }
        lines.addOutputListener(this::set);
    }

    /** For the gate's adapter. */
    public Context context() {
        return lines.context();
    }

    /** Shuts the context down and leaves the board's outputs as they are then. */
    @Override
    public void close() {
        lines.close();
        close(commands);
        close(edges);
    }

    private synchronized void set(int line, boolean high) {
        try {
            send(commands, "SET " + line + " " + (high ? "1" : "0"));
            String answer = answers.readLine();
            if (!"OK".equals(answer)) {
                throw new IllegalStateException("The line board answers " + answer + " to SET " + line);
            }
        } catch (IOException e) {
            // A late answer would be taken for that of the next command, so this connection is over.
            close(commands);
            throw new UncheckedIOException("The line board does not answer", e);
        }
    }

    private void follow(BufferedReader in) {
        try {
            for (String text = in.readLine(); text != null; text = in.readLine()) {
                edge(text);
            }
        } catch (IOException e) {
            LOG.debug("no more edges from the line board: {}", e.getMessage());
        }
    }

    private void edge(String text) throws IOException {
        if (text == null || !text.matches("EDGE \\d{1,3} [01]")) {
            throw new IOException("The line board says " + text + " where an edge was due");
        }
        String[] words = text.split(" ");
        lines.drive(Integer.parseInt(words[1]), "1".equals(words[2]));
    }

    private static Socket connect(InetSocketAddress board) throws IOException {
        Socket socket = new Socket(board.getAddress(), board.getPort());
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("leaving the line board: {}", e.getMessage());
        }
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write((text + "\n").getBytes(StandardCharsets.US_ASCII));
    }
}
