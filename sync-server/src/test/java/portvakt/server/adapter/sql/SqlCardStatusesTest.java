package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.sign.KeyId;
import portvakt.server.port.CardStatuses.Changed;
import portvakt.server.port.CardStatuses.Checkpoint;
import portvakt.server.port.CardStatuses.Delta;
import portvakt.server.port.CardStatuses.Issued;
import portvakt.server.port.CardStatuses.Listed;
import portvakt.server.port.CardStatuses.Version;
import portvakt.server.port.StatusChange;
import portvakt.server.port.StorageException;

/** What an issuer reads is what was committed, in the order of the commits, and what it issues is there after a restart. */
class SqlCardStatusesTest {

    private static final String LIST = "hms-kort";
    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");

    private Database database;
    private SqlCardRegister register;
    private SqlCardStatuses statuses;
    private Instant now = NOW;
    private KeyPair key;
    private int tokens;

    @BeforeEach
    void open() throws Exception {
        database = Databases.inMemory();
        register = new SqlCardRegister(database, () -> now, _ -> {});
        statuses = new SqlCardStatuses(database);
        key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void set(String card, CardStatus status) {
        tokens++;
        register.apply(StatusChange.ofToken(
                LIST, new CardNumber(card), status, NOW.plusSeconds(tokens), "register", "t" + tokens, "h" + tokens));
    }

    private Issued issued(long version, long changeId) {
        ListHead head = new ListHead(
                LIST, 1, version, 0, 3, NOW, NOW.plusSeconds(60), "ab".repeat(32), KeyId.of(key.getPublic()));
        return new Issued(head, head.sign(key.getPrivate()), 2, 1, changeId);
    }

    private static Version version(Issued issued) {
        return new Version(issued.head(), 3, 208, issued.changeId());
    }

    private List<Listed> listedAt(long changeId) {
        List<Listed> all = new ArrayList<>();
        statuses.listedAt(LIST, changeId, all::add);
        return all;
    }

    private static Listed listed(String card, CardStatus status) {
        return new Listed(new CardNumber(card), status);
    }

    @Test
    void changesComeOnceACardInTheOrderOfTheCommits() {
        set("1111111", CardStatus.REVOKED);
        set("2222222", CardStatus.SUSPENDED);
        set("3333333", CardStatus.REVOKED);
        set("1111111", CardStatus.VALID);
        assertThat(statuses.newestChange(LIST)).isEqualTo(4);
        assertThat(statuses.changed(LIST, 0, 10))
                .containsExactly(
                        new Changed(new CardNumber("2222222"), CardStatus.SUSPENDED, 2),
                        new Changed(new CardNumber("3333333"), CardStatus.REVOKED, 3),
                        new Changed(new CardNumber("1111111"), CardStatus.VALID, 4));
        assertThat(statuses.changed(LIST, 2, 1)).extracting(Changed::changeId).containsExactly(3L);
        assertThat(statuses.changed("site-north", 0, 10)).isEmpty();
    }

    @Test
    void theSetCanBeReadAsItWasAtAnyChange() {
        set("1111111", CardStatus.SUSPENDED);
        set("2222222", CardStatus.REVOKED);
        set("1111111", CardStatus.REVOKED);
        set("2222222", CardStatus.VALID);
        set("1111111", CardStatus.VALID);
        assertThat(listedAt(0)).isEmpty();
        assertThat(listedAt(1)).containsExactly(listed("1111111", CardStatus.SUSPENDED));
        assertThat(listedAt(3))
                .containsExactlyInAnyOrder(
                        listed("1111111", CardStatus.REVOKED), listed("2222222", CardStatus.REVOKED));
        assertThat(listedAt(4)).containsExactly(listed("1111111", CardStatus.REVOKED));
        assertThat(listedAt(5)).isEqualTo(statuses.listed(LIST)).isEmpty();
    }

    @Test
    void aVersionKeepsWhenItsOldestChangeWasTakenAndDeltasTakeEachOthersPlace() {
        set("1111111", CardStatus.SUSPENDED);
        statuses.issue(issued(1, 1), List.of(version(issued(1, 1))), List.of());
        now = NOW.plusSeconds(10);
        set("2222222", CardStatus.SUSPENDED);
        now = NOW.plusSeconds(20);
        set("3333333", CardStatus.SUSPENDED);
        statuses.issue(
                issued(3, 3),
                List.of(version(issued(2, 2)), version(issued(3, 3))),
                List.of(new Delta(1, 2, new byte[] {1}), new Delta(2, 3, new byte[] {2})));
        statuses.issue(issued(4, 3), List.of(version(issued(4, 3))), List.of(new Delta(1, 4, new byte[] {3})));

        assertThat(changedAt()).containsExactly(NOW, NOW.plusSeconds(10), NOW.plusSeconds(10), NOW);
        assertThat(statuses.deltas(LIST)).extracting(Delta::from).containsExactly(1L, 2L);
        assertThat(statuses.deltas(LIST)).extracting(Delta::to).containsExactly(4L, 3L);
        assertThat(statuses.deltas(LIST).getFirst().bytes()).containsExactly(3);
        assertThat(statuses.keysChangedAfter(LIST, 2)).isEqualTo(6);
        statuses.forgetDeltas(LIST, 2);
        assertThat(statuses.deltas(LIST)).extracting(Delta::from).containsExactly(2L);
        assertThat(statuses.issued(LIST).orElseThrow().head().version()).isEqualTo(4);
        assertThat(statuses.issued(LIST).orElseThrow().changeId()).isEqualTo(3);
    }

    private List<Instant> changedAt() {
        return database.jdbi()
                .withHandle(handle -> handle.select("SELECT changed_at FROM list_version ORDER BY version")
                        .mapTo(Instant.class)
                        .list());
    }

    @Test
    void aVersionIsNeverIssuedTwice() {
        statuses.issue(issued(1, 0), List.of(version(issued(1, 0))), List.of());
        assertThatThrownBy(() -> statuses.issue(
                        issued(1, 7), List.of(version(issued(1, 7))), List.of(new Delta(0, 1, new byte[1]))))
                .isInstanceOf(StorageException.class);
        assertThat(statuses.issued(LIST).orElseThrow().changeId()).isZero();
        assertThat(statuses.deltas(LIST)).isEmpty();
    }

    @Test
    void checkpointsAreKeptUntilTheyAreForgotten() {
        statuses.keepCheckpoint(LIST, new Checkpoint(1, Optional.of(new byte[] {9}), 1, 2, false));
        statuses.keepCheckpoint(LIST, new Checkpoint(5, Optional.empty(), 3, 4, false));
        statuses.keepCheckpoint(LIST, new Checkpoint(1, Optional.of(new byte[] {9}), 1, 2, true));
        assertThat(statuses.checkpoints(LIST)).extracting(Checkpoint::version).containsExactly(1L, 5L);
        assertThat(statuses.checkpoints(LIST)).extracting(Checkpoint::complete).containsExactly(true, false);
        assertThat(statuses.checkpoints(LIST).getFirst().signedHead().orElseThrow())
                .containsExactly(9);
        statuses.forgetCheckpoint(LIST, 1);
        assertThat(statuses.checkpoints(LIST)).extracting(Checkpoint::version).containsExactly(5L);
    }

    @Test
    void cardsFromBeforeChangesWereNumberedAreStillListed(@TempDir Path folder) throws Exception {
        String url = "jdbc:h2:file:" + folder.resolve("old");
        Flyway.configure()
                .dataSource(url, "sa", "")
                .locations("classpath:portvakt/server/migration")
                .target("2")
                .load()
                .migrate();
        try (Connection connection = DriverManager.getConnection(url, "sa", "")) {
            connection
                    .createStatement()
                    .execute(
                            "INSERT INTO card_status (list, card_number, status, event_time, source,"
                                    + " token_id) VALUES ('hms-kort', '1111111', 'REVOKED', CURRENT_TIMESTAMP, 'register', 't')");
            connection
                    .createStatement()
                    .execute("INSERT INTO list_snapshot (list, version, table_chunks, key_chunks)"
                            + " VALUES ('hms-kort', 8, 1, 1)");
        }
        try (Database upgraded = Databases.open(url)) {
            SqlCardStatuses old = new SqlCardStatuses(upgraded);
            List<Listed> all = new ArrayList<>();
            old.listedAt(LIST, 0, all::add);
            assertThat(all).containsExactly(listed("1111111", CardStatus.REVOKED));
            assertThat(old.checkpoints(LIST)).containsExactly(new Checkpoint(8, Optional.empty(), 1, 1, false));
        }
        assertThat(Files.exists(folder.resolve("old.mv.db"))).isTrue();
    }
}
