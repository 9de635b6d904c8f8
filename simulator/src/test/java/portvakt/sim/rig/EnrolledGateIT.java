package portvakt.sim.rig;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.adapter.file.FolderDisk;
import portvakt.gate.adapter.pcsc.PcscReaderConfig;
import portvakt.gate.journal.JournalReader;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Direction;
import portvakt.protocol.mqtt.TlsIdentity;
import portvakt.sim.device.PcscDaemon;
import portvakt.sim.device.VpcdSlot;

/**
 * The first start of a gate, by real programs alone: a code from the console's form, {@code enrol} as an installer types it, and the
 * gate that comes of it opens for a card.
 */
@Timeout(600)
class EnrolledGateIT {

    private static final CardNumber WORKER = new CardNumber("4388261");
    private static final CardNumber REVOKED = new CardNumber("4388300");

    @TempDir
    private Path folder;

    private final Cards cards = new Cards();
    private PcscDaemon daemon;
    private VpcdSlot slot;
    private ServerProcess server;
    private GateProcess gate;
    private Path identity;
    private int runs;

    @BeforeEach
    void start() throws Exception {
        daemon = PcscDaemon.reserve(folder.resolve("pcsc"), "Portvakt PICC", Duration.ofMinutes(5));
        daemon.start();
        slot = new VpcdSlot(daemon.slotPort());
        server = new ServerProcess(folder);
        identity = folder.resolve("identity");
        gate = new GateProcess(
                folder,
                server,
                new GateProcess.Installation(
                        "entrance",
                        Direction.IN,
                        folder.resolve("data"),
                        new PcscReaderConfig(
                                daemon.slotName(), Optional.of(cards.layout(folder.resolve("keys"))), null, null, null),
                        Optional.empty()),
                identity);
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        gate.close();
        server.close();
        slot.close();
        daemon.close();
    }

    /** What the gate's program says until it has ended. */
    private String said(int status, String... args) throws Exception {
        runs++;
        try (JavaProcess process =
                JavaProcess.start(folder.resolve("run-" + runs + ".log"), portvakt.gate.Main.class, args)) {
            int exitCode = process.exitCode();
            String said = process.output();
            assertThat(exitCode).as(said).isEqualTo(status);
            assertThat(said.lines()).as(said).noneMatch(line -> line.startsWith("\tat "));
            return said;
        }
    }

    private String enrol(int status, String code, URI at) throws Exception {
        return said(
                status,
                "enrol",
                code,
                "--server",
                at.toString(),
                "--config",
                gate.configFile().toString());
    }

    private static String code(Console console, String name) throws Exception {
        HttpResponse<String> made =
                console.post("gate-codes/rig", "gate-codes/rig", Map.of("gate", name, "direction", "IN"));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return made.body().replaceFirst("(?s).*portvakt-gate enrol ([0-9A-Z-]+) .*", "$1");
    }

    private X509Certificate certificate() throws Exception {
        return TlsIdentity.ownKey(identity.resolve("gate.p12"), identity.resolve("gate.p12.password"))
                .certificate();
    }

    @Test
    void aCodeMakesAGateThatOpens() throws Exception {
        Console console = new Console(server.web(), ServerProcess.ACCOUNT, ServerProcess.PASSWORD);
        String code = code(console, "entrance");
        refusesWhoStandsBetween(code);
        assertThat(enrol(1, code(console, "south"), server.web())).contains("another gate's than the settings name");

        assertThat(enrol(0, code, server.web())).contains("gate entrance of site rig", "portvakt-gate selftest");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(identity)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(identity.resolve("gate.p12"))))
                .isEqualTo("rw-------");
        X509Certificate first = certificate();

        assertThat(enrol(1, code, server.web())).contains("The code was used already");
        assertThat(certificate()).isEqualTo(first);

        opensFor(WORKER);
        tellsOfItself();
        renews(first);
        assertThat(console.get("users")).contains("rig/entrance");
    }

    /** Whoever answers in the server's place has another authority, and is sent nothing. */
    private void refusesWhoStandsBetween(String code) throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        Path other = folder.resolve("other");
        Files.createDirectories(other);
        try (ServerProcess thief = new ServerProcess(other)) {
            thief.start();
            byte[] told = new Console(thief.web(), ServerProcess.ACCOUNT, ServerProcess.PASSWORD)
                    .get("enrol/v1/server")
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8);
            HttpServer between = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            between.createContext("/", exchange -> {
                asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
                exchange.sendResponseHeaders(200, told.length);
                exchange.getResponseBody().write(told);
                exchange.close();
            });
            between.start();
            try {
                URI there =
                        URI.create("http://localhost:" + between.getAddress().getPort());
                assertThat(enrol(1, code, there))
                        .contains("not the server that the code is from", "Nothing of the code was sent");
            } finally {
                between.stop(0);
            }
        }
        assertThat(asked).containsExactly("GET /enrol/v1/server");
        assertThat(identity).doesNotExist();
    }

    private void opensFor(CardNumber worker) throws Exception {
        long version = server.push(REVOKED, CardStatus.REVOKED);
        gate.start();
        gate.awaitLists(version);
        long before = server.log().newest();
        slot.insert(cards.card(worker));
        gate.awaitReleases(1);
        JsonNode granted = server.log().await(before, "AccessGranted", _ -> true);
        assertThat(granted.path("cardNumber").asText()).endsWith(worker.digits().substring(4));
        slot.pullOut();
    }

    /** While the gate runs, which is not disturbed. */
    private void tellsOfItself() throws Exception {
        Path bundle = folder.resolve("support.zip");
        runs++;
        try (JavaProcess rescue = JavaProcess.start(
                folder.resolve("rescue.log"),
                portvakt.gate.Main.class,
                "rescue",
                gate.configFile().toString(),
                "--bundle",
                bundle.toString())) {
            assertThat(rescue.exitCode()).as(rescue.output()).isLessThanOrEqualTo(1);
            assertThat(rescue.output())
                    .contains("OK    Server", "OK    Identity", "hms-kort version", "The gate program runs")
                    .contains("granted", "43***61")
                    .doesNotContain(WORKER.digits());
        }
        try (var zip = new java.util.zip.ZipFile(bundle.toFile())) {
            assertThat(zip.stream().map(java.util.zip.ZipEntry::getName))
                    .containsExactly("findings.json", "machine.txt", "events.txt");
            String events = new String(
                    zip.getInputStream(zip.getEntry("events.txt")).readAllBytes(),
                    java.nio.charset.StandardCharsets.UTF_8);
            assertThat(events).contains("granted").doesNotContain("43***61").doesNotContain(WORKER.digits());
        }
        assertThat(gate.process().isAlive()).isTrue();
    }

    private void renews(X509Certificate first) throws Exception {
        String config = gate.configFile().toString();
        assertThat(said(0, "enrol", "--renew", "--when-due", "--config", config))
                .contains("Nothing to do");
        assertThat(certificate()).isEqualTo(first);
        said(0, "enrol", "--renew", "--config", config);
        assertThat(certificate().getPublicKey()).isNotEqualTo(first.getPublicKey());
        gate.kill();
        gate.start();
        long before = server.log().newest();
        slot.insert(cards.card(WORKER));
        server.log().await(before, "AccessGranted", _ -> true);
    }

    /** The commonest repair: the card is dead, and a new computer is enrolled under the same name. */
    @Test
    void aNewComputerGoesOnWhereTheDeadOneWas() throws Exception {
        Console console = new Console(server.web(), ServerProcess.ACCOUNT, ServerProcess.PASSWORD);
        assertThat(enrol(0, code(console, "entrance"), server.web())).doesNotContain("the journal goes on");
        opensFor(WORKER);
        gate.kill();
        delete(identity);
        delete(gate.dataFolder());

        String said = enrol(0, code(console, "entrance"), server.web());
        long end = Long.parseLong(
                said.replaceFirst("(?s).*its events up to ([0-9]+): the journal goes on after them.*", "$1"));
        long before = server.log().newest();
        gate.start();
        gate.awaitLists(server.log().listVersion(ServerProcess.LIST));
        slot.insert(cards.card(WORKER));
        JsonNode granted = server.log().await(before, "AccessGranted", _ -> true);
        slot.pullOut();

        awaitAcknowledged(granted.path("sequence").asLong());
        List<JsonNode> rows = server.log().ofGate("entrance");
        assertThat(rows.stream().filter(row -> row.path("kind").asText().equals("Alarm")))
                .isEmpty();
        assertThat(rows.stream().map(row -> row.path("sequence").asLong()))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, rows.size()).boxed().toList());
        assertThat(rows.get((int) end).path("detail").asText())
                .endsWith("a new journal that goes on after event " + end);
        proves(end);
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private void awaitAcknowledged(long sequence) throws Exception {
        JournalReader journal = new JournalReader(FolderDisk.existing(gate.dataFolder()));
        gate.process().await(() -> "event " + sequence + " acknowledged", () -> {
            try {
                return journal.acknowledged() >= sequence;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Both computers' parts, and what the old one wrote after its last seal is nobody's. */
    private void proves(long end) throws Exception {
        Path chain = folder.resolve("chain.jsonl");
        Files.writeString(chain, server.log().chain(ServerProcess.SITE, "entrance"));
        try (JavaProcess verify = JavaProcess.start(
                folder.resolve("verify.log"), portvakt.server.Main.class, "verify-log", chain.toString())) {
            assertThat(verify.exitCode()).as(verify.output()).isZero();
            assertThat(verify.output())
                    .contains(
                            "PROVED: events 1 to " + (end + 1) + " of rig/entrance, but for those named below,",
                            "(seals: 2)",
                            "Events 2 to " + end + " come after the last seal of a computer that was replaced");
        }
    }
}
