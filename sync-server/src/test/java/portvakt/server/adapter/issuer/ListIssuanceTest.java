package portvakt.server.adapter.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Topics;
import portvakt.server.adapter.sql.Database;
import portvakt.server.adapter.sql.Databases;
import portvakt.server.adapter.sql.SqlCardRegister;
import portvakt.server.adapter.sql.SqlCardStatuses;
import portvakt.server.list.ListContent;
import portvakt.server.port.CardStatuses;
import portvakt.server.port.StatusChange;
import portvakt.server.port.StorageException;

/** What a gate can fetch is always one whole signed set; versions rise by one for each other set and never go back. */
class ListIssuanceTest {

    private static final String LIST = "hms-kort";
    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");

    @TempDir
    Path folder;

    private final RetainedMessages broker = new RetainedMessages();
    private Database database;
    private ListKeys keys;
    private SqlCardRegister register;
    private SqlCardStatuses statuses;
    private ListIssuance issuance;
    private int tokens;

    @BeforeEach
    void open() throws Exception {
        database = Databases.inMemory();
        keys = ListKeys.loadOrCreate(folder, LIST);
        register = new SqlCardRegister(database, LIST, () -> NOW, () -> {});
        statuses = new SqlCardStatuses(database);
        restart();
    }

    private void restart() {
        issuance = new ListIssuance(LIST, keys, statuses, broker, Duration.ofSeconds(1));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void set(String card, CardStatus status) {
        tokens++;
        register.apply(new StatusChange(
                new CardNumber(card), status, NOW.plusSeconds(tokens), "register", "t" + tokens, "h" + tokens));
    }

    @Test
    void anEmptyListIsPublishedAsVersionOne() throws Exception {
        issuance.round(NOW);
        assertThat(broker.head(LIST).version()).isEqualTo(1);
        assertThat(broker.head(LIST).expiresAt()).isEqualTo(NOW.plus(Duration.ofHours(24)));
        assertThat(broker.fetch(LIST, keys)).isEmpty();
    }

    @Test
    void aVersionIsForAnotherSetAndNotForAnotherChange() throws Exception {
        issuance.round(NOW);
        set("1234567", CardStatus.REVOKED);
        set("7654321", CardStatus.SUSPENDED);
        assertThat(issuance.round(NOW).head().version()).isEqualTo(2);
        set("1111111", CardStatus.REVOKED);
        set("1111111", CardStatus.VALID);
        assertThat(issuance.round(NOW).head().version()).isEqualTo(2);
        assertThat(broker.fetch(LIST, keys)).hasSize(2);
    }

    @Test
    void tableAndKeysComeBeforeTheHeadAndOldChunksGo() throws Exception {
        set("1234567", CardStatus.REVOKED);
        issuance.round(NOW);
        assertThat(broker.published)
                .containsExactly(Topics.tableChunk(LIST, 1, 0), Topics.keyChunk(LIST, 1, 0), Topics.listHead(LIST));
        set("1234568", CardStatus.REVOKED);
        issuance.round(NOW);
        assertThat(broker.retained).containsKey(Topics.keyChunk(LIST, 1, 0));
        set("1234569", CardStatus.REVOKED);
        issuance.round(NOW);
        assertThat(broker.retained)
                .doesNotContainKeys(Topics.keyChunk(LIST, 1, 0), Topics.tableChunk(LIST, 1, 0))
                .containsKeys(Topics.keyChunk(LIST, 2, 0), Topics.keyChunk(LIST, 3, 0));
    }

    @Test
    void aHeartbeatSignsTheSameVersionAgainAndNeverBackwards() throws Exception {
        issuance.round(NOW);
        assertThat(issuance.round(NOW.plus(Duration.ofMinutes(9))).head().issuedAt())
                .isEqualTo(NOW);
        Instant later = NOW.plus(Duration.ofMinutes(10));
        assertThat(issuance.round(later).head().issuedAt()).isEqualTo(later);
        assertThat(broker.head(LIST).version()).isEqualTo(1);
        set("1234567", CardStatus.REVOKED);
        assertThat(issuance.round(NOW.minus(Duration.ofDays(1))).head().issuedAt())
                .isEqualTo(later);
        assertThat(broker.head(LIST).issuedAt()).isEqualTo(later);
    }

    @Test
    void aRestartKeepsTheVersionAndPublishesAllAgain() throws Exception {
        set("1234567", CardStatus.REVOKED);
        issuance.round(NOW);
        broker.retained.clear();
        restart();
        issuance.round(NOW.plusSeconds(60));
        assertThat(broker.head(LIST).version()).isEqualTo(1);
        assertThat(broker.head(LIST).issuedAt()).isEqualTo(NOW.plusSeconds(60));
        assertThat(broker.fetch(LIST, keys)).hasSize(1);
    }

    /** The database's commit stands, but it could not say so, as when the disk fails to sync. */
    private static final class UnsureStatuses implements CardStatuses {
        private final CardStatuses behind;
        private boolean unsure;

        UnsureStatuses(CardStatuses behind) {
            this.behind = behind;
        }

        @Override
        public List<Listed> listed(String list) {
            return behind.listed(list);
        }

        @Override
        public Optional<Issued> issued(String list) {
            return behind.issued(list);
        }

        @Override
        public void issue(Issued issued, Snapshot snapshot) {
            behind.issue(issued, snapshot);
            if (unsure) {
                unsure = false;
                throw new StorageException("may not be on the disk", new IOException("no sync"));
            }
        }

        @Override
        public List<Snapshot> snapshots(String list) {
            return behind.snapshots(list);
        }

        @Override
        public void forgetSnapshot(String list, long version) {
            behind.forgetSnapshot(list, version);
        }
    }

    @Test
    void aVersionWhoseCommitWasUncertainIsPublishedInTheNextRound() throws Exception {
        UnsureStatuses unsure = new UnsureStatuses(statuses);
        issuance = new ListIssuance(LIST, keys, unsure, broker, Duration.ofSeconds(1));
        issuance.round(NOW);
        set("1234567", CardStatus.REVOKED);
        unsure.unsure = true;
        assertThatThrownBy(() -> issuance.round(NOW)).isInstanceOf(StorageException.class);
        issuance.round(NOW);
        assertThat(broker.head(LIST).version()).isEqualTo(2);
        assertThat(broker.fetch(LIST, keys)).hasSize(1);
    }

    @Test
    void aVersionThatWasCommittedButNotPublishedIsNeverGivenToAnotherSet() throws Exception {
        issuance.round(NOW);
        set("1234567", CardStatus.REVOKED);
        broker.takes = 1;
        assertThatThrownBy(() -> issuance.round(NOW)).isInstanceOf(BrokerAway.class);
        assertThat(broker.head(LIST).version()).isEqualTo(1);
        assertThat(broker.fetch(LIST, keys)).isEmpty();
        set("7654321", CardStatus.REVOKED);
        broker.takes = Integer.MAX_VALUE;
        restart();
        issuance.round(NOW);
        assertThat(broker.head(LIST).version()).isEqualTo(3);
        assertThat(broker.fetch(LIST, keys)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void anyChangesWithAnyFaultsEndInTheSetOfTheStatuses(long seed) throws Exception {
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        long version = 0;
        for (int step = 0; step < 60; step++) {
            for (int change = random.nextInt(4); change > 0; change--) {
                set(String.valueOf(1_000_000 + random.nextInt(40)), CardStatus.values()[random.nextInt(3)]);
            }
            broker.takes = random.nextInt(4) == 0 ? random.nextInt(4) : Integer.MAX_VALUE;
            if (random.nextInt(8) == 0) {
                restart();
            }
            try {
                issuance.round(NOW.plusSeconds(step));
            } catch (BrokerAway expected) {
                assertThat(broker.takes).isLessThan(Integer.MAX_VALUE);
            }
            if (broker.retained.containsKey(Topics.listHead(LIST))) {
                broker.fetch(LIST, keys);
                assertThat(broker.head(LIST).version()).isGreaterThanOrEqualTo(version);
                version = broker.head(LIST).version();
            }
        }
        broker.takes = Integer.MAX_VALUE;
        issuance.round(NOW.plusSeconds(100));
        assertThat(broker.fetch(LIST, keys))
                .isEqualTo(
                        ListContent.of(statuses.listed(LIST), keys.cardKeys()).keys());
        assertThat(statuses.snapshots(LIST)).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void theIssuersThreadPublishesAChangeByItself() {
        try (ListIssuer issuer = new ListIssuer(LIST, keys, statuses, broker, () -> NOW)) {
            issuer.start();
            Awaitility.await().until(() -> issuer.find(LIST).isPresent());
            set("1234567", CardStatus.REVOKED);
            issuer.changed();
            Awaitility.await().until(() -> issuer.find(LIST).orElseThrow().version() == 2);
            assertThat(issuer.find(LIST).orElseThrow().revokedCount()).isEqualTo(1);
            assertThat(issuer.find("other")).isEmpty();
        }
    }

    @Test
    void keysAreMadeOnceForTheOwnerOnlyAndDamageIsNamed() throws Exception {
        assertThat(ListKeys.loadOrCreate(folder, LIST).keyId()).isEqualTo(keys.keyId());
        for (String file : new String[] {"signing-" + keys.keyId().hex() + ".key", "hms-kort.secret"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file))))
                    .isEqualTo("rw-------");
        }
        Files.delete(folder.resolve("hms-kort.secret"));
        assertThatThrownBy(() -> ListKeys.loadOrCreate(folder, LIST))
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("backup");
    }

    @Test
    void aStoppedIssuanceDoesNotWaitForABrokerThatSaysNothing() {
        ListIssuance waiting =
                new ListIssuance(LIST, keys, statuses, (_, _) -> new CompletableFuture<>(), Duration.ofMinutes(10));
        waiting.stop();
        assertThatThrownBy(() -> waiting.round(NOW)).isInstanceOf(BrokerAway.class);
    }

    @Test
    void aClosedIssuerHasEndedAlsoWhileTheBrokerSaysNothing() {
        ListIssuer issuer = new ListIssuer(LIST, keys, statuses, (_, _) -> new CompletableFuture<>(), () -> NOW);
        issuer.start();
        Awaitility.await().until(() -> statuses.issued(LIST).isPresent());
        issuer.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("list-" + LIST);
    }
}
