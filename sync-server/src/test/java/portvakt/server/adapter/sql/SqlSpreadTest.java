package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.AppliedList;
import portvakt.protocol.v1.ClockTrust;
import portvakt.protocol.v1.GateStatus;
import portvakt.protocol.v1.ListState;
import portvakt.server.port.EntryLog;
import portvakt.server.port.LogEntry;
import portvakt.server.port.SpreadLog.Applied;
import portvakt.server.port.SpreadLog.GateNow;

/** What gates report of their lists is kept once a version; a step back and a lag are said once. */
class SqlSpreadTest {

    private static final String LIST = "hms-kort";
    private static final GateAddress NORTH = new GateAddress("oslo", "north");
    private static final GateAddress SOUTH = new GateAddress("oslo", "south");
    private static final Instant NOW = Instant.parse("2026-11-24T07:00:00Z");

    private Database database;
    private SqlEntryLog log;
    private SqlGates gates;
    private SqlSpread spread;

    @BeforeEach
    void open() {
        database = Databases.inMemory();
        log = new SqlEntryLog(database);
        gates = new SqlGates(database, log);
        spread = new SqlSpread(database, log);
        for (String list : List.of(LIST, "site-oslo")) {
            database.jdbi()
                    .useHandle(handle -> handle.execute(
                            "INSERT INTO list_state (list, epoch, version, root, revoked_count, suspended_count, issued_at,"
                                    + " expires_at, head) VALUES (?, 1, 1, '', 0, 0, ?, ?, ?)",
                            list,
                            NOW,
                            NOW,
                            new byte[1]));
        }
    }

    @AfterEach
    void close() {
        log.close();
        database.close();
    }

    @Test
    void eachVersionIsKeptWhenItIsReportedFirst() {
        gates.report(NORTH, status(1, 3), NOW);
        gates.report(NORTH, status(1, 3), NOW.plusSeconds(5));
        gates.report(NORTH, status(1, 10), NOW.plusSeconds(9));

        assertThat(spread.applied(LIST, NOW))
                .extracting(Applied::version, Applied::reportedAt, Applied::onlineSince, Applied::clockSynchronised)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(3L, NOW, NOW, true),
                        org.assertj.core.groups.Tuple.tuple(10L, NOW.plusSeconds(9), NOW, true));
        assertThat(spread.applied(LIST, NOW.plusSeconds(6))).hasSize(1);
        assertThat(spread.firstWith(LIST, 4)).extracting(Applied::version).containsExactly(10L);
        assertThat(alarms()).isEmpty();
    }

    /** No database can hold it, and the rest of the status is good. */
    @Test
    void aListOfATimeThatCannotBeIsPassedOver() {
        for (long never : new long[] {Long.MIN_VALUE, -1, Long.MAX_VALUE}) {
            gates.report(
                    NORTH,
                    status(1, 3).toBuilder()
                            .setLists(0, list(3).setIssuedAtMs(never))
                            .build(),
                    NOW);
            gates.report(
                    NORTH,
                    status(1, 3).toBuilder()
                            .setLists(0, list(3).setAppliedAtMs(never))
                            .build(),
                    NOW);
        }
        assertThat(gate(NORTH).online()).isTrue();
        assertThat(spread.applied(LIST, NOW)).isEmpty();
        gates.report(NORTH, status(1, 3), NOW.plusSeconds(5));
        assertThat(spread.applied(LIST, NOW.plusSeconds(5))).hasSize(1);
    }

    @Test
    void aConnectionBeginsWhenAGateComesBack() {
        gates.report(NORTH, status(1, 3), NOW);
        gates.report(NORTH, GateStatus.getDefaultInstance(), NOW.plusSeconds(60));
        assertThat(gate(NORTH).online()).isFalse();
        gates.report(NORTH, status(1, 4), NOW.plusSeconds(90));
        gates.report(NORTH, status(1, 5), NOW.plusSeconds(95));

        assertThat(gate(NORTH).onlineSince()).contains(NOW.plusSeconds(90));
        assertThat(gate(NORTH).newest().map(Applied::onlineSince)).contains(NOW.plusSeconds(90));
    }

    @Test
    void aStepBackIsOneAlarmEachTime() {
        gates.report(NORTH, status(1, 10), NOW);
        gates.report(NORTH, status(2, 4), NOW.plusSeconds(60));
        gates.report(NORTH, status(2, 4), NOW.plusSeconds(65));
        gates.report(NORTH, status(2, 6), NOW.plusSeconds(70));
        assertThat(alarms()).singleElement().satisfies(alarm -> {
            assertThat(alarm.detail().orElseThrow())
                    .isEqualTo("LIST_WENT_BACK: hms-kort: the gate had v10 (epoch 1) and now has v4 (epoch 1)");
            assertThat(alarm.gate()).isEqualTo("north");
            assertThat(alarm.sequence()).isNegative();
        });
        gates.report(NORTH, status(3, 5), NOW.plusSeconds(80));
        assertThat(alarms()).hasSize(2);
        assertThat(gate(NORTH).reported().orElseThrow().version()).isEqualTo(5);
        // What it reported before stays as it was.
        assertThat(spread.applied(LIST, NOW)).extracting(Applied::version).containsExactly(10L);
    }

    @Test
    void aLowerEpochIsAStepBackToo() {
        gates.report(
                NORTH,
                status(1, 10).toBuilder().setLists(0, list(10).setEpoch(2)).build(),
                NOW);
        gates.report(NORTH, status(2, 11), NOW.plusSeconds(60));
        assertThat(alarms()).hasSize(1);
    }

    @Test
    void aStatusThatIsSentAgainIsNoStepBack() {
        GateStatus first = status(1, 3);
        gates.report(NORTH, first, NOW);
        gates.report(NORTH, status(1, 4), NOW.plusSeconds(5));
        gates.report(NORTH, first, NOW.plusSeconds(6));
        assertThat(alarms()).isEmpty();
    }

    @Test
    void aGateWithoutAListHasNotGoneBack() {
        gates.report(NORTH, status(1, 3), NOW);
        gates.report(
                NORTH,
                status(2, 0).toBuilder()
                        .setLists(0, AppliedList.newBuilder().setList(LIST).setState(ListState.LIST_STATE_NONE))
                        .build(),
                NOW.plusSeconds(60));
        assertThat(alarms()).isEmpty();
        assertThat(gate(NORTH).reported().orElseThrow().state()).isEqualTo("NONE");
        assertThat(gate(NORTH).reported().orElseThrow().stateSince()).isEqualTo(NOW.plusSeconds(60));
    }

    @Test
    void namesThatNobodyIssuesAreNotKept() {
        gates.report(
                NORTH,
                status(1, 3).toBuilder().addLists(list(7).setList("made-up")).build(),
                NOW);
        assertThat(spread.applied("made-up", NOW)).isEmpty();
        assertThat(spread.applied(LIST, NOW)).hasSize(1);
    }

    @Test
    void damageIsAState() {
        gates.report(
                NORTH,
                status(1, 3).toBuilder()
                        .setLists(0, list(3).setDamagedBuckets(2).setFetchingVersion(9))
                        .build(),
                NOW);
        GateNow gate = gate(NORTH);
        assertThat(gate.reported().orElseThrow().state()).isEqualTo("DAMAGED");
        assertThat(gate.reported().orElseThrow().damagedBuckets()).isEqualTo(2);
        assertThat(gate.reported().orElseThrow().fetchingVersion()).isEqualTo(9);
    }

    @Test
    void aLagBeginsAndEndsOnce() {
        gates.report(NORTH, status(1, 3), NOW);
        assertThat(spread.begin(NORTH, LIST, "BEHIND", "late", NOW)).isTrue();
        assertThat(spread.begin(NORTH, LIST, "BEHIND", "late", NOW)).isFalse();
        assertThat(gate(NORTH).lagSince()).contains(NOW);
        assertThat(spread.end(NORTH, LIST, "there", NOW.plusSeconds(9))).isTrue();
        assertThat(spread.end(NORTH, LIST, "there", NOW.plusSeconds(9))).isFalse();
        // A gate that has never named the list can lag too.
        assertThat(spread.begin(SOUTH, LIST, "NONE", "none", NOW)).isTrue();
        assertThat(alarms())
                .extracting(alarm -> alarm.detail().orElseThrow())
                .containsExactly("LIST_LAGS: late", "LIST_LAG_OVER: there", "LIST_LAGS: none");
    }

    @Test
    void aSitesOwnListConcernsItsGatesThatNameIt() {
        gates.report(
                NORTH,
                status(1, 3).toBuilder().addLists(list(2).setList("site-oslo")).build(),
                NOW);
        gates.report(SOUTH, status(1, 3), NOW);
        assertThat(spread.gates("site-oslo")).extracting(GateNow::gate).containsExactly("north");
        assertThat(spread.gates(LIST)).extracting(GateNow::gate).containsExactly("north", "south");
    }

    @Test
    void versionsAreFoundByTimeAndNumber() {
        for (int version = 1; version <= 3; version++) {
            issue(version, NOW.plusSeconds(version * 100L));
        }
        assertThat(spread.versions(LIST, NOW.plusSeconds(150)))
                .extracting(known -> known.version())
                .containsExactly(2L, 3L);
        assertThat(spread.newestAt(LIST, NOW.plusSeconds(299)).orElseThrow().version())
                .isEqualTo(2);
        assertThat(spread.newestAt(LIST, NOW)).isEmpty();
        assertThat(spread.version(LIST, 3).orElseThrow().issuedAt()).isEqualTo(NOW.plusSeconds(300));
        gates.report(NORTH, status(1, 3), NOW.plusSeconds(301));
        assertThat(gate(NORTH).newestIssuedAt()).contains(NOW.plusSeconds(300));
    }

    @Test
    void oldReportsAreForgottenAndWhatGatesHaveStays() {
        gates.report(NORTH, status(1, 3), NOW);
        spread.forgetBefore(NOW.plus(Duration.ofDays(1)));
        assertThat(spread.applied(LIST, NOW)).isEmpty();
        assertThat(gate(NORTH).reported().orElseThrow().version()).isEqualTo(3);
        assertThat(gate(NORTH).newest()).isEqualTo(Optional.empty());
    }

    private void issue(long version, Instant at) {
        database.jdbi()
                .useHandle(handle -> handle.execute(
                        "INSERT INTO list_version (list, epoch, version, issued_at, changed_at, keys_changed, delta_bytes, count,"
                                + " change_id) VALUES (?, 1, ?, ?, ?, 1, 200, 5, 0)",
                        LIST,
                        version,
                        at,
                        at));
    }

    private GateNow gate(GateAddress address) {
        return spread.gates(LIST).stream()
                .filter(gate -> gate.gate().equals(address.gate()))
                .findAny()
                .orElseThrow();
    }

    private List<LogEntry> alarms() {
        return log.after(0, 100, EntryLog.Filter.NONE);
    }

    private static GateStatus status(int run, long version) {
        return GateStatus.newBuilder()
                .setOnline(true)
                .setBootId(ByteString.copyFromUtf8("run " + run))
                .setUptimeNs(version)
                .setStartedAtMs(run)
                .setReportedAtMs(1_000L * run + version)
                .setClockTrust(ClockTrust.CLOCK_TRUST_SYNCHRONISED)
                .addLists(list(version))
                .build();
    }

    private static AppliedList.Builder list(long version) {
        return AppliedList.newBuilder()
                .setList(LIST)
                .setEpoch(1)
                .setVersion(version)
                .setState(ListState.LIST_STATE_FRESH);
    }
}
