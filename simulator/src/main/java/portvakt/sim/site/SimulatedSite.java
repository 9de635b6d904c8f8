package portvakt.sim.site;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import portvakt.gate.Gate;
import portvakt.gate.GateIdentity;
import portvakt.gate.access.AccessPolicy;
import portvakt.gate.adapter.display.DisplayConfig;
import portvakt.gate.adapter.pcsc.ChipLayout;
import portvakt.gate.journal.SealKey;
import portvakt.protocol.Assurance;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.protocol.mqtt.BrokerSession;
import portvakt.server.Server;
import portvakt.server.ServerConfig;
import portvakt.server.ServerParts;
import portvakt.server.ServerStartException;
import portvakt.server.SitePresenceSettings;
import portvakt.server.WebStarter;
import portvakt.server.port.Lists;
import portvakt.sim.device.SimulatedIssuer;
import portvakt.sim.net.NetworkCable;
import portvakt.sim.register.CentralRegister;

/**
 * A whole site in one process: the real server with its own broker and database, an entrance and an exit, the register that
 * issues the cards. Server and gates may be stopped and started apart from each other; folder and ports stay.
 */
public final class SimulatedSite implements AutoCloseable {

    public static final String SITE = "bjorvika";
    public static final String ENTRANCE = "entrance";
    public static final String EXIT = "exit";
    public static final String LIST = "hms-kort";

    private static final String REGISTER_ISSUER = "urn:portvakt:simulated-register";
    private static final String AUDIENCE = "urn:portvakt:demo";
    private static final Duration LIST_PATIENCE = Duration.ofSeconds(15);
    private static final Duration SPREAD_PATIENCE = Duration.ofSeconds(15);

    /**
     * @param webPort     of console and API; 0 for a free one
     * @param releaseTime of both turnstiles
     * @param presence    how the site keeps count of who is on it
     * @param displays    by the gate's name; a gate that is not there has none
     */
    public record Settings(
            Path folder,
            int webPort,
            Duration releaseTime,
            Duration turnTime,
            SitePresenceSettings presence,
            Map<String, DisplayConfig> displays) {

        /** Without displays. */
        public Settings(
                Path folder, int webPort, Duration releaseTime, Duration turnTime, SitePresenceSettings presence) {
            this(folder, webPort, releaseTime, turnTime, presence, new TreeMap<>());
        }

        /** With nobody checked out by a rule, and everybody let in however often. */
        public Settings(Path folder, int webPort, Duration releaseTime, Duration turnTime) {
            this(folder, webPort, releaseTime, turnTime, SitePresenceSettings.byDefault());
        }

        public static Settings in(Path folder, int webPort) {
            return new Settings(folder, webPort, Duration.ofSeconds(5), Duration.ofSeconds(1));
        }

        /** The same with displays. */
        public Settings with(Map<String, DisplayConfig> displays) {
            return new Settings(folder, webPort, releaseTime, turnTime, presence, displays);
        }
    }

    /**
     * How a pushed change spread.
     *
     * @param unchanged whether the card had that status already
     * @param appliedMs milliseconds from the push to each gate deciding by it; a gate that was not reached in time is missing
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Spread(
            String card,
            String status,
            Instant pushedAt,
            int httpStatus,
            String answer,
            long listVersion,
            boolean unchanged,
            Map<String, Double> appliedMs) {}

    private final Settings settings;
    private final int webPort;
    private final int brokerPort;
    private final List<ServerParts.Starter> starters;
    private final CentralRegister register;
    private final SimulatedIssuer issuer;
    private final Map<String, SimulatedGate> gates = new TreeMap<>();
    private Optional<Server> server = Optional.empty();

    private SimulatedSite(
            Settings settings,
            int webPort,
            List<ServerParts.Starter> starters,
            CentralRegister register,
            SimulatedIssuer issuer)
            throws IOException {
        this.settings = settings;
        this.webPort = webPort;
        this.brokerPort = freePort();
        this.starters = starters;
        this.register = register;
        this.issuer = issuer;
    }

    /**
     * Starts all of it, and waits for a while until the gates have a list; what it made at an earlier start in the same folder is used again.
     *
     * @param starters what else runs on the server, the web part as a rule
     */
    public static SimulatedSite open(Settings settings, int webPort, List<ServerParts.Starter> starters)
            throws IOException, ServerStartException {
        CentralRegister register = openRegister(settings.folder());
        SimulatedIssuer issuer = new SimulatedIssuer(RandomGenerator.of("L64X128MixRandom"));
        SimulatedSite site = new SimulatedSite(settings, webPort, starters, register, issuer);
        try {
            site.startServer();
            ChipLayout layout = issuer.layout(settings.folder().resolve("card-keys"));
            site.addGate(ENTRANCE, Direction.IN, layout);
            site.addGate(EXIT, Direction.OUT, layout);
            for (SimulatedGate gate : site.gates.values()) {
                gate.awaitLists(LIST_PATIENCE);
            }
            return site;
        } catch (IOException | ServerStartException | RuntimeException e) {
            site.close();
            throw e;
        }
    }

    /** The same with console and API on top. */
    public static SimulatedSite open(Settings settings) throws IOException, ServerStartException {
        int port = settings.webPort() == 0 ? freePort() : settings.webPort();
        return open(settings, port, List.of(new WebStarter(List.of())));
    }

    private void addGate(String name, Direction direction, ChipLayout layout) throws IOException {
        Topics.GateAddress address = new Topics.GateAddress(SITE, name);
        Path folder = settings.folder().resolve("gates").resolve(name);
        Path identity = folder.resolve("identity");
        if (!Files.exists(identity)) {
            server().provision(address, direction, identity);
        }
        GateIdentity who = GateIdentity.load(identity, Optional.empty());
        NetworkCable cable = new NetworkCable(brokerPort);
        SimulatedGate gate = new SimulatedGate(
                new Gate.Settings(
                        address,
                        direction,
                        policy(direction, who.listNames()),
                        settings.releaseTime(),
                        settings.turnTime(),
                        who.trust(),
                        who.lists(),
                        2_000_000,
                        Optional.of(new SealKey(address, who.key())),
                        Optional.of(new BrokerSession.Settings(
                                URI.create("ssl://localhost:" + cable.port()),
                                address.clientId(),
                                who.tls(),
                                Optional.empty(),
                                Duration.ofSeconds(20),
                                Duration.ZERO,
                                8))),
                folder.resolve("data"),
                Optional.of(layout),
                Optional.of(cable),
                Optional.ofNullable(settings.displays().get(name)));
        gates.put(name, gate);
        gate.start();
    }

    private static AccessPolicy policy(Direction direction, List<String> lists) {
        return new AccessPolicy(
                direction,
                lists,
                Assurance.UNSIGNED_CODE,
                Duration.ofDays(1),
                Duration.ofDays(3),
                Duration.ofDays(7),
                false,
                false,
                true,
                ZoneId.of("Europe/Oslo"));
    }

    /** A server's settings as here, for whoever plays a site of another kind: one site, its own broker, the simulated register. */
    public static ServerConfig serverConfig(Path folder, int webPort, int brokerPort) {
        return serverConfig(folder, webPort, brokerPort, SitePresenceSettings.byDefault());
    }

    private static ServerConfig serverConfig(Path folder, int webPort, int brokerPort, SitePresenceSettings presence) {
        return new ServerConfig(
                folder.resolve("server"),
                new ServerConfig.Web("127.0.0.1", webPort, url(webPort), Optional.empty(), false, null),
                Optional.empty(),
                new ServerConfig.Broker(
                        Optional.of(new ServerConfig.EmbeddedSettings("127.0.0.1", brokerPort, List.of("localhost"))),
                        Optional.empty()),
                Optional.of(new ServerConfig.Register(
                        REGISTER_ISSUER, AUDIENCE, CentralRegister.jwks(folder.resolve("register")))),
                List.of(new ServerConfig.Site(SITE, "Bjørvika, kvartal B7", null, presence)),
                LIST,
                null,
                null,
                null);
    }

    /** The register that {@link #serverConfig} believes. */
    public static CentralRegister openRegister(Path folder) throws IOException {
        return CentralRegister.open(folder.resolve("register"), REGISTER_ISSUER, AUDIENCE);
    }

    private static URI url(int webPort) {
        return URI.create("http://localhost:" + webPort + "/");
    }

    /** Starts server and broker, at the ports they had before. */
    public synchronized void startServer() throws ServerStartException {
        server = Optional.of(Server.start(
                serverConfig(settings.folder(), webPort, brokerPort, settings.presence()),
                InstantSource.system(),
                starters));
    }

    /** Stops server and broker; the gates go on. */
    public synchronized void stopServer() {
        server.ifPresent(Server::close);
        server = Optional.empty();
    }

    /** @throws IllegalStateException while the server is stopped */
    public synchronized Server server() {
        return server.orElseThrow(() -> new IllegalStateException("the server is stopped"));
    }

    public URI url() {
        return url(webPort);
    }

    public URI broker() {
        return URI.create("ssl://localhost:" + brokerPort);
    }

    public URI registerEndpoint() {
        return url().resolve("register/v1/events");
    }

    /** By name, sorted. */
    public Map<String, SimulatedGate> gates() {
        return gates;
    }

    public SimulatedGate entrance() {
        return gates.get(ENTRANCE);
    }

    public SimulatedGate exit() {
        return gates.get(EXIT);
    }

    public CentralRegister register() {
        return register;
    }

    /** Makes the cards whose chips the gates can read. */
    public SimulatedIssuer issuer() {
        return issuer;
    }

    /**
     * Changes a card's status at the register and waits until the gates decide by it, each for a few seconds at most. A gate that is
     * off, or whose cable is out, is not waited for.
     */
    public synchronized Spread push(CardNumber card, CardStatus status) throws IOException, InterruptedException {
        boolean changes = register.status(card) != status;
        long versionBefore = version();
        Map<String, Double> applied = new TreeMap<>();
        List<SimulatedGate> reachable =
                gates.values().stream().filter(SimulatedGate::isReachable).toList();
        CountDownLatch all = new CountDownLatch(reachable.size());
        try (Listening listening = new Listening()) {
            long startNs = System.nanoTime();
            for (SimulatedGate gate : reachable) {
                listening.add(gate.onListApplied((list, version, _) -> {
                    double ms = (System.nanoTime() - startNs) / 1e6;
                    synchronized (applied) {
                        if (list.equals(LIST)
                                && version > versionBefore
                                && applied.putIfAbsent(gate.name(), ms) == null) {
                            all.countDown();
                        }
                    }
                }));
            }
            CentralRegister.Pushed pushed = register.change(card, status, registerEndpoint());
            if (changes && pushed.httpStatus() == 202) {
                boolean _ = all.await(SPREAD_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
            synchronized (applied) {
                return new Spread(
                        card.digits(),
                        status.name(),
                        pushed.at(),
                        pushed.httpStatus(),
                        pushed.body(),
                        version(),
                        !changes,
                        new TreeMap<>(applied));
            }
        }
    }

    private long version() {
        return server().parts()
                .lists()
                .find(LIST)
                .map(Lists.PublishedList::version)
                .orElse(0L);
    }

    private static final class Listening implements AutoCloseable {
        private final java.util.ArrayList<Subscription> each = new java.util.ArrayList<>();

        void add(Subscription one) {
            each.add(one);
        }

        @Override
        public void close() {
            each.forEach(Subscription::close);
        }
    }

    /** A port that nobody listens at right now. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** For passwords of accounts that exist on this machine only. */
    public static String newPassword() {
        byte[] bytes = new byte[12];
        new SecureRandom().nextBytes(bytes);
        return java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() throws IOException {
        for (SimulatedGate gate : gates.values()) {
            gate.close();
        }
        stopServer();
    }
}
