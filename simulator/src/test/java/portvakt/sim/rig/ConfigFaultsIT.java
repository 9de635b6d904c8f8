package portvakt.sim.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.adapter.file.DataFolder;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.server.Server;
import portvakt.server.ServerConfig;
import portvakt.sim.site.SimulatedSite;

/**
 * Settings that cannot be used end the program with the documented status and one message for the installer: which file, which
 * line, which key, what would be right. Never a stack trace.
 */
@Timeout(300)
class ConfigFaultsIT {

    private static final int GATE_UNUSABLE = 2;
    private static final int SERVER_UNUSABLE = 1;

    @TempDir
    private Path folder;

    private Path dataFolder;
    private Path identity;
    private int runs;

    @BeforeEach
    void name() {
        dataFolder = folder.resolve("data");
        identity = folder.resolve("identity");
    }

    @Test
    void theGateNamesFileLineKeyAndRemedy() throws Exception {
        Path config = folder.resolve("gate.yaml");

        assertThat(gate(config)).contains(config.toString(), "cannot be read", "Check the path");

        Files.writeString(config, gateSettings().replace("releaseTime", "releaseTme"));
        assertThat(gate(config)).contains(config + ":6", "\"releaseTme\"", "Known here", "releaseTime");

        Files.writeString(config, gateSettings().replace("PT3S", "three"));
        assertThat(gate(config)).contains(config + ":6", "releaseTime", "three");

        Files.writeString(config, gateSettings().replace("PT3S", "PT3H"));
        assertThat(gate(config)).contains(config.toString(), "releaseTime is PT3H", "at most PT30S");

        Files.writeString(config, gateSettings().replace("line: 22", "line: [22]"));
        assertThat(gate(config)).contains(config + ":7", "turnstile.relay.line");

        Files.writeString(config, gateSettings());
        assertThat(gate(config)).contains(identity.resolve("gate.p12").toString());
    }

    @Test
    void theGateLeavesAnotherGatesDataFolderAlone() throws Exception {
        Server.provision(
                serverConfig(SimulatedSite.freePort(), SimulatedSite.freePort()),
                InstantSource.system(),
                new Topics.GateAddress("rig", "entrance"),
                Direction.IN,
                identity);
        Path config = Files.writeString(folder.resolve("gate.yaml"), gateSettings());
        try (DataFolder _ = DataFolder.lock(dataFolder)) {
            assertThat(gate(config)).contains(dataFolder.toString(), "another gate program uses it", "stop that one");
        }
    }

    @Test
    void theServerNamesFileLineKeyAndRemedy() throws Exception {
        Path config = folder.resolve("server.yaml");

        assertThat(server(config)).contains(config.toString(), "cannot be read", "Check the path");

        Files.writeString(config, "dataFolder: " + dataFolder + "\nweb:\n  prt: 8080\n");
        assertThat(server(config)).contains(config + ":3", "web.prt", "Known here", "port");

        Files.writeString(config, "dataFolder: " + dataFolder + "\nweb:\n  port: high\n");
        assertThat(server(config)).contains(config + ":3", "web.port", "high");

        Files.writeString(config, "dataFolder: " + dataFolder + "\nweb:\n  host: 0.0.0.0\n");
        assertThat(server(config)).contains(config.toString(), "web", "give tls");
    }

    @Test
    void theServerNamesAPortThatIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            Path web = Settings.write(serverConfig(port, SimulatedSite.freePort()), folder.resolve("web.yaml"));
            assertThat(server(web)).contains("console and API cannot listen", "port " + port, "web.port");

            Path broker = Settings.write(serverConfig(SimulatedSite.freePort(), port), folder.resolve("broker.yaml"));
            assertThat(server(broker)).contains("the broker cannot listen on 127.0.0.1:" + port, "give another port");
        }
    }

    @Test
    void theServerLeavesAnotherServersDataFolderAlone() throws Exception {
        ServerConfig settings = serverConfig(SimulatedSite.freePort(), SimulatedSite.freePort());
        Path config = Settings.write(settings, folder.resolve("server.yaml"));
        try (Server _ = Server.start(settings, InstantSource.system(), List.of())) {
            assertThat(server(config)).contains(dataFolder.toString(), "in use");
        }
    }

    private String gateSettings() {
        return """
                site: rig
                gate: entrance
                direction: IN
                dataFolder: %s
                identityFolder: %s
                releaseTime: PT3S
                turnstile: {relay: {line: 22, active: HIGH}, armSensor: {line: 23, active: LOW}}
                cardReader: {}
                """.formatted(dataFolder, identity);
    }

    private ServerConfig serverConfig(int webPort, int brokerPort) {
        return new ServerConfig(
                dataFolder,
                new ServerConfig.Web("127.0.0.1", webPort, null, Optional.empty(), false, null),
                Optional.empty(),
                new ServerConfig.Broker(
                        Optional.of(new ServerConfig.EmbeddedSettings("127.0.0.1", brokerPort, List.of("localhost"))),
                        Optional.empty()),
                Optional.empty(),
                List.of(),
                null,
                null,
                null,
                null);
    }

    private String gate(Path config) throws Exception {
        return said(portvakt.gate.Main.class, GATE_UNUSABLE, "run", config.toString());
    }

    private String server(Path config) throws Exception {
        return said(portvakt.server.Main.class, SERVER_UNUSABLE, config.toString());
    }

    /** What the program says until it has ended, which it does with this status and without a stack trace. */
    private String said(Class<?> main, int status, String... args) throws Exception {
        runs++;
        try (JavaProcess process = JavaProcess.start(folder.resolve("run-" + runs + ".log"), main, args)) {
            int exitCode = process.exitCode();
            String said = process.output();
            assertThat(exitCode).as(said).isEqualTo(status);
            assertThat(said.lines())
                    .as(said)
                    .noneMatch(line -> line.startsWith("\tat ") || line.contains("Exception:"));
            return said;
        }
    }
}
