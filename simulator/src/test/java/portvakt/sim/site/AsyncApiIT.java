package portvakt.sim.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.access.CardRead;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Uid;
import portvakt.server.SitePresenceSettings;
import portvakt.server.port.Enrolments;
import portvakt.server.port.StatusChange;
import portvakt.sim.device.VirtualCard;

/** What a broker carries between the real server and real gates is what the AsyncAPI document says, and all of that comes. */
class AsyncApiIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final CardNumber REVOKED = new CardNumber("4388262");
    private static final Uid CHIP = new Uid("04112233445566");
    /** More than after which the whole list can be fetched anew. */
    private static final int CARDS = 2_100;

    @TempDir
    private Path folder;

    private SimulatedSite site;

    @BeforeEach
    void open() throws Exception {
        // Only a site that denies who enters twice tells its gates who left.
        site = SimulatedSite.open(new SimulatedSite.Settings(
                folder,
                0,
                Duration.ofSeconds(2),
                Duration.ofMillis(500),
                new SitePresenceSettings(null, null, null, SitePresenceSettings.AntiPassback.HARD, null)));
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    @Test
    void everythingThatIsCarriedIsDeclaredAndTheOtherWayRound() throws Exception {
        AsyncApiDocument document = AsyncApiDocument.read();
        // What lies in the broker comes first, and then what happens.
        try (BrokerObserver observer = observer("first")) {
            assertThat(site.push(REVOKED, CardStatus.REVOKED).appliedMs()).hasSize(2);
            assertThat(site.entrance().tap(card(REVOKED)).reason()).contains("CREDENTIAL_REVOKED");
            assertThat(bind()).isInstanceOf(Enrolments.Binding.Bound.class);
            revokeMany();
            site.exit().stop();
            site.exit().start();
            goesLive(observer);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(channelsOf(document, observer.seen())).isEqualTo(document.channels()));
            List<BrokerObserver.Seen> seen = observer.seen();
            seen.forEach(document::check);
            keeps(document);
            System.out.println(seen.size() + " messages on " + channelsOf(document, seen));
        }
    }

    /** What happens while the server's database takes nothing comes live. */
    private void goesLive(BrokerObserver observer) throws Exception {
        try (Connection busy = DriverManager.getConnection(
                        "jdbc:h2:file:"
                                + folder.toAbsolutePath().resolve("server").resolve("portvakt"),
                        "sa",
                        "");
                Statement statement = busy.createStatement()) {
            busy.setAutoCommit(false);
            statement.execute("SELECT last_id FROM log_cursor WHERE name = 'log' FOR UPDATE");
            assertThat(site.entrance().tap(card(REVOKED)).reason()).contains("CREDENTIAL_REVOKED");
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> observer.seen().stream()
                            .anyMatch(message -> message.topic().endsWith("/live")));
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> site.server().parts().log().live().stream()
                            .anyMatch(row -> row.kind().equals("AccessDenied")));
            busy.rollback();
        }
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> site.server().parts().log().live().isEmpty());
    }

    private BrokerObserver observer(String name) throws Exception {
        return new BrokerObserver(site.broker(), name, folder.resolve("server/pki"));
    }

    /** Whoever comes later finds something on each channel that is retained, and by {@code check} on no other. */
    private void keeps(AsyncApiDocument document) throws Exception {
        Set<String> retained = new TreeSet<>(document.channels());
        retained.removeIf(channel -> !document.isRetained(channel));
        try (BrokerObserver later = observer("second")) {
            Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
                List<BrokerObserver.Seen> kept = later.seen().stream()
                        .filter(BrokerObserver.Seen::retained)
                        .toList();
                assertThat(channelsOf(document, kept)).isEqualTo(retained);
            });
            later.seen().forEach(document::check);
        }
    }

    private static Set<String> channelsOf(AsyncApiDocument document, List<BrokerObserver.Seen> seen) {
        Set<String> channels = new TreeSet<>();
        seen.stream()
                .filter(message -> message.payload().length > 0)
                .forEach(message -> channels.add(document.channelOf(message.topic())));
        return channels;
    }

    private VirtualCard card(CardNumber number) {
        return site.issuer()
                .card(
                        CHIP,
                        number,
                        LocalDate.now().plusYears(1),
                        new CardRead.Holder("Kari Nordmann", "Fjordbygg AS", "911111111"));
    }

    private Enrolments.Binding bind() {
        return site.server()
                .parts()
                .enrolments()
                .bind(SimulatedSite.SITE, CHIP, REVOKED, Enrolments.OnConflict.REFUSE, "anna", Instant.now());
    }

    private void revokeMany() {
        List<StatusChange> changes = IntStream.range(0, CARDS)
                .mapToObj(card -> StatusChange.ofToken(
                        SimulatedSite.LIST,
                        new CardNumber(String.valueOf(5_000_000 + card)),
                        CardStatus.REVOKED,
                        Instant.now(),
                        "register",
                        "many-" + card,
                        "hash"))
                .toList();
        site.server().parts().register().applyAll(changes);
    }
}
