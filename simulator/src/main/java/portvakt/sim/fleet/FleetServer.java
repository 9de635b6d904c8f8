package portvakt.sim.fleet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import portvakt.gate.GateIdentity;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.protocol.mqtt.BrokerSession;
import portvakt.protocol.mqtt.TlsIdentity;
import portvakt.server.Server;
import portvakt.server.ServerConfig;
import portvakt.server.ServerStartException;
import portvakt.server.WebStarter;
import portvakt.server.adapter.pki.CertificateAuthority;
import portvakt.server.adapter.pki.Identity;
import portvakt.server.adapter.register.CardImports;
import portvakt.server.list.ReleaseGuard;
import portvakt.server.port.Lists;
import portvakt.server.port.StatusChange;
import portvakt.sim.register.CentralRegister;
import portvakt.sim.site.SimulatedSite;

/** The real server with broker, database and web part, and the register that pushes to it. */
final class FleetServer implements AutoCloseable {

    static final String LIST = SimulatedSite.LIST;
    private static final String ACCOUNT = "bench";
    private static final int IN_FLIGHT_MAX = 32;

    private final Path folder;
    private final ServerConfig config;
    private final CentralRegister register;
    private final Server server;
    private final int brokerPort;

    private FleetServer(Path folder, ServerConfig config, CentralRegister register, Server server, int brokerPort) {
        this.folder = folder;
        this.config = config;
        this.register = register;
        this.server = server;
        this.brokerPort = brokerPort;
    }

    static FleetServer start(Path folder) throws IOException {
        CentralRegister register = SimulatedSite.openRegister(folder);
        int brokerPort = SimulatedSite.freePort();
        ServerConfig config = SimulatedSite.serverConfig(folder, SimulatedSite.freePort(), brokerPort);
        try {
            Server server = Server.start(config, InstantSource.system(), List.of(new WebStarter(List.of())));
            return new FleetServer(folder, config, register, server, brokerPort);
        } catch (ServerStartException e) {
            throw new IOException("the server does not start: " + e.getMessage(), e);
        }
    }

    URI broker() {
        return URI.create("ssl://localhost:" + brokerPort);
    }

    /** Makes a gate's folder, and reads it as the gate does. */
    GateIdentity provision(Topics.GateAddress address) throws IOException {
        Path identity = folder.resolve("gates").resolve(address.gate());
        server.provision(address, Direction.IN, identity);
        return GateIdentity.load(identity, Optional.of(List.of(LIST)));
    }

    /** The newest version that was issued. */
    Lists.PublishedList newest() {
        return server.parts().lists().find(LIST).orElseThrow(() -> new IllegalStateException("there is no list yet"));
    }

    /** Waits until the list holds so many cards and all that was committed is issued. */
    Lists.PublishedList awaitCount(int cards, Duration patience) throws InterruptedException {
        long endNs = System.nanoTime() + patience.toNanos();
        while (newestCount() != cards) {
            if (System.nanoTime() - endNs > 0) {
                throw new IllegalStateException("the server's list holds " + newestCount() + " cards, and not " + cards
                        + ", after " + patience);
            }
            Thread.sleep(2);
        }
        return newest();
    }

    private int newestCount() {
        return server.parts().lists().find(LIST).map(Lists.PublishedList::count).orElse(-1);
    }

    /** The register tells of one card, over HTTP; returns when it has the answer. */
    void push(CardNumber card, CardStatus status) throws IOException, InterruptedException {
        CentralRegister.Pushed pushed =
                register.change(card, status, config.web().publicUrl().resolve("register/v1/events"));
        if (pushed.httpStatus() != 202) {
            throw new IOException("the server answered a push with " + pushed.httpStatus() + ": " + pushed.body());
        }
    }

    /** A file of cards that all have this status, as one would be sent to the API. */
    static byte[] file(Collection<CardNumber> cards, CardStatus status) {
        StringBuilder csv = new StringBuilder("card_number,status\n");
        cards.forEach(
                card -> csv.append(card.digits()).append(',').append(status).append('\n'));
        return csv.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Takes a file as the API does; returns when it is committed. */
    void importFile(byte[] file) throws IOException {
        CardImports imports = new CardImports(
                server.parts().registerRecords(),
                server.parts().register(),
                Pattern.compile(config.cardNumberPattern()),
                new ReleaseGuard(ReleaseGuard.PERCENT_DEFAULT),
                InstantSource.system());
        try {
            CardImports.Result result = imports.take(
                    new CardImports.Request(LIST, false, false, Optional.empty(), ACCOUNT),
                    new ByteArrayInputStream(file));
            if (!(result instanceof CardImports.Result.Applied)) {
                throw new IOException("the import was not applied: " + result);
            }
        } catch (CardImports.Unreadable e) {
            throw new IOException(e);
        }
    }

    /** Changes in one commit, each as if a token had brought it; returns when they are committed. */
    void commit(Collection<CardNumber> cards, CardStatus status) {
        Instant now = Instant.now();
        server.parts()
                .register()
                .applyAll(cards.stream()
                        .map(card -> StatusChange.ofToken(
                                LIST,
                                card,
                                status,
                                now,
                                ACCOUNT,
                                UUID.randomUUID().toString(),
                                "none"))
                        .toList());
    }

    /** A session that may publish what the server may, beside the server's own. */
    BrokerSession.Settings publisher() throws IOException {
        CertificateAuthority.IdentityFiles own = CertificateAuthority.openOrCreate(
                        config.dataFolder().resolve("pki"), Instant.now())
                .serverClient(Instant.now());
        return new BrokerSession.Settings(
                broker(),
                new Identity.Server().commonName() + ":bench",
                TlsIdentity.load(own.p12(), own.passwordFile(), own.caPem()),
                Optional.empty(),
                FleetGate.KEEP_ALIVE,
                Duration.ZERO,
                IN_FLIGHT_MAX);
    }

    @Override
    public void close() {
        server.close();
    }
}
