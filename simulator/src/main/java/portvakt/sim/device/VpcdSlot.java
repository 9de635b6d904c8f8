package portvakt.sim.device;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The place on a virtual reader that a card is laid on: a TCP connection to vpcd, the virtual reader driver of the vsmartcard
 * project, which is a real driver inside a real PC/SC daemon.
 *
 * <p>Wire: 2 bytes of length, big endian, and so many bytes, both ways. A message of one byte is a control: 0 power off, 1 power
 * on, 2 reset, 3 unused, 4 "give the ATR", the only one that is answered. Anything longer is a command APDU. The daemon looks
 * for cards each 0.4 s, so a card is seen and missed that much late. For any thread.
 */
public final class VpcdSlot implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(VpcdSlot.class);

    private static final int CONNECT_TIMEOUT_MS = 5_000;
    private static final int POWER_OFF = 0;
    private static final int POWER_ON = 1;
    private static final int RESET = 2;
    private static final int GIVE_ATR = 4;
    /** The daemon's pause between two looks, and some. */
    private static final long DAEMON_LOOKS_NS = 600_000_000L;

    private static final int NEVER = Integer.MAX_VALUE;

    private final int port;
    private Presentation current;

    /** @param port of vpcd, on this machine; see {@link PcscDaemon#slotPort()} */
    public VpcdSlot(int port) {
        this.port = port;
    }

    /** Lays a card on the reader and returns; whatever lay there is pulled away first. */
    public void insert(VirtualCard card) throws IOException {
        insert(card, NEVER);
    }

    /** Lays a card on the reader that is torn off instead of answering command APDU number {@code commands + 1}. */
    public synchronized void insertTornOffAfter(int commands, VirtualCard card) throws IOException {
        insert(card, commands);
    }

    private synchronized void insert(VirtualCard card, int commandsMax) throws IOException {
        awaitTearingNoticed();
        pullOut();
        current = new Presentation(port, card, commandsMax);
        Thread.ofPlatform().daemon().name("card-" + port).start(current);
    }

    /**
     * vpcd drops a torn-off card at once but tells the daemon only when it looks next; a card laid down before that would pass
     * for the same one. No hand is that fast, so it waits.
     */
    private void awaitTearingNoticed() throws IOException {
        if (current == null || current.tornOffAtNs.isEmpty()) {
            return;
        }
        long restNs = current.tornOffAtNs.getAsLong() + DAEMON_LOOKS_NS - System.nanoTime();
        try {
            TimeUnit.NANOSECONDS.sleep(restNs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted before the card was laid down", e);
        }
    }

    /** Takes the card away; nothing happens if none is there. */
    public synchronized void pullOut() {
        if (current != null) {
            current.close();
            current = null;
        }
    }

    /** How many command APDUs the card lying here has answered. */
    public synchronized int commandsAnswered() {
        return current == null ? 0 : current.commandsAnswered;
    }

    @Override
    public void close() {
        pullOut();
    }

    /** One card, from being laid down to being pulled away. */
    private static final class Presentation implements Runnable {

        private final Socket socket = new Socket();
        private final VirtualCard card;
        private final int commandsMax;
        private volatile int commandsAnswered;
        private volatile OptionalLong tornOffAtNs = OptionalLong.empty();

        Presentation(int port, VirtualCard card, int commandsMax) throws IOException {
            this.card = card;
            this.commandsMax = commandsMax;
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_TIMEOUT_MS);
                socket.setTcpNoDelay(true);
            } catch (IOException e) {
                socket.close();
                throw new IOException("no virtual reader listens on port " + port + ": is pcscd running with vpcd?", e);
            }
        }

        @Override
        public void run() {
            try (socket) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                while (true) {
                    // vpcd sends length and payload apart; without this the second waits 40 ms for the first's delayed
                    // ACK.
                    socket.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
                    byte[] message = in.readNBytes(in.readUnsignedShort());
                    if (message.length == 1) {
                        control(message[0], out);
                    } else if (commandsAnswered == commandsMax) {
                        tornOffAtNs = OptionalLong.of(System.nanoTime());
                        return;
                    } else {
                        send(card.answer(message), out);
                        commandsAnswered++;
                    }
                }
            } catch (EOFException | SocketException e) {
                LOG.debug("Card pulled away, or reader gone: {}", e.getMessage());
            } catch (IOException e) {
                LOG.warn("Virtual card on port {} failed", socket.getPort(), e);
            }
        }

        private void control(int code, DataOutputStream out) throws IOException {
            switch (code) {
                case POWER_ON, RESET -> card.powerOn();
                case GIVE_ATR -> send(card.atr(), out);
                case POWER_OFF -> LOG.trace("Powered off");
                default -> LOG.warn("vpcd sent an unknown control {}", code);
            }
        }

        private static void send(byte[] message, DataOutputStream out) throws IOException {
            byte[] framed = new byte[2 + message.length];
            framed[0] = (byte) (message.length >> 8);
            framed[1] = (byte) message.length;
            System.arraycopy(message, 0, framed, 2, message.length);
            out.write(framed);
        }

        void close() {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.warn("Virtual card's socket did not close", e);
            }
        }
    }
}
