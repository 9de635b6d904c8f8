package portvakt.sim.rig;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import portvakt.protocol.Topics;
import portvakt.server.adapter.pki.CertificateAuthority;
import portvakt.sim.site.SimulatedSite;

/**
 * Debian's mosquitto as the broker of server and gates: TLS with client certificates of the server's authority, and to each gate the
 * rights that the server's own broker gives it. It keeps its retained messages and queues over a kill as far as it had saved them.
 */
final class MosquittoBroker implements AutoCloseable {

    private static final Duration UP_WITHIN = Duration.ofSeconds(30);
    private static final int POLL_MS = 20;
    private static final int CONNECT_MS = 500;
    private static final String LINE = "\n";

    private final Path program;
    private final Path folder;
    private final Path log;
    private final int port = SimulatedSite.freePort();
    private Child process;

    /**
     * Writes its settings and keys; starts nothing yet.
     *
     * @param host address that gates reach it by; it listens there and on the loopback address
     */
    MosquittoBroker(Path folder, Path log, String host, CertificateAuthority authority, List<Topics.GateAddress> gates)
            throws IOException {
        this.program = Programs.find("mosquitto", "mosquitto", "a real broker");
        this.folder = Files.createDirectories(folder);
        this.log = log;
        CertificateAuthority.AcceptorFiles files = authority.acceptor(List.of(host), Instant.now());
        Files.copy(files.identity().caPem(), folder.resolve("authority.pem"));
        writeKeys(files);
        Files.createDirectories(folder.resolve("data"));
        Files.writeString(folder.resolve("rights"), rights(gates));
        Files.writeString(folder.resolve("mosquitto.conf"), settings(host));
    }

    private void writeKeys(CertificateAuthority.AcceptorFiles files) throws IOException {
        char[] password =
                Files.readString(files.identity().passwordFile()).strip().toCharArray();
        try {
            KeyStore store = KeyStore.getInstance(files.identity().p12().toFile(), password);
            String alias = store.aliases().nextElement();
            Key key = store.getKey(alias, password);
            StringBuilder chain = new StringBuilder();
            for (Certificate certificate : store.getCertificateChain(alias)) {
                chain.append(pem("CERTIFICATE", certificate.getEncoded()));
            }
            Files.writeString(folder.resolve("broker.pem"), chain.toString());
            Files.writeString(folder.resolve("broker.key"), pem("PRIVATE KEY", key.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException("the broker's key cannot be read", e);
        }
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----" + LINE
                + Base64.getMimeEncoder(64, LINE.getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                        .encodeToString(der)
                + LINE + "-----END " + type + "-----" + LINE;
    }

    private String settings(String host) {
        StringBuilder text = new StringBuilder("""
                user %s
                persistence true
                persistence_location %s/data/
                autosave_interval 1
                autosave_on_changes true
                max_queued_messages 10000
                acl_file %s/rights
                """.formatted(System.getProperty("user.name"), folder, folder));
        for (String address : List.of("127.0.0.1", host).stream().distinct().toList()) {
            text.append("""
                    listener %d %s
                    cafile %s/authority.pem
                    certfile %s/broker.pem
                    keyfile %s/broker.key
                    require_certificate true
                    use_identity_as_username true
                    """.formatted(port, address, folder, folder, folder));
        }
        return text.toString();
    }

    private static String rights(List<Topics.GateAddress> gates) {
        StringBuilder text = new StringBuilder("user server\ntopic readwrite #\n");
        for (Topics.GateAddress gate : gates) {
            String site = Topics.ROOT + "/sites/" + gate.site();
            String own = site + "/gates/" + gate.gate();
            text.append("user ").append(gate.clientId()).append(LINE);
            for (String topic : List.of("/events", "/live", "/status")) {
                text.append("topic write ").append(own).append(topic).append(LINE);
            }
            for (String topic : List.of(
                    own + "/acks",
                    own + "/commands",
                    site + "/enrolments",
                    site + "/policy",
                    site + "/passback",
                    Topics.trust(),
                    Topics.ROOT + "/lists/#")) {
                text.append("topic read ").append(topic).append(LINE);
            }
        }
        return text.toString();
    }

    int port() {
        return port;
    }

    /** Returns when it takes connections. */
    void start() throws IOException {
        launch();
        long deadlineNs = System.nanoTime() + UP_WITHIN.toNanos();
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > deadlineNs) {
                throw new IOException("mosquitto does not start; its words are in " + log);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while mosquitto started", e);
            }
        }
    }

    void launch() throws IOException {
        process = Child.start(
                List.of(
                        program.toString(),
                        "-c",
                        folder.resolve("mosquitto.conf").toString()),
                log);
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_MS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    Child process() {
        return process;
    }

    @Override
    public void close() throws IOException {
        if (process != null) {
            process.close();
        }
    }
}
