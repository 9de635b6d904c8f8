package portvakt.sim.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cable between one device and a server of this machine: what connects to {@link #port()} is led on to the server for as long
 * as the cable is in. Pulling it ends all connections at once, in both directions and without a good-bye, and lets none through
 * until it is put back. Both ends hear of it at once, as from a switch whose port goes down; a line that just falls silent is what
 * MQTT's keep-alive finds.
 *
 * <p>Safe for any thread.
 */
public final class NetworkCable implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NetworkCable.class);

    private final ServerSocket end;
    private final int serverPort;
    private final Set<Socket> open = new HashSet<>(); // each is reset, in no order that matters
    private boolean in = true;

    /** A cable that is in. @param serverPort where the server listens on this machine, now or later */
    public NetworkCable(int serverPort) throws IOException {
        this.serverPort = serverPort;
        this.end = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().name("cable-" + end.getLocalPort()).daemon().start(this::accept);
    }

    /** Where the device connects to, on this machine. */
    public int port() {
        return end.getLocalPort();
    }

    public synchronized boolean isIn() {
        return in;
    }

    /** Puts it in, or pulls it out. */
    public synchronized void plug(boolean inNow) {
        in = inNow;
        if (!inNow) {
            drop();
        }
    }

    /** Ends all connections without a good-bye, as a device that loses its power does. The cable stays as it is. */
    public synchronized void drop() {
        open.forEach(NetworkCable::reset);
        open.clear();
    }

    @Override
    public synchronized void close() {
        drop();
        in = false;
        try {
            end.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket device = end.accept();
                Thread.ofVirtual().start(() -> carry(device));
            }
        } catch (IOException e) {
            LOG.debug("the cable at port {} is taken away: {}", end.getLocalPort(), e.getMessage());
        }
    }

    private void carry(Socket device) {
        if (!admits(device)) {
            return;
        }
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
            if (admits(server)) {
                device.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                Thread.ofVirtual().start(() -> pump(server, device));
                pump(device, server);
            } else {
                forget(device);
            }
        } catch (IOException e) {
            LOG.debug("nothing listens at port {}: {}", serverPort, e.getMessage());
            forget(device);
        }
    }

    /** Takes a connection into account; one that comes while the cable is out is reset. */
    private synchronized boolean admits(Socket socket) {
        if (in) {
            open.add(socket);
        } else {
            reset(socket);
        }
        return in;
    }

    /** Carries one direction until either end is gone, and then ends both. */
    private void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            LOG.debug("a connection over the cable ended: {}", e.getMessage());
        } finally {
            forget(to);
            forget(from);
        }
    }

    private synchronized void forget(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("closing a connection: {}", e.getMessage());
        }
    }

    /** A zero linger makes closing a reset (RFC 9293 § 3.5.2): nothing that is buffered still arrives. */
    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            LOG.debug("resetting a connection: {}", e.getMessage());
        }
    }
}
