package portvakt.server.adapter.sql;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import portvakt.protocol.ListState;
import portvakt.protocol.Topics;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.AppliedList;
import portvakt.protocol.v1.GateStatus;
import portvakt.server.log.EventReader;

/** Rows of {@code gate_list} and {@code list_applied}, as far as a gate's status makes them. */
final class GateListTable {

    private static final int LISTS_MAX = 50;
    private static final String OF_GATE = " WHERE site = ? AND gate = ? AND list = ?";

    private GateListTable() {}

    /** A list that a gate has in an older version than it had. */
    record WentBack(String list, int fromEpoch, long fromVersion, int toEpoch, long toVersion) {}

    private record Kept(int epoch, long version, int highestEpoch, long highestVersion, String state) {}

    /**
     * Takes the lists of a status. A list of which nothing is new costs one read by its key.
     *
     * @return those that went back; they are left as they were, so that whoever says so can be the one who records it
     */
    static List<WentBack> take(
            Handle handle, GateAddress gate, GateStatus status, Instant onlineSince, Instant receivedAt) {
        List<WentBack> wentBack = new ArrayList<>();
        int taken = 0;
        for (AppliedList list : status.getListsList()) {
            // The wire's numbers are unsigned; what is not a number here is no version that was ever issued. Nor is one
            // of a time
            // that the database cannot hold: it would refuse the whole status.
            if (taken++ < LISTS_MAX
                    && Topics.isName(list.getList())
                    && list.getEpoch() >= 0
                    && list.getVersion() >= 0
                    && EventReader.isTime(list.getIssuedAtMs())
                    && EventReader.isTime(list.getAppliedAtMs())) {
                take(handle, gate, list, status, onlineSince, receivedAt).ifPresent(wentBack::add);
            }
        }
        return wentBack;
    }

    private static Optional<WentBack> take(
            Handle handle,
            GateAddress gate,
            AppliedList list,
            GateStatus status,
            Instant onlineSince,
            Instant receivedAt) {
        Optional<Kept> found = kept(handle, gate, list.getList());
        String state = state(list);
        if (found.isEmpty()) {
            // A name that nobody issues, however often it changes, must not fill the table.
            if (isIssued(handle, list.getList())) {
                insert(handle, gate, list, state, receivedAt);
                if (list.getVersion() > 0) {
                    insertApplied(handle, gate, list, status, state, onlineSince, receivedAt);
                }
            }
            return Optional.empty();
        }
        Kept kept = found.get();
        if (!state.equals(kept.state)) {
            handle.execute(
                    "UPDATE gate_list SET state = ?, state_since = ?" + OF_GATE,
                    state,
                    receivedAt,
                    gate.site(),
                    gate.gate(),
                    list.getList());
        }
        // A gate without any list has lost it, or is new hardware: that is a state, and no step back.
        int step = list.getVersion() == 0 ? 0 : order(list.getEpoch(), list.getVersion(), kept.epoch, kept.version);
        if (step < 0) {
            return Optional.of(
                    new WentBack(list.getList(), kept.epoch, kept.version, list.getEpoch(), list.getVersion()));
        }
        if (step > 0) {
            advance(handle, gate, list, kept, status, state, onlineSince, receivedAt);
        }
        return Optional.empty();
    }

    private static void advance(
            Handle handle,
            GateAddress gate,
            AppliedList list,
            Kept kept,
            GateStatus status,
            String state,
            Instant onlineSince,
            Instant receivedAt) {
        boolean highest = order(list.getEpoch(), list.getVersion(), kept.highestEpoch, kept.highestVersion) > 0;
        if (highest) {
            insertApplied(handle, gate, list, status, state, onlineSince, receivedAt);
        }
        handle.execute(
                "UPDATE gate_list SET epoch = ?, version = ?, highest_epoch = ?, highest_version = ?" + OF_GATE,
                list.getEpoch(),
                list.getVersion(),
                highest ? list.getEpoch() : kept.highestEpoch,
                highest ? list.getVersion() : kept.highestVersion,
                gate.site(),
                gate.gate(),
                list.getList());
    }

    /** Records a step back. False if it is recorded, or is none any more. */
    static boolean goBack(Handle handle, GateAddress gate, WentBack step) {
        return handle.execute(
                        "UPDATE gate_list SET epoch = ?, version = ?" + OF_GATE
                                + " AND (epoch > ? OR (epoch = ? AND version > ?))",
                        step.toEpoch,
                        step.toVersion,
                        gate.site(),
                        gate.gate(),
                        step.list,
                        step.toEpoch,
                        step.toEpoch,
                        step.toVersion)
                > 0;
    }

    /** The gate may be another computer from now on, which has no list yet: whatever it names is no step back. */
    static void forget(Handle handle, GateAddress gate) {
        handle.execute(
                "UPDATE gate_list SET epoch = 0, version = 0 WHERE site = ? AND gate = ?", gate.site(), gate.gate());
    }

    /** Makes the row of a gate that has never named a list, if there is none. */
    static void ensure(Handle handle, GateAddress gate, String list, Instant now) {
        if (kept(handle, gate, list).isEmpty()) {
            insert(handle, gate, AppliedList.newBuilder().setList(list).build(), "NONE", now);
        }
    }

    private static int order(int epochA, long versionA, int epochB, long versionB) {
        return epochA == epochB ? Long.compare(versionA, versionB) : Integer.compare(epochA, epochB);
    }

    private static Optional<Kept> kept(Handle handle, GateAddress gate, String list) {
        return handle.select("SELECT * FROM gate_list" + OF_GATE, gate.site(), gate.gate(), list)
                .map((row, context) -> new Kept(
                        row.getInt("epoch"),
                        row.getLong("version"),
                        row.getInt("highest_epoch"),
                        row.getLong("highest_version"),
                        row.getString("state")))
                .findOne();
    }

    private static boolean isIssued(Handle handle, String list) {
        return handle.select("SELECT 1 FROM list_state WHERE list = ?", list)
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    private static void insert(Handle handle, GateAddress gate, AppliedList list, String state, Instant now) {
        handle.execute(
                "INSERT INTO gate_list (site, gate, list, epoch, version, highest_epoch, highest_version, state, state_since)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                gate.site(),
                gate.gate(),
                list.getList(),
                list.getEpoch(),
                list.getVersion(),
                list.getEpoch(),
                list.getVersion(),
                state,
                now);
    }

    private static void insertApplied(
            Handle handle,
            GateAddress gate,
            AppliedList list,
            GateStatus status,
            String state,
            Instant onlineSince,
            Instant receivedAt) {
        handle.execute(
                "INSERT INTO list_applied (site, gate, list, epoch, version, issued_at, applied_at, clock_trust, reported_at,"
                        + " online_since, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                gate.site(),
                gate.gate(),
                list.getList(),
                list.getEpoch(),
                list.getVersion(),
                Instant.ofEpochMilli(list.getIssuedAtMs()),
                Instant.ofEpochMilli(list.getAppliedAtMs()),
                EventReader.clockTrust(status.getClockTrust()),
                receivedAt,
                onlineSince,
                state);
    }

    /** The state that counts: a list with a bucket that does not prove is damaged, however fresh. */
    static String state(AppliedList list) {
        if (list.getDamagedBuckets() != 0) {
            return "DAMAGED";
        }
        for (ListState state : ListState.values()) {
            if (state.wire() == list.getState()) {
                return state.name();
            }
        }
        return "UNSPECIFIED";
    }
}
