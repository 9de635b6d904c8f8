package portvakt.gate.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.Alarm;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;

/** A bit that changes on the disk costs the event that it is in, and is told; never another event, and no number is given twice. */
class JournalDamageTest {

    private static final SegmentedJournal.Limits ONE = SegmentedJournal.Limits.DEFAULT;
    private static final SegmentedJournal.Limits SMALL = new SegmentedJournal.Limits(400, 1 << 20);
    private static final int EVENTS = 300;

    private final MemoryDisk disk = new MemoryDisk();

    private SegmentedJournal written(SegmentedJournal.Limits limits, int events, long acknowledged) throws IOException {
        SegmentedJournal journal = SegmentedJournal.open(disk, limits);
        for (int event = 1; event <= events; event++) {
            append(journal);
        }
        journal.force();
        journal.acknowledged(acknowledged);
        return journal;
    }

    private static long append(SegmentedJournal journal) throws IOException {
        return journal.append(
                EventFacts.newBuilder()
                        .setOccurredAtMs(1_000)
                        .setAlarm(Alarm.newBuilder().setKind("TEST").setDetail("event"))
                        .build(),
                Optional.empty());
    }

    private static int offsetOf(byte[] segment, long sequence) throws IOException {
        int offset = 0;
        while (true) {
            Segment.Found found = Segment.at((into, at) -> Segment.copy(segment, into, at), offset)
                    .orElseThrow();
            if (found.event().getSequence() == sequence) {
                return offset;
            }
            offset = (int) found.nextOffset();
        }
    }

    private void spoil(long firstOfSegment, long... sequences) throws IOException {
        byte[] bytes = disk.read(Segment.nameOf(firstOfSegment));
        byte[] spoilt = bytes.clone();
        for (long sequence : sequences) {
            spoilt[offsetOf(bytes, sequence) + 12] ^= 4;
        }
        disk.put(Segment.nameOf(firstOfSegment), spoilt);
    }

    private static boolean isStandIn(ChainedEvent event) {
        try {
            return EventFacts.parseFrom(event.getFacts()).getAlarm().getKind().equals("JOURNAL_UNREADABLE");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Long> sequences(List<ChainedEvent> events) {
        return events.stream().map(ChainedEvent::getSequence).toList();
    }

    @Test
    void aDamagedEventThatIsToBeSentIsReplacedByAnAlarmAndTheOthersStay() throws IOException {
        SegmentedJournal journal = written(SMALL, EVENTS, 0);
        List<ChainedEvent> before = journal.read(1, 40);
        spoil(1, 1, 3);
        List<ChainedEvent> after = journal.read(1, 40);
        assertThat(sequences(after)).isEqualTo(sequences(before));
        for (int at = 0; at < after.size(); at++) {
            if (at == 0 || at == 2) {
                assertThat(isStandIn(after.get(at))).isTrue();
            } else {
                assertThat(after.get(at)).isEqualTo(before.get(at));
            }
        }
        assertThat(journal.read(2, 3)).isEqualTo(after.subList(1, 3));
        assertThat(journal.takeDamage().orElseThrow())
                .contains("events 1 to 1 are damaged")
                .contains("events 3 to 3 are damaged");
        journal.read(1, 40);
        assertThat(journal.takeDamage()).isEmpty();
    }

    @Test
    void atAStartWhatTheServerHasIsNoTornWrite() throws IOException {
        List<ChainedEvent> before = written(ONE, 6, 6).read(5, 6);
        spoil(1, 2, 4);
        SegmentedJournal reopened = SegmentedJournal.open(disk, ONE);
        assertThat(reopened.last()).isEqualTo(6);
        assertThat(reopened.acknowledged()).isEqualTo(6);
        assertThat(reopened.read(5, 6)).isEqualTo(before);
        assertThat(reopened.takeDamage().orElseThrow())
                .contains("events 2 to 2")
                .contains("events 4 to 4");
        assertThat(append(reopened)).isEqualTo(7);
        assertThat(reopened.read(7, 7).getFirst().getPreviousHash()).isEqualTo(EventChain.hash(before.getLast()));
    }

    @Test
    void numbersThatTheServerHasAreNotGivenTwice() throws IOException {
        written(ONE, 6, 6);
        spoil(1, 5, 6);
        SegmentedJournal reopened = SegmentedJournal.open(disk, ONE);
        assertThat(reopened.takeDamage().orElseThrow()).contains("events 5 to 6 are not on the disk any more");
        assertThat(append(reopened)).isEqualTo(7);
        assertThat(sequences(reopened.read(1, 7)))
                .isEqualTo(LongStream.rangeClosed(1, 7).boxed().toList());
        assertThat(append(SegmentedJournal.open(disk, ONE))).isEqualTo(8);
    }

    /** It may be a torn write, whose events nobody was told of: they are cut off, but not without a word. */
    @Test
    void wholeEventsBehindAPlaceThatMayBeTornAreCutOffAndTold() throws IOException {
        written(ONE, 6, 1);
        spoil(1, 4);
        SegmentedJournal reopened = SegmentedJournal.open(disk, ONE);
        assertThat(reopened.last()).isEqualTo(3);
        assertThat(reopened.takeDamage().orElseThrow())
                .contains("behind a damaged place after event 3")
                .contains("cut-after-");
    }
}
