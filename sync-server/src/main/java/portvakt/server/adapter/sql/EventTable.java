package portvakt.server.adapter.sql;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.server.log.ChainAudit;
import portvakt.server.log.ReadEvent;

/** Rows of {@code event}. */
final class EventTable {

    private static final int BINDS_MAX = 500;
    private static final int SPAN_MAX = 2_000;
    private static final String LINKS =
            "SELECT sequence, previous_hash, hash, facts FROM event WHERE site = :site AND gate = :gate";
    private static final String INSERT = "INSERT INTO event (site, gate, sequence, previous_hash, hash, facts,"
            + " subject_commitment, subject, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final int ADVANCE_ROWS = 1000;

    private EventTable() {}

    /** The stored links at these sequences, in ascending order, as far as there are any; others may be among them. */
    static Map<Long, ChainAudit.Link> links(Handle handle, GateAddress gate, SequencedSet<Long> sequences) {
        Map<Long, ChainAudit.Link> links = new HashMap<>(); // looked up, never walked
        List<Long> all = new ArrayList<>(sequences);
        if (!all.isEmpty() && all.getLast() - all.getFirst() < SPAN_MAX) {
            // A batch and its neighbours, as a rule; one statement whatever their number.
            links(
                    handle.createQuery(LINKS + " AND sequence BETWEEN :first AND :last")
                            .bind("first", all.getFirst())
                            .bind("last", all.getLast()),
                    gate,
                    links);
            return links;
        }
        for (int from = 0; from < all.size(); from += BINDS_MAX) {
            List<Long> some = all.subList(from, Math.min(all.size(), from + BINDS_MAX));
            links(
                    handle.createQuery(LINKS + " AND sequence IN (<sequences>)").bindList("sequences", some),
                    gate,
                    links);
        }
        return links;
    }

    private static void links(Query query, GateAddress gate, Map<Long, ChainAudit.Link> links) {
        try (query) {
            query.bind("site", gate.site())
                    .bind("gate", gate.gate())
                    .map((row, context) -> links.put(
                            row.getLong("sequence"),
                            new ChainAudit.Link(
                                    ByteString.copyFrom(row.getBytes("previous_hash")),
                                    ByteString.copyFrom(row.getBytes("hash")),
                                    ByteString.copyFrom(row.getBytes("facts")))))
                    .list();
        }
    }

    static void insert(Handle handle, GateAddress gate, List<ReadEvent> events, Instant receivedAt) {
        if (events.isEmpty()) {
            return;
        }
        OffsetDateTime received = Instants.column(receivedAt);
        PlainBatch.execute(
                handle,
                INSERT,
                events.stream().map(each -> values(gate, each, received)).toList());
    }

    private static Object[] values(GateAddress gate, ReadEvent read, OffsetDateTime received) {
        ChainedEvent event = read.event();
        return new Object[] {
            gate.site(),
            gate.gate(),
            event.getSequence(),
            event.getPreviousHash().toByteArray(),
            read.hash().toByteArray(),
            event.getFacts().toByteArray(),
            event.getSubjectCommitment().toByteArray(),
            event.getSubject().toByteArray(),
            received
        };
    }

    /** Moves the gate's progress over those of a batch that follow on it one by one: as a rule all. */
    static GateTable.Progress over(List<ReadEvent> fresh, GateTable.Progress from) {
        GateTable.Progress at = from;
        for (ReadEvent each : fresh) {
            long sequence = each.event().getSequence();
            if (sequence == at.committed() + 1) {
                at = new GateTable.Progress(
                        at.direction(), sequence, each.hash().toByteArray());
            }
        }
        return at;
    }

    /** Moves the gate's progress over everything that is stored without a gap. */
    static GateTable.Progress advance(Handle handle, GateAddress gate, GateTable.Progress from) {
        GateTable.Progress at = from;
        while (true) {
            GateTable.Progress before = at;
            List<Step> steps = handle.select(
                            "SELECT sequence, hash FROM event WHERE site = ? AND gate = ?"
                                    + " AND sequence > ? ORDER BY sequence FETCH FIRST " + ADVANCE_ROWS + " ROWS ONLY",
                            gate.site(),
                            gate.gate(),
                            at.committed())
                    .map((row, context) -> new Step(row.getLong("sequence"), row.getBytes("hash")))
                    .list();
            for (Step step : steps) {
                if (step.sequence != at.committed() + 1) {
                    return at;
                }
                at = new GateTable.Progress(at.direction(), step.sequence, step.hash);
            }
            if (at == before) {
                return at;
            }
        }
    }

    private record Step(long sequence, byte[] hash) {}

    /** The first stored event above a sequence. */
    static Optional<Long> firstAbove(Handle handle, GateAddress gate, long sequence) {
        return handle.select(
                        "SELECT sequence FROM event WHERE site = ? AND gate = ? AND sequence > ?"
                                + " ORDER BY sequence FETCH FIRST 1 ROWS ONLY",
                        gate.site(),
                        gate.gate(),
                        sequence)
                .mapTo(Long.class)
                .findFirst();
    }

    /** Another gate, of any site, whose committed event with this sequence is this very one. */
    static Optional<GateAddress> otherOwner(Handle handle, GateAddress gate, long sequence, ByteString hash) {
        // By way of the gates, so that each is one look-up by key.
        return handle.select(
                        "SELECT e.site, e.gate FROM gate g JOIN event e ON e.site = g.site AND e.gate = g.gate"
                                + " WHERE e.sequence = ? AND e.hash = ? AND NOT (e.site = ? AND e.gate = ?)"
                                + " ORDER BY e.site, e.gate FETCH FIRST 1 ROWS ONLY",
                        sequence,
                        hash.toByteArray(),
                        gate.site(),
                        gate.gate())
                .map((row, context) -> new GateAddress(row.getString("site"), row.getString("gate")))
                .findFirst();
    }
}
