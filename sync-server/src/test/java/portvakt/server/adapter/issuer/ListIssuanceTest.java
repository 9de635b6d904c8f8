package portvakt.server.adapter.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Topics;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;
import portvakt.server.adapter.keys.ServerKeys;
import portvakt.server.list.ListContent;
import portvakt.server.port.CardStatuses.Checkpoint;
import portvakt.server.port.StorageException;

/** What a gate can fetch is always one whole signed set; versions rise by one for each other set and never go back. */
class ListIssuanceTest {

    private static final String LIST = "hms-kort";
    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");

    @TempDir
    Path folder;

    private final RetainedMessages broker = new RetainedMessages();
    private final FakeStatuses statuses = new FakeStatuses();
    private final AtomicInteger epoch = new AtomicInteger(1);
    private ListKeys keys;
    private ListIssuance issuance;

    @BeforeEach
    void open() throws Exception {
        keys = TestKeys.in(folder, LIST);
        restart();
    }

    private void restart() {
        issuance = new ListIssuance(LIST, keys, statuses, broker, epoch::get, Duration.ofSeconds(1), () -> {});
    }

    private void set(int card, CardStatus status) {
        statuses.set(new CardNumber(String.valueOf(card)), status);
    }

    private void set(int from, int until, CardStatus status) {
        for (int card = from; card < until; card++) {
            set(card, status);
        }
    }

    private long round(Instant now) throws BrokerAway {
        return issuance.round(now, true).head().version();
    }

    @Test
    void anEmptyListIsPublishedAsVersionOne() throws Exception {
        round(NOW);
        assertThat(broker.head(LIST).version()).isEqualTo(1);
        assertThat(broker.head(LIST).expiresAt()).isEqualTo(NOW.plus(Duration.ofHours(24)));
        assertThat(broker.fetch(LIST, keys)).isEmpty();
        assertThat(issuance.isSettled()).isTrue();
    }

    @Test
    void aVersionIsForAnotherSetAndNotForAnotherChange() throws Exception {
        round(NOW);
        set(1234567, CardStatus.REVOKED);
        set(7654321, CardStatus.SUSPENDED);
        assertThat(round(NOW)).isEqualTo(2);
        set(1111111, CardStatus.REVOKED);
        set(1111111, CardStatus.VALID);
        assertThat(round(NOW)).isEqualTo(2);
        assertThat(broker.fetch(LIST, keys)).hasSize(2);
        assertThat(statuses.fullReads).isEqualTo(1);
    }

    @Test
    void theDeltaComesBeforeTheHeadThatNamesItsVersionAndExpires() throws Exception {
        round(NOW);
        broker.published.clear();
        set(1234567, CardStatus.REVOKED);
        round(NOW);
        assertThat(broker.published).containsExactly(Topics.delta(LIST, 1), Topics.listHead(LIST));
        assertThat(broker.expiries).containsEntry(Topics.delta(LIST, 1), ListIssuance.DELTA_EXPIRY);
    }

    @Test
    void theHeadWaitsUntilTheBrokerHasTheDelta() throws Exception {
        round(NOW);
        broker.published.clear();
        set(1234567, CardStatus.REVOKED);
        broker.holds = true;
        round(NOW);
        assertThat(broker.published).containsExactly(Topics.delta(LIST, 1));
        broker.held.remove().complete(null);
        issuance.round(NOW, false);
        assertThat(broker.published).containsExactly(Topics.delta(LIST, 1), Topics.listHead(LIST));
    }

    @Test
    void aCheckpointsHeadComesAfterItsTableAndItsKeys() throws Exception {
        set(1234567, CardStatus.REVOKED);
        round(NOW);
        assertThat(broker.published)
                .containsExactly(
                        Topics.listHead(LIST),
                        Topics.tableChunk(LIST, 1, 0),
                        Topics.keyChunk(LIST, 1, 0),
                        Topics.checkpointHead(LIST, 1));
        assertThat(issuance.lastCheckpoint()).isEqualTo(1);
    }

    @Test
    void theNewestTwoCheckpointsStayAndNoDeltaFromBeforeThem() throws Exception {
        round(NOW);
        for (int batch = 1; batch <= 3; batch++) {
            set(1_000_000 + batch * 3000, 1_003_000 + batch * 3000, CardStatus.REVOKED);
            round(NOW);
        }
        assertThat(broker.checkpoints(LIST)).containsExactly(3L, 4L);
        assertThat(statuses.checkpoints.values())
                .extracting(Checkpoint::version)
                .containsExactly(3L, 4L);
        assertThat(broker.deltas(LIST)).containsExactly(3L);
        assertThat(statuses.deltas.keySet()).containsExactly(3L);
        assertThat(broker.retained.keySet()).noneMatch(topic -> topic.contains("snapshots/1/"));
        assertThat(broker.fetch(LIST, keys)).hasSize(9000);
    }

    @Test
    void aRevocationOvertakesACheckpoint() throws Exception {
        set(1_000_000, 1_050_000, CardStatus.REVOKED);
        broker.holds = true;
        round(NOW);
        broker.held.remove().complete(null);
        issuance.round(NOW, false);
        int before = broker.published.size();
        assertThat(before).isEqualTo(1 + Outbox.LIGHT_MAX);
        set(2_000_000, CardStatus.REVOKED);
        round(NOW);
        assertThat(broker.published.subList(before, broker.published.size())).containsExactly(Topics.delta(LIST, 1));
        broker.holds = false;
        while (!broker.held.isEmpty()) {
            broker.held.remove().complete(null);
            issuance.round(NOW, false);
        }
        assertThat(issuance.isSettled()).isTrue();
        assertThat(broker.checkpoints(LIST)).containsExactly(1L);
        assertThat(broker.fetch(LIST, keys)).hasSize(50_001);
    }

    @Test
    void aHeartbeatSignsTheSameVersionAgainAndNeverBackwards() throws Exception {
        round(NOW);
        assertThat(issuance.round(NOW.plus(Duration.ofMinutes(9)), true).head().issuedAt())
                .isEqualTo(NOW);
        Instant later = NOW.plus(Duration.ofMinutes(10));
        assertThat(issuance.round(later, false).head().issuedAt()).isEqualTo(later);
        assertThat(broker.head(LIST).version()).isEqualTo(1);
        assertThat(statuses.versions).hasSize(1);
        set(1234567, CardStatus.REVOKED);
        assertThat(issuance.round(NOW.minus(Duration.ofDays(1)), true).head().issuedAt())
                .isEqualTo(later);
        assertThat(broker.head(LIST).issuedAt()).isEqualTo(later);
    }

    @Test
    void aRestartKeepsTheVersionAndABrokerThatForgotUsGetsAllAgain() throws Exception {
        set(1234567, CardStatus.REVOKED);
        round(NOW);
        broker.retained.clear();
        restart();
        issuance.brokerConnected(false);
        round(NOW.plusSeconds(60));
        assertThat(broker.head(LIST).version()).isEqualTo(1);
        assertThat(broker.head(LIST).issuedAt()).isEqualTo(NOW.plusSeconds(60));
        assertThat(broker.fetch(LIST, keys)).hasSize(1);
    }

    @Test
    void aBrokerThatKnowsUsGetsHeadAndDeltasAgainButNoCheckpoint() throws Exception {
        round(NOW);
        set(1234567, CardStatus.REVOKED);
        round(NOW);
        restart();
        broker.published.clear();
        issuance.brokerConnected(true);
        round(NOW);
        assertThat(broker.published).containsExactly(Topics.listHead(LIST), Topics.delta(LIST, 1));
    }

    @Test
    void changesWhileTheServerWasDownAreOneDelta() throws Exception {
        set(1234567, CardStatus.SUSPENDED);
        set(1234568, CardStatus.SUSPENDED);
        round(NOW);
        set(1234567, CardStatus.REVOKED);
        set(1234568, CardStatus.VALID);
        set(1234569, CardStatus.REVOKED);
        restart();
        assertThat(round(NOW)).isEqualTo(2);
        ListDelta delta = ListDelta.parse(broker.retained.get(Topics.delta(LIST, 1)));
        assertThat(delta.added()).hasSize(2);
        assertThat(delta.removed()).hasSize(2);
    }

    @Test
    void aSetThatIsNotWhatWasIssuedBecomesAVersionWithoutDeltaButWithCheckpoint() throws Exception {
        round(NOW);
        FakeStatuses other = new FakeStatuses();
        other.set(new CardNumber("1234567"), CardStatus.REVOKED);
        other.issue(statuses.issued(LIST).orElseThrow(), List.of(), List.of());
        // As rows from before changes were numbered: the change counts as issued, but is not in the root.
        other.issue(
                new portvakt.server.port.CardStatuses.Issued(
                        broker.head(LIST), broker.retained.get(Topics.listHead(LIST)), 0, 0, 1),
                List.of(),
                List.of());
        issuance = new ListIssuance(LIST, keys, other, broker, epoch::get, Duration.ofSeconds(1), () -> {});
        assertThat(round(NOW)).isEqualTo(2);
        assertThat(broker.deltas(LIST)).isEmpty();
        assertThat(broker.checkpoints(LIST)).contains(2L);
        assertThat(broker.fetch(LIST, keys)).hasSize(1);
    }

    @Test
    void aRaisedEpochIsANewVersionWithACheckpointAndNoDelta() throws Exception {
        set(1234567, CardStatus.REVOKED);
        round(NOW);
        epoch.set(2);
        assertThat(round(NOW)).isEqualTo(2);
        assertThat(broker.head(LIST).epoch()).isEqualTo(2);
        assertThat(broker.deltas(LIST)).isEmpty();
        assertThat(broker.checkpoints(LIST)).containsExactly(1L, 2L);
        epoch.set(1);
        assertThat(issuance.round(NOW.plus(Duration.ofHours(1)), true).head().epoch())
                .isEqualTo(2);
    }

    @Test
    void aVersionWhoseCommitWasUncertainIsPublishedInTheNextRound() throws Exception {
        round(NOW);
        set(1234567, CardStatus.REVOKED);
        statuses.fault = FakeStatuses.Fault.AFTER;
        assertThatThrownBy(() -> round(NOW)).isInstanceOf(StorageException.class);
        assertThat(broker.head(LIST).version()).isEqualTo(1);
        round(NOW);
        assertThat(broker.head(LIST).version()).isEqualTo(2);
        assertThat(broker.fetch(LIST, keys)).hasSize(1);
        assertThat(statuses.fullReads).isEqualTo(1);
    }

    @Test
    void aVersionThatWasCommittedButNotPublishedIsNeverGivenToAnotherSet() throws Exception {
        round(NOW);
        set(1234567, CardStatus.REVOKED);
        broker.away = true;
        assertThatThrownBy(() -> round(NOW)).isInstanceOf(BrokerAway.class);
        assertThat(broker.head(LIST).version()).isEqualTo(1);
        assertThat(broker.fetch(LIST, keys)).isEmpty();
        set(7654321, CardStatus.REVOKED);
        broker.away = false;
        restart();
        round(NOW);
        assertThat(broker.head(LIST).version()).isEqualTo(3);
        assertThat(broker.fetch(LIST, keys)).hasSize(2);
    }

    @Test
    void theCanonicalContentIsWhatIsSigned() throws Exception {
        set(1_000_000, 1_002_000, CardStatus.SUSPENDED);
        round(NOW);
        set(1_000_500, 1_001_500, CardStatus.REVOKED);
        round(NOW);
        assertThat(broker.head(LIST).rootHex())
                .isEqualTo(
                        ListContent.of(statuses.listed(LIST), keys.cardKeys()).rootHex());
        assertThat(issuance.issued().orElseThrow().revokedCount()).isEqualTo(1000);
        assertThat(issuance.issued().orElseThrow().suspendedCount()).isEqualTo(1000);
    }

    private ListIssuer issuer(portvakt.server.port.RetainedPublisher publisher) {
        return new ListIssuer(LIST, keys, statuses, publisher, () -> NOW, epoch::get);
    }

    @Test
    void theIssuersThreadPublishesByItself() {
        set(1234567, CardStatus.REVOKED);
        try (ListIssuer issuer = issuer(broker)) {
            issuer.start();
            Awaitility.await()
                    .until(() -> issuer.published()
                            .filter(list -> list.lastCheckpoint() == 1 && list.revokedCount() == 1)
                            .isPresent());
            assertThat(issuer.published().orElseThrow().count()).isEqualTo(1);
        }
    }

    @Test
    void aClosedIssuerHasEndedAlsoWhileTheBrokerSaysNothing() {
        ListIssuer issuer = issuer((_, _) -> new CompletableFuture<>());
        issuer.start();
        Awaitility.await().until(() -> statuses.issued(LIST).isPresent());
        issuer.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("list-" + LIST);
    }

    @Test
    void anotherKeySignsACheckpointAtOnceSinceGatesThatAreBehindTakeNothingByTheOldOne() throws Exception {
        round(NOW);
        set(1234567, CardStatus.REVOKED);
        round(NOW);
        keys = ListKeys.of(
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair(),
                ServerKeys.openOrCreate(folder, LIST, NOW).secret(LIST));
        restart();

        round(NOW.plusSeconds(1));

        assertThat(broker.head(LIST).keyId()).isEqualTo(keys.keyId());
        assertThat(statuses.checkpoints(LIST).getLast().version()).isEqualTo(2);
        assertThat(ListHead.parse(statuses.checkpoints(LIST)
                                .getLast()
                                .signedHead()
                                .orElseThrow())
                        .keyId())
                .isEqualTo(keys.keyId());
    }
}
