package portvakt.server.adapter.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventBatch;
import portvakt.server.port.EventIngest;
import portvakt.server.port.StorageException;

/** What waits goes in together, in order, once; what is no batch is kept apart; what the database refuses waits on. */
class EventArrivalsTest {

    private static final GateAddress NORTH = new GateAddress("oslo", "north");
    private static final GateAddress SOUTH = new GateAddress("oslo", "south");
    private static final Instant NOW = Instant.parse("2026-11-24T05:55:00Z");
    private static final byte[] NO_BATCH = "no batch".getBytes(StandardCharsets.US_ASCII);

    private final Recorder recorder = new Recorder();
    private final List<String> acknowledged = new ArrayList<>();
    private final EventArrivals arrivals =
            new EventArrivals(recorder, (gate, committed) -> acknowledged.add(gate.gate() + " " + committed));

    private static final class Recorder implements EventIngest {
        private final List<List<Long>> taken = new ArrayList<>();
        private final List<Instant> at = new ArrayList<>();
        private int quarantined;
        private boolean full;

        @Override
        public Ingested ingest(GateAddress gate, EventBatch batch, Instant receivedAt) {
            if (full) {
                throw new StorageException("the disk is full", null);
            }
            List<Long> sequences = batch.getEventsList().stream()
                    .map(ChainedEvent::getSequence)
                    .toList();
            taken.add(sequences);
            at.add(receivedAt);
            return new Ingested.Contiguous(sequences.getLast(), new Tally(sequences.size(), 0, 0, 0));
        }

        @Override
        public Map<GateAddress, Long> committed() {
            throw new AssertionError("not asked here");
        }

        @Override
        public void quarantine(GateAddress gate, byte[] payload, String detail, Instant receivedAt) {
            assertThat(payload).isEqualTo(NO_BATCH);
            quarantined++;
        }
    }

    private void heard(GateAddress gate, int second, long... sequences) {
        EventBatch.Builder batch = EventBatch.newBuilder();
        for (long sequence : sequences) {
            batch.addEvents(ChainedEvent.newBuilder().setSequence(sequence));
        }
        arrivals.heard(gate, batch.build().toByteArray(), NOW.plusSeconds(second));
    }

    @Test
    void whatWaitsOfAGateGoesInAtOnce() {
        heard(NORTH, 0, 1, 2);
        heard(SOUTH, 1, 7);
        heard(NORTH, 2, 3);

        arrivals.ingest(NORTH);
        arrivals.ingest(NORTH);
        arrivals.ingest(SOUTH);

        assertThat(recorder.taken).containsExactly(List.of(1L, 2L, 3L), List.of(7L));
        assertThat(recorder.at).containsExactly(NOW.plusSeconds(2), NOW.plusSeconds(1));
        assertThat(acknowledged).containsExactly("north 3", "south 7");
    }

    @Test
    void whatIsNoBatchIsKeptApartInItsTurn() {
        heard(NORTH, 0, 1);
        arrivals.heard(NORTH, NO_BATCH, NOW);
        heard(NORTH, 1, 2);

        for (int message = 0; message < 3; message++) {
            arrivals.ingest(NORTH);
        }

        assertThat(recorder.taken).containsExactly(List.of(1L), List.of(2L));
        assertThat(recorder.quarantined).isEqualTo(1);
    }

    @Test
    void aTransactionHasItsBounds() {
        long[] large = LongStream.rangeClosed(1, EventArrivals.EVENTS_MAX).toArray();
        heard(NORTH, 0, large);
        heard(NORTH, 0, EventArrivals.EVENTS_MAX + 1);
        heard(NORTH, 0, EventArrivals.EVENTS_MAX + 2);

        for (int message = 0; message < 3; message++) {
            arrivals.ingest(NORTH);
        }

        assertThat(recorder.taken).extracting(List::size).containsExactly(EventArrivals.EVENTS_MAX, 2);
    }

    @Test
    void whatTheDatabaseRefusesWaitsForTheNextTry() {
        heard(NORTH, 0, 1);
        recorder.full = true;
        assertThatThrownBy(() -> arrivals.ingest(NORTH)).isInstanceOf(StorageException.class);
        heard(NORTH, 1, 2);
        recorder.full = false;

        arrivals.ingest(NORTH);

        assertThat(recorder.taken).containsExactly(List.of(1L, 2L));
        assertThat(acknowledged).containsExactly("north 2");
    }

    @Test
    void whatIsGivenUpIsNotTriedAgain() {
        heard(NORTH, 0, 1);
        heard(NORTH, 0, 2);
        arrivals.givenUp(NORTH);

        arrivals.ingest(NORTH);
        heard(NORTH, 0, 1);
        arrivals.ingest(NORTH);

        assertThat(recorder.taken).containsExactly(List.of(1L));
    }
}
