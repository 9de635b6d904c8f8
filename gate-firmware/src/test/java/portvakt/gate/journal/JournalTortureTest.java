package portvakt.gate.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import portvakt.gate.testing.MemoryDisk;
import portvakt.gate.testing.TornDisk;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.Alarm;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.Subject;

/**
 * A journal on a disk that keeps nothing but its promises, through power cuts at random moments, again and again in one life:
 * what was called durable is there, once, in its order, in an unbroken chain, and the journal goes on.
 *
 * <p>The build tries some seeds. {@code -Dportvakt.torture.seeds=N} tries N, {@code -Dportvakt.torture.seed=N} one.
 */
class JournalTortureTest {

    private static final int CUTS_PER_SEED = 10;
    private static final int SEEDS_IN_THE_BUILD = 100;
    private static final SegmentedJournal.Limits LIMITS = new SegmentedJournal.Limits(10_000, 60_000);

    @Test
    void powerCutsTakeNothingThatWasDurable() {
        Long one = Long.getLong("portvakt.torture.seed");
        LongStream seeds = one != null
                ? LongStream.of(one)
                : LongStream.rangeClosed(1, Integer.getInteger("portvakt.torture.seeds", SEEDS_IN_THE_BUILD));
        Totals totals = new Totals();
        seeds.forEach(seed -> {
            try {
                new Life(seed, totals).live();
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + " fails: " + e.getMessage()
                                + "\nagain: mvn verify -pl gate-firmware -am -Dtest=JournalTortureTest"
                                + " -Dsurefire.failIfNoSpecifiedTests=false -Dit.test='None*'"
                                + " -Dfailsafe.failIfNoSpecifiedTests=false -Dportvakt.torture.seed=" + seed,
                        e);
            }
        });
        System.out.println("torture: " + totals);
        if (one == null) {
            assertThat(totals.torn).as("cuts that tore a record").isPositive();
            assertThat(totals.dropped).as("segments dropped").isPositive();
            assertThat(totals.refused).as("appends refused").isPositive();
            assertThat(totals.lost).as("events lost that were not durable").isPositive();
        }
    }

    private static final class Totals {
        private long cuts;
        private long appended;
        private long forced;
        private long refused;
        private long lost;
        private long torn;
        private long dropped;
        private long unreadable;

        @Override
        public String toString() {
            return "%d cuts, %d events appended, %d syncs, %d calls failed, %d events lost that were not durable, %d torn ends, %d events dropped after their acknowledgement, %d starts that could not read"
                    .formatted(cuts, appended, forced, refused, lost, torn, dropped, unreadable);
        }
    }

    /** One gate's journal from its first event through some power cuts. */
    private static final class Life {
        private final SplittableRandom random;
        private final Totals totals;
        /** What each event must be; those after {@link #durable} may be lost. */
        private final TreeMap<Long, EventFacts> written = new TreeMap<>();

        private TornDisk disk;
        private SegmentedJournal journal;
        private long durable;
        private long acknowledged;
        private EventFacts inTheWriting;

        Life(long seed, Totals totals) {
            this.random = new SplittableRandom(seed);
            this.totals = totals;
            this.disk = new TornDisk(random.split());
        }

        void live() throws IOException {
            for (int cut = 0; cut < CUTS_PER_SEED; cut++) {
                disk.cutPowerAfter(random.nextInt(random.nextInt(4) == 0 ? 8 : 250));
                try {
                    open();
                    check();
                    while (true) {
                        step();
                    }
                } catch (MemoryDisk.PowerCut e) {
                    totals.cuts++;
                    disk = disk.afterPowerCut();
                }
            }
            open();
            check();
        }

        private void open() throws IOException {
            if (random.nextInt(5) == 0) {
                disk.failReads(1 + random.nextInt(2));
            }
            while (true) {
                try {
                    journal = SegmentedJournal.open(disk, LIMITS);
                    totals.torn += journal.opening().cutBytes() > 0 ? 1 : 0;
                    return;
                } catch (IOException e) {
                    // The gate's program ends and is started again.
                    assertThat(e).hasMessage("Input/output error");
                    totals.unreadable++;
                }
            }
        }

        /** All that must be there is, and nothing else. */
        private void check() throws IOException {
            disk.failReads(0);
            if (inTheWriting != null && journal.last() > (written.isEmpty() ? 0 : written.lastKey())) {
                // The power went in the middle of it, and it is whole.
                written.put(journal.last(), inTheWriting);
            }
            inTheWriting = null;
            assertThat(journal.last()).as("last event").isGreaterThanOrEqualTo(durable);
            assertThat(journal.durable()).as("what a start finds is durable").isEqualTo(journal.last());
            totals.lost += written.tailMap(journal.last(), false).size();
            written.tailMap(journal.last(), false).clear();
            List<ChainedEvent> kept = journal.read(1, Long.MAX_VALUE);
            long first = kept.isEmpty() ? journal.last() + 1 : kept.getFirst().getSequence();
            assertThat(first).as("first kept event").isLessThanOrEqualTo(acknowledged + 1);
            totals.dropped += written.headMap(first).size();
            written.headMap(first).clear();
            assertThat(journal.acknowledged()).isBetween(first - 1, acknowledged);
            ByteString hash = EventChain.GENESIS;
            long expected = first;
            for (ChainedEvent event : kept) {
                assertThat(event.getSequence()).as("sequence").isEqualTo(expected++);
                assertThat(EventChain.isWellFormed(event)).isTrue();
                if (event.getSequence() != first || first == 1) {
                    assertThat(event.getPreviousHash())
                            .as("what event %d follows", event.getSequence())
                            .isEqualTo(hash);
                }
                assertThat(EventFacts.parseFrom(event.getFacts()))
                        .as("event %d", event.getSequence())
                        .isEqualTo(written.get(event.getSequence()));
                hash = EventChain.hash(event);
            }
            assertThat(expected).as("one after the newest").isEqualTo(journal.last() + 1);
            durable = journal.durable();
        }

        private void step() {
            int fault = random.nextInt(40);
            disk.failForces(fault == 0 ? 1 : 0);
            disk.setRoomBytes(fault == 1 ? random.nextInt(600) : Long.MAX_VALUE);
            disk.failTruncates(fault == 1 && random.nextBoolean() ? 1 : 0);
            disk.failNameForces(fault == 2 ? 1 : 0);
            disk.failReads(fault == 3 ? 1 : 0);
            try {
                switch (random.nextInt(12)) {
                    case 0, 1 -> {
                        journal.force();
                        totals.forced++;
                    }
                    case 2 -> acknowledge();
                    case 3 -> journal.read(Math.max(1, durable - 3), durable);
                    default -> append();
                }
            } catch (IOException e) {
                assertThat(e).hasMessageMatching(".*(No space left on device|Input/output error|not acknowledged.*)");
                totals.refused++;
                // The loop waits and tries again, and meanwhile the server takes what there is.
                disk.setRoomBytes(Long.MAX_VALUE);
            }
            assertThat(journal.durable()).as("durable only rises").isGreaterThanOrEqualTo(durable);
            durable = journal.durable();
        }

        private void append() throws IOException {
            EventFacts facts = EventFacts.newBuilder()
                    .setOccurredAtMs(random.nextLong())
                    .setAlarm(Alarm.newBuilder().setDetail(anything()))
                    .build();
            inTheWriting = facts;
            Optional<Subject> subject = random.nextBoolean()
                    ? Optional.empty()
                    : Optional.of(Subject.newBuilder().setCardNumber("4388261").build());
            long sequence;
            try {
                sequence = journal.append(facts, subject);
            } catch (IOException e) {
                inTheWriting = null;
                throw e;
            }
            assertThat(sequence).isEqualTo(written.isEmpty() ? sequence : written.lastKey() + 1);
            written.put(sequence, facts);
            inTheWriting = null;
            totals.appended++;
        }

        /** No two alike at any place: else half of one record could complete another. */
        private String anything() {
            return random.ints(random.nextInt(800), 'a', 'z' + 1)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
        }

        private void acknowledge() throws IOException {
            long upTo = Math.max(acknowledged, durable - random.nextInt(20));
            acknowledged = Math.max(acknowledged, upTo);
            journal.acknowledged(upTo);
        }
    }
}
