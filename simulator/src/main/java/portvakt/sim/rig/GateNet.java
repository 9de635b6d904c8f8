package portvakt.sim.rig;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A network in the kernel: a bridge where broker and server are, and for each gate a network namespace with a cable to the bridge, and
 * a second one to its turnstile, which no fault touches. Asks for root.
 */
final class GateNet implements AutoCloseable {

    /** A private block (RFC 1918) that few use. */
    private static final String BLOCK = "10.213.";

    private static final int GATES_MAX = 50;
    private static final int FIRST_HOST = 10;

    private final Path ip;
    private final String tag;
    private final String prefix;
    private final List<Port> ports = new ArrayList<>();

    private GateNet(Path ip, String tag, String prefix) {
        this.ip = ip;
        this.tag = tag;
        this.prefix = prefix;
    }

    /** @throws IOException with what the kernel says, where it does not allow this */
    static GateNet make() throws IOException {
        Path ip = Programs.find("ip", "iproute2", "a network of its own for each gate");
        long number = ProcessHandle.current().pid();
        GateNet net = new GateNet(ip, "pv" + number % 100_000, BLOCK + number % 200 + ".");
        try {
            net.run("link", "add", net.bridge(), "type", "bridge");
            net.run("addr", "add", net.host() + "/24", "dev", net.bridge());
            net.run("link", "set", net.bridge(), "up");
            return net;
        } catch (IOException e) {
            net.close();
            throw e;
        }
    }

    /** Where broker and server are for the gates. */
    String host() {
        return prefix + "1";
    }

    private String bridge() {
        return tag + "b";
    }

    /** One more gate's namespace, connected. */
    Port port() throws IOException {
        int number = ports.size();
        if (number >= GATES_MAX) {
            throw new IllegalStateException("a net has room for " + GATES_MAX + " gates");
        }
        Port port = new Port(number);
        ports.add(port);
        port.connect();
        return port;
    }

    private void run(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(ip.toString()));
        command.addAll(List.of(words));
        Programs.run(command);
    }

    @Override
    public void close() throws IOException {
        for (Port port : ports) {
            run("netns", "del", port.namespace());
        }
        ports.clear();
        run("link", "del", bridge());
    }

    /** Where one gate is plugged in. */
    final class Port {
        private final int number;

        private Port(int number) {
            this.number = number;
        }

        private String namespace() {
            return tag + "g" + number;
        }

        private String cable() {
            return tag + "d" + number;
        }

        private String boardCable() {
            return tag + "t" + number;
        }

        private void connect() throws IOException {
            run("netns", "add", namespace());
            run("-n", namespace(), "link", "set", "lo", "up");
            run("link", "add", cable(), "type", "veth", "peer", "name", "data", "netns", namespace());
            run("link", "set", cable(), "master", bridge());
            run("link", "set", cable(), "up");
            run("-n", namespace(), "addr", "add", prefix + (FIRST_HOST + number) + "/24", "dev", "data");
            run("-n", namespace(), "link", "set", "data", "up");
            run("link", "add", boardCable(), "type", "veth", "peer", "name", "board", "netns", namespace());
            run("addr", "add", board(1) + "/30", "dev", boardCable());
            run("link", "set", boardCable(), "up");
            run("-n", namespace(), "addr", "add", board(2) + "/30", "dev", "board");
            run("-n", namespace(), "link", "set", "board", "up");
        }

        private String board(int end) {
            String[] parts = prefix.split("\\.");
            return parts[0] + "." + (Integer.parseInt(parts[1]) + 1) + "." + parts[2] + "." + (number * 4 + end);
        }

        /** This machine's address for the gate's turnstile. */
        InetAddress boardAddress() throws IOException {
            return InetAddress.getByName(board(1));
        }

        /** In front of a command that is to run at this gate. */
        List<String> prefix() {
            return List.of(ip.toString(), "netns", "exec", namespace());
        }

        /** The switch's port goes down: what is sent is lost, and nobody hears a good-bye. */
        void cut() throws IOException {
            run("link", "set", cable(), "down");
        }

        void mend() throws IOException {
            run("link", "set", cable(), "up");
        }

        /** Packets towards the gate are late and lost. @throws IOException where the kernel has no netem */
        void worsen(int delayMs, int lossPercent) throws IOException {
            Programs.run(List.of(
                    Programs.find("tc", "iproute2", "a bad network").toString(),
                    "qdisc",
                    "replace",
                    "dev",
                    cable(),
                    "root",
                    "netem",
                    "delay",
                    delayMs + "ms",
                    delayMs / 2 + "ms",
                    "loss",
                    lossPercent + "%"));
        }

        void improve() throws IOException {
            Programs.run(List.of(
                    Programs.find("tc", "iproute2", "a bad network").toString(),
                    "qdisc",
                    "del",
                    "dev",
                    cable(),
                    "root"));
        }
    }
}
