package portvakt.sim.outage;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import portvakt.gate.GateIdentity;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.server.Server;
import portvakt.server.ServerConfig;
import portvakt.server.ServerStartException;
import portvakt.server.WebStarter;
import portvakt.server.port.Accounts;
import portvakt.server.port.Role;
import portvakt.sim.site.SimulatedSite;

/** A server's folder and ports, and the gates that were provisioned there. The server runs when somebody starts it. */
final class OutageSite {

    private static final String USER = "bench";

    private final Path folder;
    private final ServerConfig config;
    private final int webPort;
    private final int brokerPort;

    OutageSite(Path folder) throws IOException {
        this.folder = folder;
        this.webPort = SimulatedSite.freePort();
        this.brokerPort = SimulatedSite.freePort();
        SimulatedSite.openRegister(folder);
        this.config = SimulatedSite.serverConfig(folder, webPort, brokerPort);
    }

    ServerConfig config() {
        return config;
    }

    URI url() {
        return URI.create("http://localhost:" + webPort + "/");
    }

    /** With database, broker, console and API, in this process. */
    Server start() throws IOException {
        try {
            return Server.start(config, InstantSource.system(), List.of(new WebStarter(List.of())));
        } catch (ServerStartException e) {
            throw new IOException("the server does not start: " + e.getMessage(), e);
        }
    }

    /** The secret of a session that may see the console, of an account that is made for it. */
    static String session(Accounts accounts) {
        if (accounts.isEmpty()) {
            accounts.create(USER, SimulatedSite.newPassword().toCharArray(), Role.SITE_MANAGER);
        }
        return accounts.openSession(USER, Instant.now());
    }

    /** Makes gates and opens their journals; nothing is sent yet. The server must not run. */
    List<OutageGate> gates(int count) throws IOException {
        List<OutageGate> gates = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            Topics.GateAddress address = new Topics.GateAddress(SimulatedSite.SITE, "gate" + number);
            Path own = folder.resolve("gates").resolve(address.gate());
            try {
                Server.provision(config, InstantSource.system(), address, Direction.IN, own.resolve("identity"));
            } catch (ServerStartException e) {
                throw new IOException("no gate can be made: " + e.getMessage(), e);
            }
            gates.add(new OutageGate(
                    address,
                    GateIdentity.load(own.resolve("identity"), Optional.empty()),
                    URI.create("ssl://localhost:" + brokerPort),
                    own.resolve("data")));
        }
        return gates;
    }
}
