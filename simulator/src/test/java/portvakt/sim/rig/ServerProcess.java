package portvakt.sim.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.server.Main;
import portvakt.server.Server;
import portvakt.server.ServerConfig;
import portvakt.server.port.Role;
import portvakt.server.port.Tokens;
import portvakt.sim.register.CentralRegister;
import portvakt.sim.site.SimulatedSite;

/** The server, with its own broker and database, as a process that can be killed; and the register that pushes to it. */
final class ServerProcess implements AutoCloseable {

    static final String SITE = "rig";
    static final String LIST = "hms-kort";
    static final String ACCOUNT = "kari";
    static final String PASSWORD = "fjell og fjord og skog";
    private static final String ISSUER = "urn:portvakt:simulated-register";
    private static final String AUDIENCE = "urn:portvakt:rig";

    private final Path folder;
    private final ServerConfig config;
    private final Path configFile;
    private final CentralRegister register;
    private final EntryLogApi log;
    private JavaProcess process;

    /** Makes what it needs in the folder; starts nothing yet. */
    ServerProcess(Path folder) throws Exception {
        this.folder = folder;
        register = CentralRegister.open(folder.resolve("register"), ISSUER, AUDIENCE);
        int webPort = SimulatedSite.freePort();
        config = new ServerConfig(
                folder.resolve("server"),
                new ServerConfig.Web("127.0.0.1", webPort, null, Optional.empty(), false, null),
                Optional.empty(),
                new ServerConfig.Broker(
                        Optional.of(new ServerConfig.EmbeddedSettings(
                                "127.0.0.1", SimulatedSite.freePort(), List.of("localhost"))),
                        Optional.empty()),
                Optional.of(
                        new ServerConfig.Register(ISSUER, AUDIENCE, CentralRegister.jwks(folder.resolve("register")))),
                List.of(new ServerConfig.Site(SITE, "Rig")),
                LIST,
                null,
                null,
                null);
        configFile = Settings.write(config, folder.resolve("server.yaml"));
        try (Server server = Server.start(config, InstantSource.system(), List.of())) {
            server.parts().accounts().create(ACCOUNT, PASSWORD.toCharArray(), Role.ADMIN);
            log = new EntryLogApi(
                    config.web().publicUrl(),
                    server.parts()
                            .tokens()
                            .make(Tokens.Wish.everywhere("rig", Role.PROGRAM), "rig", Instant.now())
                            .secret());
        }
    }

    /** Makes a gate's identity. Before the start only: the database has room for one program. */
    Path provision(String gate, Direction direction) throws Exception {
        Path identity = folder.resolve("identity-" + gate);
        Server.provision(config, InstantSource.system(), new Topics.GateAddress(SITE, gate), direction, identity);
        return identity;
    }

    /** Where the console is. */
    URI web() {
        return config.web().publicUrl();
    }

    URI broker() {
        return URI.create(
                "ssl://localhost:" + config.broker().embedded().orElseThrow().port());
    }

    EntryLogApi log() {
        return log;
    }

    /** Returns when database and broker are well. */
    void start() throws IOException {
        process = JavaProcess.start(folder.resolve("server.log"), Main.class, configFile.toString());
        process.await(() -> "a server that is ready; it said:\n" + process.output(), log::isReady);
    }

    void kill() throws InterruptedException {
        process.kill();
    }

    /** Changes a card's status at the register. @return the version of the list that has the change, as soon as it is issued */
    long push(CardNumber card, CardStatus status) throws IOException, InterruptedException {
        long before = log.listVersion(LIST);
        CentralRegister.Pushed pushed =
                register.change(card, status, config.web().publicUrl().resolve("register/v1/events"));
        assertThat(pushed.httpStatus()).as(pushed.body()).isEqualTo(202);
        process.await(() -> "a version after " + before, () -> log.listVersion(LIST) > before);
        return log.listVersion(LIST);
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
