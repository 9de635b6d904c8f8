package portvakt.server.adapter.sql;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventBatch;
import portvakt.server.log.EventReader;
import portvakt.server.log.EventReading;
import portvakt.server.log.LiveEvents;
import portvakt.server.port.LiveIngest;
import portvakt.server.port.LogEntry;

/**
 * What is live and not in the log yet. A copy is taken first and looked up in the log after that, and whatever the log commits is
 * taken out: so none stays that is stored, whichever comes first.
 */
final class LiveFeed implements LiveIngest {

    private static final Logger LOG = LoggerFactory.getLogger(LiveFeed.class);
    /** More than a gate sends at once. */
    private static final int COPIES_MAX = 100;

    /** A status may have been on its way for so long while a copy overtook it. */
    private static final Duration ON_ITS_WAY = Duration.ofMinutes(1);

    private final Database database;
    private final LiveEvents events = new LiveEvents();
    private final Set<Runnable> bells = ConcurrentHashMap.newKeySet(); // rung in no order

    LiveFeed(Database database) {
        this.database = database;
    }

    @Override
    public void heard(GateAddress gate, EventBatch copies, Instant receivedAt) {
        Instant received = receivedAt.truncatedTo(ChronoUnit.MILLIS);
        Direction installed;
        try {
            installed = database.jdbi().withHandle(handle -> direction(handle, gate));
        } catch (JdbiException e) {
            unknown(gate, e);
            return;
        }
        List<Long> taken = new ArrayList<>();
        for (ChainedEvent copy :
                copies.getEventsList().stream().limit(COPIES_MAX).toList()) {
            if (copy.getSequence() > 0
                    && EventReader.read(gate, installed, copy, received)
                            instanceof EventReading.Legible(LogEntry row)) {
                events.add(row);
                taken.add(copy.getSequence());
            }
        }
        try {
            if (!taken.isEmpty()) {
                database.jdbi()
                        .withHandle(handle -> stored(handle, gate, taken))
                        .forEach(sequence -> events.remove(gate, sequence));
            }
        } catch (JdbiException e) {
            // Whether the log has them is not known: they must not stay.
            taken.forEach(sequence -> events.remove(gate, sequence));
            unknown(gate, e);
        }
        bells.forEach(Runnable::run);
    }

    private static void unknown(GateAddress gate, JdbiException e) {
        LOG.warn(
                "{}/{}: live copies are not shown, the database cannot be read: {}",
                gate.site(),
                gate.gate(),
                e.toString());
    }

    private static Direction direction(Handle handle, GateAddress gate) {
        return handle.select("SELECT direction FROM gate WHERE site = ? AND gate = ?", gate.site(), gate.gate())
                .mapTo(String.class)
                .findOne()
                .map(Direction::valueOf)
                // As for a gate that is not known when its log comes.
                .orElse(Direction.IN);
    }

    private static Set<Long> stored(Handle handle, GateAddress gate, List<Long> sequences) {
        return new TreeSet<>(handle.createQuery("SELECT sequence FROM event WHERE site = :site AND gate = :gate"
                        + " AND sequence IN (<sequences>)")
                .bind("site", gate.site())
                .bind("gate", gate.gate())
                .bindList("sequences", sequences)
                .mapTo(Long.class)
                .list());
    }

    /** Called with all that was committed, before anybody is told of it. Does not block. */
    void stored(List<LogEntry> committed) {
        committed.forEach(row -> events.remove(new GateAddress(row.site(), row.gate()), row.sequence()));
    }

    /** A gate says where its journal ends. @param saidAt when that came, by the server's clock */
    void journalEnds(GateAddress gate, long last, Instant saidAt) {
        if (events.removeBehind(gate, last, saidAt.minus(ON_ITS_WAY))) {
            bells.forEach(Runnable::run);
        }
    }

    /** The gate was let in anew: its log ends where it ends, and what of it has not come never will. */
    void letIn(GateAddress gate) {
        if (events.removeAll(gate)) {
            bells.forEach(Runnable::run);
        }
    }

    List<LogEntry> newestFirst() {
        return events.newestFirst();
    }

    /** @param bell does not block */
    AutoCloseable listen(Runnable bell) {
        bells.add(bell);
        return () -> bells.remove(bell);
    }
}
