package portvakt.server.adapter.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.sign.SignedFacts;
import portvakt.protocol.v1.Departure;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.FireReleaseStarted;
import portvakt.protocol.v1.PassbackNews;
import portvakt.protocol.v1.SignedDocument;
import portvakt.protocol.v1.Subject;
import portvakt.protocol.v1.UnattributedPassage;
import portvakt.server.adapter.sql.Database;
import portvakt.server.adapter.sql.Databases;
import portvakt.server.adapter.sql.Journal;
import portvakt.server.adapter.sql.SqlEntryLog;
import portvakt.server.adapter.sql.SqlEventIngest;
import portvakt.server.adapter.sql.SqlPresence;
import portvakt.server.port.CheckOuts;
import portvakt.server.port.Gates.Gate;
import portvakt.server.port.Presence;

/** Gates are told of everybody who left, once it is on the disk; and what the server cannot be sure of is said not to be complete. */
class PassbackIssuanceTest {

    private static final GateAddress EXIT = new GateAddress("oslo", "exit");
    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");
    private static final Duration FORGETS = Duration.ofHours(16);
    private static final byte[] RUN = {1, 2, 3};
    private static final String OLA = "1111111";

    @TempDir
    Path folder;

    private final Journal journal = new Journal();
    private final List<PassbackNews> news = new CopyOnWriteArrayList<>();
    private final List<Gate> gates = new ArrayList<>();
    private Database database;
    private SqlEntryLog log;
    private ListKeys keys;
    private PassbackIssuance issuance;

    @BeforeEach
    void open() throws Exception {
        database = Databases.inMemory();
        log = new SqlEntryLog(database);
        keys = TestKeys.in(folder.resolve("data"), "hms-kort");
        gates.add(gate("oslo", Direction.OUT, true, NOW, 5, 5));
        gates.add(gate("oslo", Direction.IN, false, NOW, 5, 9));
        gates.add(gate("bergen", Direction.OUT, false, NOW, 5, 9));
        issuance = new PassbackIssuance("oslo", FORGETS, RUN, keys, log, () -> List.copyOf(gates), this::publish);
        issuance.round(NOW).join();
    }

    @AfterEach
    void close() {
        log.close();
        database.close();
    }

    private static Gate gate(
            String site, Direction direction, boolean online, Instant seen, long committed, long journalLast) {
        return new Gate(
                site,
                "gate",
                direction,
                online,
                Optional.of(seen),
                "",
                "SYNCHRONISED",
                committed,
                journalLast,
                Optional.empty(),
                List.of(),
                List.of(),
                portvakt.server.port.Gates.Vitals.UNKNOWN);
    }

    private CompletableFuture<Void> publish(String topic, byte[] payload, Duration expiry) {
        try {
            assertThat(topic).isEqualTo(Topics.passback("oslo"));
            assertThat(expiry).isEqualTo(Duration.ofSeconds(10));
            SignedDocument document = SignedDocument.parseFrom(payload);
            assertThat(SignedFacts.isSignedBy(keys.publicKey(), SignedFacts.PASSBACK, document))
                    .isTrue();
            news.add(PassbackNews.parseFrom(document.getPayload()));
            return CompletableFuture.completedFuture(null);
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private void arrive(GateAddress gate) {
        new SqlEventIngest(database, log).ingest(gate, journal.batch(), NOW);
    }

    private PassbackNews round() {
        issuance.round(NOW).join();
        return news.getLast();
    }

    private static List<String> departed(PassbackNews message) {
        return message.getDeparturesList().stream()
                .map(Departure::getCardNumber)
                .toList();
    }

    @Test
    void eachMessageFollowsTheOneBeforeAndNamesWhoLeftSince() {
        journal.taken(Direction.IN, "2222222", 0);
        journal.taken(Direction.OUT, OLA, 1);
        arrive(EXIT);
        issuance.left(new CardNumber("3333333"));

        PassbackNews told = round();
        assertThat(told.getSequence()).isEqualTo(2);
        assertThat(told.getRun().toByteArray()).isEqualTo(RUN);
        assertThat(told.getSite()).isEqualTo("oslo");
        assertThat(told.getForgetMs()).isEqualTo(FORGETS.toMillis());
        assertThat(told.getIssuedAtMs()).isEqualTo(NOW.toEpochMilli());
        assertThat(told.getComplete()).isTrue();
        assertThat(departed(told)).containsExactly(OLA, "3333333");

        assertThat(departed(round())).isEmpty();
        assertThat(news).extracting(PassbackNews::getSequence).containsExactly(1L, 2L, 3L);
    }

    @Test
    void whatHappensOnOtherSitesIsNotTold() {
        journal.taken(Direction.OUT, OLA, 1);
        arrive(new GateAddress("bergen", "exit"));
        assertThat(departed(round())).isEmpty();
    }

    @Test
    void whoeverLeavesUnknownMakesItIncompleteOnce() {
        EventFacts.Builder out = Journal.facts(1).setDirection(Direction.OUT.wire());
        List<EventFacts> unknown = List.of(
                out.clone()
                        .setUnattributedPassage(UnattributedPassage.getDefaultInstance())
                        .build(),
                out.clone()
                        .setFireReleaseStarted(FireReleaseStarted.getDefaultInstance())
                        .build());
        for (EventFacts facts : unknown) {
            journal.add(facts, null);
            arrive(EXIT);
            assertThat(round().getComplete()).as(facts.toString()).isFalse();
            assertThat(round().getComplete()).isTrue();
        }
        // Only a chip was read, and no card number is known for it.
        journal.add(
                out.clone()
                        .setAccessTaken(
                                portvakt.protocol.v1.AccessTaken.newBuilder().setGrantedSequence(1))
                        .build(),
                Subject.newBuilder()
                        .setSalt(com.google.protobuf.ByteString.copyFrom(new byte[16]))
                        .setUid(com.google.protobuf.ByteString.copyFrom(new byte[] {4, 1, 2, 3}))
                        .build());
        arrive(EXIT);
        assertThat(round().getComplete()).isFalse();
    }

    @Test
    void aWayOutThatIsNotHeardOfMakesItIncomplete() {
        Map<String, Gate> doubtful = new TreeMap<>(Map.of(
                "offline", gate("oslo", Direction.OUT, false, NOW, 5, 5),
                "events under way", gate("oslo", Direction.OUT, true, NOW, 4, 5),
                "silent", gate("oslo", Direction.OUT, true, NOW.minus(Duration.ofSeconds(91)), 5, 5)));
        doubtful.forEach((why, gate) -> {
            gates.add(gate);
            assertThat(round().getComplete()).as(why).isFalse();
            gates.remove(gate);
            assertThat(round().getComplete()).as(why).isTrue();
        });
        gates.clear();
        assertThat(round().getComplete()).as("no way out at all").isFalse();
    }

    /** What people state and rules say reaches the gates through the running issuer, without waiting for a beat. */
    @Test
    void whoIsStatedGoneUndoneForgivenOrCheckedOutIsTold() throws Exception {
        journal.taken(Direction.IN, OLA, 0);
        try (PassbackIssuer issuer = new PassbackIssuer(
                Map.of("oslo", FORGETS), keys, log, () -> List.copyOf(gates), this::publish, () -> NOW)) {
            issuer.start();
            assertThat(issuer.areTold("oslo")).isTrue();
            assertThat(issuer.areTold("bergen")).isFalse();
            SqlPresence presence = new SqlPresence(database, Map.of("oslo", FORGETS), issuer);
            Presence.Holder ola = new Presence.Holder.Card(new CardNumber(OLA));
            arrive(EXIT);

            presence.checkOut(
                    "oslo",
                    since -> Optional.of(new CheckOuts.Due(since.plusSeconds(1), CheckOuts.Rule.LONGEST_STAY)),
                    NOW);
            awaitTold(1);
            long id = presence.state("oslo", ola, Direction.OUT, Journal.START, "anne", "why", NOW)
                    .id();
            awaitTold(2);
            presence.undo("oslo", id, "anne", "why", NOW);
            awaitTold(3);
            // No double entry is open; the entrance may deny all the same.
            assertThat(presence.forgive("oslo", ola, "anne", "why", NOW)).isInstanceOf(Presence.Outcome.Recorded.class);
            awaitTold(4);
            assertThat(presence.forgive("bergen", ola, "anne", "why", NOW))
                    .isInstanceOf(Presence.Outcome.NothingToForgive.class);
        }
    }

    private void awaitTold(int times) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(4))
                .untilAsserted(() -> assertThat(news.stream()
                                .flatMap(message -> departed(message).stream())
                                .filter(OLA::equals))
                        .hasSize(times));
    }
}
