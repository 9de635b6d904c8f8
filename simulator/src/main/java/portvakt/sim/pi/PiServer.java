package portvakt.sim.pi;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.server.Server;
import portvakt.server.ServerConfig;
import portvakt.server.ServerStartException;
import portvakt.server.WebStarter;
import portvakt.server.port.EntryLog;
import portvakt.server.port.Lists;
import portvakt.server.port.LogEntry;
import portvakt.sim.register.CentralRegister;
import portvakt.sim.site.SimulatedSite;

/**
 * The real server with its own broker and database, in this process, where the Pi reaches it as {@value PiMachine#HOST}; and the
 * register that pushes to it. May be stopped and started; folder and ports stay.
 */
final class PiServer implements AutoCloseable {

    static final Topics.GateAddress GATE = new Topics.GateAddress(SimulatedSite.SITE, SimulatedSite.ENTRANCE);

    private static final EntryLog.Filter ROWS_OF_GATE =
            new EntryLog.Filter(Optional.of(GATE.site()), Optional.of(GATE.gate()), Optional.empty(), Optional.empty());
    private static final Duration LIST_WITHIN = Duration.ofSeconds(30);

    private final ServerConfig config;
    private final CentralRegister register;
    private final int webPort;
    private final int brokerPort;
    private Optional<Server> server = Optional.empty();

    /** @param folder of one that was there before: it has its data and its ports again, where gates look for it */
    PiServer(Path folder) throws IOException {
        Path ports = folder.resolve("ports");
        if (!Files.exists(ports)) {
            Files.writeString(ports, SimulatedSite.freePort() + "\n" + SimulatedSite.freePort() + "\n");
        }
        List<String> numbers = Files.readAllLines(ports);
        webPort = Integer.parseInt(numbers.getFirst());
        brokerPort = Integer.parseInt(numbers.getLast());
        register = SimulatedSite.openRegister(folder);
        ServerConfig plain = SimulatedSite.serverConfig(folder, webPort, brokerPort);
        config = new ServerConfig(
                plain.dataFolder(),
                plain.web(),
                plain.database(),
                new ServerConfig.Broker(
                        Optional.of(new ServerConfig.EmbeddedSettings(
                                "127.0.0.1", brokerPort, List.of("localhost", PiMachine.HOST))),
                        Optional.empty()),
                plain.register(),
                plain.sites(),
                plain.list(),
                plain.cardNumberPattern(),
                plain.gateCertificateValidity(),
                plain.spread());
    }

    /** Where the Pi finds the broker. */
    URI broker() {
        return URI.create("ssl://" + PiMachine.HOST + ":" + brokerPort);
    }

    void start() throws IOException {
        try {
            server = Optional.of(Server.start(config, InstantSource.system(), List.of(new WebStarter(List.of()))));
        } catch (ServerStartException e) {
            throw new IOException("the server does not start: " + e.getMessage(), e);
        }
    }

    /** Server and broker are gone for the Pi. */
    void stop() {
        server.ifPresent(Server::close);
        server = Optional.empty();
    }

    /** Makes the gate's identity. @param folder must not be there yet */
    void provision(Path folder) throws IOException {
        running().provision(GATE, Direction.IN, folder);
    }

    /** Changes a card's status at the register. @return the version of the list that has the change */
    long push(CardNumber card, CardStatus status) throws IOException, InterruptedException {
        long before = listVersion();
        CentralRegister.Pushed pushed = register.change(
                card, status, URI.create("http://localhost:" + webPort + "/").resolve("register/v1/events"));
        FailedException.unless(pushed.httpStatus() == 202, "the server refused the register's push: " + pushed.body());
        return Wait.until(
                LIST_WITHIN,
                () -> "a list after version " + before,
                () -> Optional.of(listVersion()).filter(version -> version > before));
    }

    /** Of the register's list; 0 before there is one. */
    long listVersion() {
        return running()
                .parts()
                .lists()
                .find(SimulatedSite.LIST)
                .map(Lists.PublishedList::version)
                .orElse(0L);
    }

    /** The id of the newest row of the log; for {@link #await}. */
    long newest() {
        return rows(0).stream().mapToLong(LogEntry::id).max().orElse(0);
    }

    /** The gate's rows with a higher id, in the order of their arrival. */
    List<LogEntry> rows(long afterId) {
        List<LogEntry> rows = new ArrayList<>();
        long last = afterId;
        while (true) {
            List<LogEntry> page = running().parts().log().after(last, EntryLog.LIMIT_MAX, ROWS_OF_GATE);
            if (page.isEmpty()) {
                return rows;
            }
            rows.addAll(page);
            last = page.getLast().id();
        }
    }

    /** The first row after that id that is of this kind and fits. */
    LogEntry await(long afterId, String kind, Duration patience, Predicate<LogEntry> fits)
            throws IOException, InterruptedException {
        return Wait.until(
                patience,
                100,
                () -> "the event " + kind + " at the server; what came: "
                        + rows(afterId).stream().map(PiServer::brief).toList(),
                () -> rows(afterId).stream()
                        .filter(row -> row.kind().equals(kind) && fits.test(row))
                        .findFirst());
    }

    private static String brief(LogEntry row) {
        return row.sequence() + " " + row.kind()
                + row.reason().map(reason -> " " + reason).orElse("")
                + row.detail().map(detail -> " " + detail).orElse("");
    }

    private Server running() {
        return server.orElseThrow(() -> new IllegalStateException("the server is stopped"));
    }

    @Override
    public void close() {
        stop();
    }
}
