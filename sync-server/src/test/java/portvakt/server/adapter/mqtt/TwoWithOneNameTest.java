package portvakt.server.adapter.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.adapter.pki.CertificateAuthority;
import portvakt.server.adapter.pki.GateProvisioning;
import portvakt.server.adapter.pki.NoTrust;
import portvakt.server.adapter.sql.Database;
import portvakt.server.adapter.sql.Databases;
import portvakt.server.adapter.sql.SqlGates;

/** A gate and a copy of its SD card, at the server's own broker. */
class TwoWithOneNameTest {

    private static final GateAddress GATE = new GateAddress("oslo", "north");
    private static final String CLIENT = "gate:oslo:north";

    @TempDir
    Path folder;

    @Test
    void eachHearsOfTheOtherAndWhoeverIsLeftConnects() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Instant now = Instant.now();
        Path identity = folder.resolve("gate");
        try (Database database = Databases.inMemory()) {
            SqlGates gates = new SqlGates(database);
            CertificateAuthority authority = CertificateAuthority.openOrCreate(folder.resolve("pki"), now);
            new GateProvisioning(authority, gates, new NoTrust(), Duration.ofDays(30))
                    .provision(GATE, Direction.IN, identity, now);
            try (EmbeddedBroker _ = EmbeddedBroker.start(
                            new EmbeddedBroker.Settings("127.0.0.1", port, List.of()),
                            folder.resolve("broker"),
                            authority,
                            gates,
                            now);
                    TestClient gate = TestClient.start(port, CLIENT, identity).awaitConnected()) {
                try (TestClient copy = TestClient.start(port, CLIENT, identity)) {
                    gate.awaitRivalled();
                    copy.awaitRivalled();
                }
                gate.awaitConnected();
                assertThat(gate.subscribe(GATE.acks())).isTrue();
            }
        }
    }
}
