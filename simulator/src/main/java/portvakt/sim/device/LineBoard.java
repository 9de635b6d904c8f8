package portvakt.sim.device;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A GPIO chip outside the gate's process, behind a TCP port of this machine, for tests that kill real processes. It keeps an
 * output's last level when the connection that set it is gone: the worst that a kernel may do.
 *
 * <p>Text, one command a line, ASCII; levels are 0 and 1:
 *
 * <pre>
 *   SET 22 1     →  OK               output 22 is high, and whoever watches outputs has been told
 *   GET 22       →  LEVEL 22 1       0 for an output that was never set
 *   WATCH        →  EDGE 23 1 …      all driven inputs at once, then OK, then each further edge until the connection ends
 *   other        →  ERROR …          the connection stays
 * </pre>
 *
 * From a shell, as a lock command: {@link #setCommand(int, boolean)}.
 */
public final class LineBoard implements Lines, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LineBoard.class);
    private static final int LINE_LENGTH_MAX = 64;

    private final ServerSocket server;
    private final Map<Integer, Boolean> outputs = new TreeMap<>();
    private final Map<Integer, Boolean> inputs = new TreeMap<>();
    private final List<Connection> watchers = new CopyOnWriteArrayList<>();
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private final List<OutputListener> listeners = new CopyOnWriteArrayList<>();

    /** Listens on a free port of the loopback address. */
    public LineBoard() {
        this(InetAddress.getLoopbackAddress());
    }

    /** Listens on a free port. @param address this machine's own, that the gate's process can reach */
    public LineBoard(InetAddress address) {
        try {
            server = new ServerSocket(0, 50, address);
        } catch (IOException e) {
            throw new UncheckedIOException("The line board cannot listen on " + address.getHostAddress(), e);
        }
        Thread.ofPlatform().name("line-board").daemon().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** {@code HOST:PORT}, for {@link LineBoardLines}. */
    public String address() {
        return server.getInetAddress().getHostAddress() + ":" + port();
    }

    /** A command for bash that sets an output, and fails unless the board has it. Ends by itself. */
    public List<String> setCommand(int line, boolean high) {
        return List.of(
                "bash",
                "-c",
                "exec 3<>/dev/tcp/" + server.getInetAddress().getHostAddress() + "/" + port() + " && echo SET " + line
                        + " " + digit(high) + " >&3 && read -r -t 2 answer <&3 && [ \"$answer\" = OK ]");
    }

    /** The level of an output; LOW before it was first set. */
    public boolean isHigh(int line) {
        synchronized (outputs) {
            return outputs.getOrDefault(line, false);
        }
    }

    @Override
    public void drive(int line, boolean high) {
        synchronized (inputs) {
            if (Boolean.valueOf(high).equals(inputs.put(line, high))) {
                return;
            }
            watchers.forEach(watcher -> watcher.edge(line, high));
        }
    }

    @Override
    public void addOutputListener(OutputListener listener) {
        listeners.add(listener);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            LOG.debug("closing the line board: {}", e.getMessage());
        }
        connections.forEach(Connection::close);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                Connection connection = new Connection(socket);
                connections.add(connection);
                Thread.ofVirtual().name("line-board-connection").start(connection::serve);
            } catch (IOException e) {
                LOG.debug("no further connection to the line board: {}", e.getMessage());
            }
        }
    }

    /** Listeners are told under the lock, so that they see two changes in the order in which they happened. */
    private void set(int line, boolean high) {
        synchronized (outputs) {
            if (!Boolean.valueOf(high).equals(outputs.put(line, high))) {
                listeners.forEach(listener -> listener.outputChanged(line, high));
            }
        }
    }

    private void watch(Connection watcher) throws IOException {
        synchronized (inputs) {
            for (Map.Entry<Integer, Boolean> input : inputs.entrySet()) {
                watcher.send("EDGE " + input.getKey() + " " + digit(input.getValue()));
            }
            watcher.send("OK");
            watchers.add(watcher);
        }
    }

    private static String digit(boolean high) {
        return high ? "1" : "0";
    }

    private final class Connection {
        private final Socket socket;
        private final Writer out;

        Connection(Socket socket) throws IOException {
            this.socket = socket;
            this.out = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.US_ASCII);
        }

        void serve() {
            try (socket;
                    BufferedReader in = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
                for (String command = in.readLine(); command != null; command = in.readLine()) {
                    answer(command);
                }
            } catch (IOException e) {
                LOG.debug("a connection to the line board broke: {}", e.getMessage());
            } finally {
                watchers.remove(this);
                connections.remove(this);
            }
        }

        private void answer(String command) throws IOException {
            String[] words = command.strip().split(" ");
            if (command.length() > LINE_LENGTH_MAX) {
                send("ERROR longer than " + LINE_LENGTH_MAX + " characters");
            } else if (command.matches("SET \\d{1,3} [01]")) {
                set(Integer.parseInt(words[1]), "1".equals(words[2]));
                send("OK");
            } else if (command.matches("GET \\d{1,3}")) {
                send("LEVEL " + words[1] + " " + digit(isHigh(Integer.parseInt(words[1]))));
            } else if ("WATCH".equals(command)) {
                watch(this);
            } else {
                send("ERROR not a command: SET line 0|1, GET line, WATCH");
            }
        }

        synchronized void send(String text) throws IOException {
            out.write(text + "\n");
            out.flush();
        }

        void edge(int line, boolean high) {
            try {
                send("EDGE " + line + " " + digit(high));
            } catch (IOException e) {
                LOG.debug("a watcher of the line board is gone: {}", e.getMessage());
                watchers.remove(this);
            }
        }

        void close() {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("closing a connection to the line board: {}", e.getMessage());
            }
        }
    }
}
