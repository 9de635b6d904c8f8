package portvakt.sim.rig;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.server.Server;
import portvakt.server.ServerConfig;
import portvakt.server.ServerStartException;
import portvakt.server.adapter.pki.CertificateAuthority;
import portvakt.sim.register.CentralRegister;
import portvakt.sim.site.SimulatedSite;

/** A whole site of real processes: PostgreSQL, mosquitto, the server's program, and gates' programs in networks of their own. */
final class RigSite implements AutoCloseable {

    static final String SITE = "rig";
    static final String LIST = "hms-kort";

    private static final String ISSUER = "urn:portvakt:simulated-register";
    private static final String AUDIENCE = "urn:portvakt:rig";
    private static final String LOOPBACK = "127.0.0.1";
    private static final int NETEM_TRIED_MS = 10;
    private static final int NETEM_TRIED_PERCENT = 1;

    private final Path folder;
    private final Set<RigFault> possible = EnumSet.allOf(RigFault.class);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<RigGate> gates = new ArrayList<>();
    private PostgresCluster postgres;
    private MosquittoBroker broker;
    private RigServer server;
    private RigRegister register;

    private RigSite(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes all of it and starts it; what is left out on this machine is said.
     *
     * @param folder of logs, settings and gates; empty
     * @param words  takes what is left out, and why
     */
    static RigSite open(Path folder, int gates, PrintStream words) throws IOException {
        RigSite site = new RigSite(folder);
        try {
            site.build(gates, words);
            return site;
        } catch (IOException | RuntimeException e) {
            site.close();
            throw e;
        }
    }

    private void build(int count, PrintStream words) throws IOException {
        Files.createDirectories(logs());
        Optional<GateNet> net = net(words);
        if (possible.contains(RigFault.DISK_FULL)) {
            trySmallDisk(words);
        }
        postgres = PostgresCluster.make(log("postgres"));
        opened.add(postgres);
        postgres.start();
        try {
            postgres.createDatabase(RigDatabase.NAME);
        } catch (SQLException e) {
            throw new IOException("no database can be made: " + e.getMessage(), e);
        }
        CertificateAuthority authority = CertificateAuthority.openOrCreate(data().resolve("pki"), Instant.now());
        List<Topics.GateAddress> addresses = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            addresses.add(new Topics.GateAddress(SITE, "gate" + number));
        }
        String host = net.map(GateNet::host).orElse(LOOPBACK);
        broker = new MosquittoBroker(folder.resolve("broker"), log("mosquitto"), host, authority, addresses);
        opened.add(broker);
        broker.start();
        CentralRegister central = CentralRegister.open(folder.resolve("register"), ISSUER, AUDIENCE);
        ServerConfig config = config(authority);
        for (int number = 0; number < count; number++) {
            addGate(config, number, net, URI.create("ssl://" + host + ":" + broker.port()), words);
        }
        server = new RigServer(
                config.web().publicUrl(), Settings.write(config, folder.resolve("server.yaml")), log("server"));
        opened.add(server);
        register = new RigRegister(central, server.registerEndpoint());
        server.program().launch();
        for (RigGate gate : gates) {
            gate.program().launch();
        }
    }

    private Optional<GateNet> net(PrintStream words) throws IOException {
        if (!Programs.areRoot()) {
            words.println("rig: not root: no networks to cut and no disks to fill; those faults are left out");
            without(RigFault.NETWORK_CUT, RigFault.NETWORK_POOR, RigFault.DISK_FULL);
            return Optional.empty();
        }
        try {
            GateNet net = GateNet.make();
            opened.add(net);
            return Optional.of(net);
        } catch (MissingProgramException e) {
            throw e;
        } catch (IOException e) {
            words.println("rig: no network namespaces here, so no networks to cut (" + e.getMessage() + ")");
            without(RigFault.NETWORK_CUT, RigFault.NETWORK_POOR);
            return Optional.empty();
        }
    }

    private void addGate(ServerConfig config, int number, Optional<GateNet> net, URI uri, PrintStream words)
            throws IOException {
        Topics.GateAddress address = new Topics.GateAddress(SITE, "gate" + number);
        // The last one is the way out.
        Direction direction = number % 3 == 2 ? Direction.OUT : Direction.IN;
        Path own = folder.resolve("gates").resolve(address.gate());
        Files.createDirectories(own);
        try {
            Server.provision(config, InstantSource.system(), address, direction, own.resolve("identity"));
        } catch (ServerStartException e) {
            throw new IOException("no gate can be made: " + e.getMessage(), e);
        }
        Optional<GateNet.Port> port = net.isPresent() ? Optional.of(net.get().port()) : Optional.empty();
        if (number == 0 && port.isPresent()) {
            tryNetem(port.get(), words);
        }
        RigGate gate = new RigGate(
                new RigGate.Place(SITE, address.gate(), direction, uri, port, possible.contains(RigFault.DISK_FULL)),
                own,
                log(address.gate()));
        gates.add(gate);
        opened.add(gate);
    }

    private void tryNetem(GateNet.Port port, PrintStream words) {
        try {
            port.worsen(NETEM_TRIED_MS, NETEM_TRIED_PERCENT);
            port.improve();
        } catch (IOException e) {
            words.println("rig: this kernel has no netem: NETWORK_POOR is left out (" + e.getMessage() + ")");
            without(RigFault.NETWORK_POOR);
        }
    }

    private void trySmallDisk(PrintStream words) {
        try {
            new SmallDisk(folder.resolve("disk"), 1).close();
        } catch (IOException e) {
            words.println("rig: nothing can be mounted here: DISK_FULL is left out (" + e.getMessage() + ")");
            without(RigFault.DISK_FULL);
        }
    }

    private void without(RigFault... faults) {
        possible.removeAll(List.of(faults));
    }

    private ServerConfig config(CertificateAuthority authority) throws IOException {
        int webPort = SimulatedSite.freePort();
        CertificateAuthority.IdentityFiles own = authority.serverClient(Instant.now());
        return new ServerConfig(
                data(),
                new ServerConfig.Web(LOOPBACK, webPort, null, Optional.empty(), false, null),
                Optional.of(new ServerConfig.DatabaseAccess(
                        postgres.url() + RigDatabase.NAME, Optional.of(PostgresCluster.USER), Optional.empty())),
                new ServerConfig.Broker(
                        Optional.empty(),
                        Optional.of(new ServerConfig.ExternalSettings(
                                URI.create("ssl://" + LOOPBACK + ":" + broker.port()),
                                own.caPem(),
                                new ServerConfig.Keystore(own.p12(), own.passwordFile())))),
                Optional.of(
                        new ServerConfig.Register(ISSUER, AUDIENCE, CentralRegister.jwks(folder.resolve("register")))),
                List.of(new ServerConfig.Site(SITE, "Rig")),
                LIST,
                null,
                null,
                null);
    }

    private Path data() {
        return folder.resolve("server");
    }

    Path logs() {
        return folder.resolve("logs");
    }

    private Path log(String name) {
        return logs().resolve(name + ".log");
    }

    /** Writes down what the rig itself does, beside what the programs say. Safe for any thread. */
    synchronized void note(String words) {
        try {
            Files.writeString(
                    log("rig"),
                    Instant.now() + " " + words + System.lineSeparator(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("the rig's own log cannot be written", e);
        }
    }

    /** Faults that this machine allows. */
    Set<RigFault> possible() {
        return possible;
    }

    List<RigGate> gates() {
        return gates;
    }

    RigServer server() {
        return server;
    }

    RigRegister register() {
        return register;
    }

    PostgresCluster postgres() {
        return postgres;
    }

    MosquittoBroker broker() {
        return broker;
    }

    RigDatabase database() {
        return new RigDatabase(postgres);
    }

    /** Closes what was opened, last first; what fails to close does not keep the rest open. Once more does nothing. */
    @Override
    public synchronized void close() throws IOException {
        IOException failed = null;
        for (AutoCloseable each : opened.reversed()) {
            try {
                each.close();
            } catch (Exception e) {
                IOException now = new IOException("a part of the rig cannot be cleared away: " + e.getMessage(), e);
                if (failed == null) {
                    failed = now;
                } else {
                    failed.addSuppressed(now);
                }
            }
        }
        opened.clear();
        if (failed != null) {
            throw failed;
        }
    }
}
