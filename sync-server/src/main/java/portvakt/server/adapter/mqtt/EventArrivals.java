package portvakt.server.adapter.mqtt;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ObjLongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.EventBatch;
import portvakt.server.port.EventIngest;

/**
 * Batches of events on their way into the database. What a gate has sent while its lane was busy goes in together: a transaction, a
 * force to the disk and an acknowledgement cost the same for a few events and for many.
 *
 * <p>{@link #heard} and {@link #givenUp} are for any thread, {@link #ingest} for the gate's lane alone.
 */
final class EventArrivals {

    private static final Logger LOG = LoggerFactory.getLogger(EventArrivals.class);

    /** As many as a gate has on the way at most; a batch more than that is not begun. */
    static final int EVENTS_MAX = 800;

    private record Arrival(byte[] payload, Instant at) {}

    /** @param batches how many went into it */
    private record Together(EventBatch events, int batches, Instant at) {}

    private final Map<GateAddress, Deque<Arrival>> waiting = new HashMap<>(); // looked up, never walked
    private final EventIngest ingest;
    private final ObjLongConsumer<GateAddress> acknowledge;

    /** @param acknowledge told up to which sequence a gate is on the disk */
    EventArrivals(EventIngest ingest, ObjLongConsumer<GateAddress> acknowledge) {
        this.ingest = ingest;
        this.acknowledge = acknowledge;
    }

    /** Call {@link #ingest} once for each, on the gate's lane. */
    synchronized void heard(GateAddress gate, byte[] payload, Instant at) {
        waiting.computeIfAbsent(gate, _ -> new ArrayDeque<>()).add(new Arrival(payload, at));
    }

    /** The database does not take them; the gate sends them again. */
    synchronized void givenUp(GateAddress gate) {
        waiting.remove(gate);
    }

    /**
     * Takes in what waits of a gate; nothing, if an earlier call took it along.
     *
     * @throws portvakt.server.port.StorageException if the database does not; then they still wait, and a second call tries again
     */
    void ingest(GateAddress gate) {
        List<Arrival> arrivals = waiting(gate);
        if (arrivals.isEmpty()) {
            return;
        }
        Optional<Together> together = together(arrivals);
        if (together.isEmpty()) {
            Arrival first = arrivals.getFirst();
            LOG.warn("{}/{} sent {} bytes that are no batch of events", gate.site(), gate.gate(), first.payload.length);
            ingest.quarantine(gate, first.payload, "no batch of events", first.at);
            done(gate, 1);
            return;
        }
        EventIngest.Ingested ingested = ingest.ingest(gate, together.get().events, together.get().at);
        done(gate, together.get().batches);
        acknowledge.accept(gate, ingested.committedSequence());
    }

    private synchronized List<Arrival> waiting(GateAddress gate) {
        return List.copyOf(waiting.getOrDefault(gate, new ArrayDeque<>()));
    }

    private synchronized void done(GateAddress gate, int batches) {
        Deque<Arrival> arrivals = waiting.get(gate);
        for (int batch = 0; batch < batches; batch++) {
            arrivals.remove();
        }
        if (arrivals.isEmpty()) {
            waiting.remove(gate);
        }
    }

    /** The first ones in one, as far as they are batches; empty: the first is none. */
    private static Optional<Together> together(List<Arrival> arrivals) {
        EventBatch.Builder events = EventBatch.newBuilder();
        int batches = 0;
        Instant at = Instant.EPOCH;
        for (Arrival arrival : arrivals) {
            try {
                EventBatch batch = EventBatch.parseFrom(arrival.payload);
                if (batches > 0 && events.getEventsCount() + batch.getEventsCount() > EVENTS_MAX) {
                    break;
                }
                events.addAllEvents(batch.getEventsList());
                batches++;
                at = arrival.at;
            } catch (InvalidProtocolBufferException e) {
                // It is kept apart, when it is the first.
                break;
            }
        }
        return batches == 0 ? Optional.empty() : Optional.of(new Together(events.build(), batches, at));
    }
}
