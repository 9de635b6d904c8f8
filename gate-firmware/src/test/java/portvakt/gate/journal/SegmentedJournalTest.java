package portvakt.gate.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.gate.port.Disk;
import portvakt.gate.testing.MemoryDisk;
import portvakt.gate.testing.TornDisk;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.Alarm;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.Subject;

/** Whatever the disk does and whenever the power goes, what was called durable is there, once, in an unbroken chain. */
class SegmentedJournalTest {

    private static final SegmentedJournal.Limits SMALL = new SegmentedJournal.Limits(400, 1 << 20);

    private final MemoryDisk disk = new MemoryDisk();

    private static EventFacts facts(String text) {
        return EventFacts.newBuilder()
                .setAlarm(Alarm.newBuilder().setKind("TEST").setDetail(text))
                .build();
    }

    private static String text(ChainedEvent event) {
        try {
            return EventFacts.parseFrom(event.getFacts()).getAlarm().getDetail();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static long append(SegmentedJournal journal, String text) throws IOException {
        return journal.append(facts(text), Optional.empty());
    }

    /** All events that are kept, checked: no gap, no repetition, each chained to the one before it. */
    private static List<ChainedEvent> chain(SegmentedJournal journal) throws IOException {
        List<ChainedEvent> events = journal.read(1, Long.MAX_VALUE);
        for (int at = 0; at < events.size(); at++) {
            assertThat(EventChain.isWellFormed(events.get(at))).isTrue();
            if (at > 0) {
                assertThat(events.get(at).getSequence())
                        .isEqualTo(events.get(at - 1).getSequence() + 1);
            }
            if (at > 0 || events.get(at).getSequence() == 1) {
                ByteString before = at == 0 ? EventChain.GENESIS : EventChain.hash(events.get(at - 1));
                assertThat(events.get(at).getPreviousHash()).isEqualTo(before);
            }
        }
        if (!events.isEmpty()) {
            assertThat(events.getLast().getSequence()).isEqualTo(journal.last());
        }
        return events;
    }

    private static List<String> texts(SegmentedJournal journal) throws IOException {
        return chain(journal).stream().map(SegmentedJournalTest::text).toList();
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
    }

    @Test
    void anEventIsReadBackAsWritten() throws IOException {
        SegmentedJournal journal = SegmentedJournal.open(disk, SegmentedJournal.Limits.DEFAULT);
        Subject somebody = Subject.newBuilder().setCardNumber("4388261").build();
        assertThat(journal.append(facts("one"), Optional.of(somebody))).isEqualTo(1);
        assertThat(append(journal, "two")).isEqualTo(2);
        List<ChainedEvent> events = chain(journal);
        assertThat(events).extracting(SegmentedJournalTest::text).containsExactly("one", "two");
        Subject kept = Subject.parseFrom(events.getFirst().getSubject());
        assertThat(kept.getCardNumber()).isEqualTo("4388261");
        assertThat(kept.getSalt().size()).isEqualTo(EventChain.SALT_BYTES);
        assertThat(journal.read(2, 2)).containsExactly(events.getLast());
        assertThat(journal.read(3, 9)).isEmpty();
    }

    /** Its checksum is good; taken for the last event, it would have numbers given twice. */
    @Test
    void aRecordThatDoesNotFollowOnIsCutOff() throws IOException {
        SegmentedJournal journal = SegmentedJournal.open(disk, SegmentedJournal.Limits.DEFAULT);
        append(journal, "1");
        append(journal, "2");
        journal.force();
        try (Segment segment = new Segment(disk, 1)) {
            segment.file()
                    .append(Segment.encode(
                            ChainedEvent.newBuilder().setSequence(1).build()));
        }
        SegmentedJournal reopened = SegmentedJournal.open(disk, SegmentedJournal.Limits.DEFAULT);
        assertThat(reopened.opening().cutBytes()).isPositive();
        assertThat(append(reopened, "3")).isEqualTo(3);
        assertThat(texts(reopened)).isEqualTo(numbers(1, 3));
    }

    /** As an uplink reads: a long backlog from the medium, and in between what has just happened. */
    @Test
    void aBacklogAndTheNewestEventsAreReadByTurns() throws IOException {
        SegmentedJournal journal = SegmentedJournal.open(disk, new SegmentedJournal.Limits(4_000, 1 << 20));
        for (int event = 1; event <= 600; event++) {
            append(journal, "" + event);
        }
        for (int first = 1; first < 600; first += 50) {
            assertThat(journal.read(first, first + 49).stream()
                            .map(SegmentedJournalTest::text)
                            .toList())
                    .isEqualTo(numbers(first, first + 49));
            append(journal, "newest");
            assertThat(journal.read(journal.last() - 1, journal.last())).hasSize(2);
            assertThat(text(journal.read(journal.last(), journal.last()).getFirst()))
                    .isEqualTo("newest");
        }
    }

    @Test
    void nothingIsDurableBeforeItIsForced() throws IOException {
        SegmentedJournal journal = SegmentedJournal.open(disk, SegmentedJournal.Limits.DEFAULT);
        append(journal, "1");
        assertThat(journal.last()).isEqualTo(1);
        assertThat(journal.durable()).isZero();
        assertThat(texts(SegmentedJournal.open(disk.afterPowerCut(), SegmentedJournal.Limits.DEFAULT)))
                .isEmpty();
        journal.force();
        assertThat(journal.durable()).isEqualTo(1);
        assertThat(texts(SegmentedJournal.open(disk.afterPowerCut(), SegmentedJournal.Limits.DEFAULT)))
                .containsExactly("1");
    }

    @Test
    void theNewestSegmentCutAtAnyByteKeepsEveryWholeRecord() throws IOException {
        SegmentedJournal journal = SegmentedJournal.open(disk, SMALL);
        List<Integer> ends = new ArrayList<>();
        String newest = "";
        int sequence = 0;
        while (disk.names("events-").size() < 3 || ends.size() < 3) {
            append(journal, "" + ++sequence);
            journal.force();
            if (!disk.names("events-").getLast().equals(newest)) {
                newest = disk.names("events-").getLast();
                ends.clear();
            }
            ends.add(disk.read(newest).length);
        }
        int before = sequence - ends.size();
        byte[] whole = disk.read(newest);
        for (int cut = 0; cut <= whole.length; cut++) {
            int length = cut;
            MemoryDisk torn = disk.afterPowerCut();
            torn.put(newest, java.util.Arrays.copyOf(whole, cut));
            SegmentedJournal reopened = SegmentedJournal.open(torn, SMALL);
            int kept = before + (int) ends.stream().filter(end -> end <= length).count();
            assertThat(texts(reopened)).as("cut at %d", cut).isEqualTo(numbers(1, kept));
            assertThat(reopened.durable()).isEqualTo(kept);
            assertThat(reopened.opening().cutBytes())
                    .isEqualTo(cut
                            - ends.stream()
                                    .filter(end -> end <= length)
                                    .mapToInt(Integer::intValue)
                                    .max()
                                    .orElse(0));
            append(reopened, "next");
            reopened.force();
            assertThat(texts(SegmentedJournal.open(torn.afterPowerCut(), SMALL)))
                    .hasSize(kept + 1);
        }
    }

    @Test
    void aCutTailIsKeptAside() throws IOException {
        SegmentedJournal journal = SegmentedJournal.open(disk, SegmentedJournal.Limits.DEFAULT);
        append(journal, "1");
        journal.force();
        try (Disk.File file = disk.open(Segment.nameOf(1))) {
            file.append(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        }
        SegmentedJournal reopened = SegmentedJournal.open(disk, SegmentedJournal.Limits.DEFAULT);
        assertThat(reopened.opening().cutBytes()).isEqualTo(3);
        assertThat(disk.read("cut-after-00000000000000000001")).containsExactly(1, 2, 3);
        assertThat(texts(reopened)).containsExactly("1");
    }

    @Test
    void aFlippedBitNeverMakesAnotherEvent() throws IOException {
        SegmentedJournal journal = SegmentedJournal.open(disk, SegmentedJournal.Limits.DEFAULT);
        for (String each : numbers(1, 3)) {
            append(journal, each);
        }
        journal.force();
        byte[] whole = disk.read(Segment.nameOf(1));
        for (int at = 0; at < whole.length; at++) {
            MemoryDisk damaged = new MemoryDisk();
            byte[] bytes = whole.clone();
            bytes[at] ^= (byte) (1 << at % 8);
            damaged.put(Segment.nameOf(1), bytes);
            assertThat(texts(SegmentedJournal.open(damaged, SegmentedJournal.Limits.DEFAULT)))
                    .isEqualTo(numbers(1, 3 * at / whole.length));
        }
    }

    @Test
    void aFullDiskRefusesAndForgetsNothingWhenThereIsRoomAgain() throws IOException {
        SegmentedJournal journal = SegmentedJournal.open(disk, SMALL);
        append(journal, "1");
        for (int room = 0; room < 40; room++) {
            disk.setRoomBytes(room);
            assertThatThrownBy(() -> append(journal, "refused"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left");
            assertThat(journal.last()).isEqualTo(1 + room);
            disk.setRoomBytes(Long.MAX_VALUE);
            assertThat(append(journal, "" + (2 + room))).isEqualTo(2 + room);
        }
        journal.force();
        assertThat(texts(journal)).isEqualTo(numbers(1, 41));
        assertThat(texts(SegmentedJournal.open(disk.afterPowerCut(), SMALL))).isEqualTo(numbers(1, 41));
    }

    @Test
    void aTornRecordThatCannotBeCutBackHidesNothing() throws IOException {
        SegmentedJournal journal = SegmentedJournal.open(disk, SegmentedJournal.Limits.DEFAULT);
        append(journal, "1");
        disk.setRoomBytes(5);
        disk.failTruncates(1);
        assertThatThrownBy(() -> append(journal, "refused")).isInstanceOf(IOException.class);
        disk.setRoomBytes(Long.MAX_VALUE);
        append(journal, "2");
        journal.force();
        assertThat(texts(journal)).containsExactly("1", "2");
        assertThat(texts(SegmentedJournal.open(disk.afterPowerCut(), SegmentedJournal.Limits.DEFAULT)))
                .containsExactly("1", "2");
    }

    @Test
    void aFailedSyncIsNotBelievedAtTheNextSuccess() throws IOException {
        SegmentedJournal journal = SegmentedJournal.open(disk, SegmentedJournal.Limits.DEFAULT);
        append(journal, "1");
        journal.force();
        append(journal, "2");
        append(journal, "3");
        disk.failForces(2);
        for (int failure = 0; failure < 2; failure++) {
            assertThatThrownBy(journal::force).isInstanceOf(IOException.class);
            assertThat(journal.durable()).isEqualTo(1);
        }
        journal.force();
        assertThat(journal.durable()).isEqualTo(3);
        append(journal, "4");
        journal.force();
        assertThat(texts(journal)).isEqualTo(numbers(1, 4));
        assertThat(texts(SegmentedJournal.open(disk.afterPowerCut(), SegmentedJournal.Limits.DEFAULT)))
                .isEqualTo(numbers(1, 4));
    }

    @Test
    void anUndoneTruncationBehindAnEmptyNewSegmentDoesNotBreakTheChain() throws IOException {
        SegmentedJournal journal = SegmentedJournal.open(disk, SegmentedJournal.Limits.DEFAULT);
        for (String each : numbers(1, 3)) {
            append(journal, each);
        }
        journal.force();
        // The truncation after event 1 never reached the medium, but the name of the new segment did.
        disk.put(Segment.nameOf(2), new byte[0]);
        SegmentedJournal reopened = SegmentedJournal.open(disk, SegmentedJournal.Limits.DEFAULT);
        assertThat(reopened.last()).isEqualTo(1);
        append(reopened, "other");
        assertThat(texts(reopened)).containsExactly("1", "other");
    }

    @Test
    void acknowledgedSegmentsAreDroppedAtTheBoundAndOthersNever() throws IOException {
        SegmentedJournal.Limits limits = new SegmentedJournal.Limits(400, 2_000);
        SegmentedJournal journal = SegmentedJournal.open(disk, limits);
        assertThatThrownBy(() -> {
                    for (int event = 1; event < 1_000; event++) {
                        append(journal, "" + event);
                    }
                })
                .hasMessageContaining("not acknowledged")
                .hasMessageContaining("connect the gate");
        long full = journal.last();
        assertThat(chain(journal)).hasSize((int) full);
        journal.force();
        journal.acknowledged(full - 2);
        for (long event = full + 1; event <= full + 5; event++) {
            append(journal, "" + event);
        }
        journal.force();
        List<ChainedEvent> kept = chain(journal);
        assertThat(kept.getFirst().getSequence()).isGreaterThan(1).isLessThanOrEqualTo(full - 1);
        SegmentedJournal reopened = SegmentedJournal.open(disk.afterPowerCut(true, _ -> 0), limits);
        assertThat(chain(reopened)).isEqualTo(kept);
        assertThat(reopened.acknowledged())
                .isGreaterThanOrEqualTo(kept.getFirst().getSequence() - 1);
    }

    @Test
    void ofSeveralDroppedSegmentsAPowerCutBringsNoneBackBeforeAHole() throws IOException {
        SegmentedJournal.Limits limits = new SegmentedJournal.Limits(400, 2_000);
        TornDisk torn = new TornDisk(new SplittableRandom(1));
        SegmentedJournal journal = SegmentedJournal.open(torn, limits);
        for (int event = 1; event <= 30; event++) {
            append(journal, "" + event);
            journal.force();
        }
        journal.acknowledged(30);
        // Needs the room of more than one segment at once.
        append(journal, "x".repeat(1_200));
        journal.force();
        assertThat(journal.read(1, 1)).isEmpty();
        for (int cut = 0; cut < 100; cut++) {
            List<ChainedEvent> events = chain(SegmentedJournal.open(torn.afterPowerCut(), limits));
            assertThat(events.getLast().getSequence()).isEqualTo(31);
        }
    }

    @Test
    void acknowledgementsAreKeptAndOnlyRise() throws IOException {
        SegmentedJournal journal = SegmentedJournal.open(disk, SMALL);
        append(journal, "1");
        append(journal, "2");
        journal.acknowledged(2);
        journal.acknowledged(1);
        journal.acknowledged(3);
        assertThat(journal.acknowledged()).isEqualTo(2);
        journal.close();
        assertThat(SegmentedJournal.open(disk, SMALL).acknowledged()).isEqualTo(2);
        byte[] file = disk.read("acknowledged");
        for (int cut = 0; cut < file.length; cut++) {
            disk.put("acknowledged", java.util.Arrays.copyOf(file, cut));
            assertThat(SegmentedJournal.open(disk, SMALL).acknowledged()).isZero();
        }
    }

    @Test
    void anEventOverTheLimitIsRefusedAndTheNextOneTaken() throws IOException {
        SegmentedJournal journal = SegmentedJournal.open(disk, SegmentedJournal.Limits.DEFAULT);
        assertThatThrownBy(() -> append(journal, "x".repeat(Segment.RECORD_BYTES_MAX)))
                .hasMessageContaining("over the limit");
        append(journal, "1");
        assertThat(texts(journal)).containsExactly("1");
    }

    @Test
    void twoThreadsAppendAndForceOnADiskThatFails() throws Exception {
        SegmentedJournal journal = SegmentedJournal.open(disk, new SegmentedJournal.Limits(2_000, 1 << 20));
        java.util.concurrent.atomic.AtomicBoolean done = new java.util.concurrent.atomic.AtomicBoolean();
        Thread flusher = Thread.ofPlatform().start(() -> {
            SplittableRandom random = new SplittableRandom(7);
            while (!done.get()) {
                disk.failForces(random.nextInt(4) == 0 ? 1 : 0);
                try {
                    journal.force();
                } catch (IOException e) {
                    assertThat(e).hasMessage("Input/output error");
                }
            }
        });
        List<String> written = new ArrayList<>();
        while (written.size() < 3_000) {
            try {
                append(journal, "" + written.size());
                written.add("" + written.size());
            } catch (IOException e) {
                assertThat(e).hasMessage("Input/output error");
            }
        }
        done.set(true);
        flusher.join();
        disk.failForces(0);
        journal.force();
        assertThat(texts(journal)).isEqualTo(written);
        assertThat(texts(SegmentedJournal.open(disk.afterPowerCut(), SMALL))).isEqualTo(written);
    }

    /** What a power cut may leave of what was not forced. */
    private static List<ToIntFunction<Integer>> survivals(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return List.of(_ -> 0, bytes -> bytes, bytes -> random.nextInt(bytes + 1), bytes -> random.nextInt(bytes + 1));
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 8);
    }

    /** One run of everything that a journal does, on a disk that fails now and then; the power goes at any of its operations. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void thePowerMayGoAtAnyOperation(long seed) throws IOException {
        MemoryDisk calm = new MemoryDisk();
        new Run(calm, seed).go();
        for (long operation = 0; operation < calm.operations(); operation++) {
            for (boolean keepNames : new boolean[] {false, true}) {
                for (ToIntFunction<Integer> survival : survivals(seed * 1_000_003 + operation)) {
                    MemoryDisk cut = new MemoryDisk();
                    cut.cutPowerAfter(operation);
                    Run run = new Run(cut, seed);
                    assertThatThrownBy(run::go).isInstanceOf(MemoryDisk.PowerCut.class);
                    run.checkAfter(cut.afterPowerCut(keepNames, survival), "seed " + seed + " operation " + operation);
                }
            }
        }
    }

    private static final class Run {
        private final MemoryDisk disk;
        private final SplittableRandom random;
        private final List<ChainedEvent> durable = new ArrayList<>();
        private SegmentedJournal journal;

        Run(MemoryDisk disk, long seed) {
            this.disk = disk;
            this.random = new SplittableRandom(seed);
        }

        void go() throws IOException {
            SegmentedJournal.Limits limits = new SegmentedJournal.Limits(250, 1 << 20);
            journal = SegmentedJournal.open(disk, limits);
            for (int step = 0; step < 30; step++) {
                int fault = random.nextInt(10);
                disk.failForces(fault == 0 ? 1 : 0);
                disk.setRoomBytes(fault == 1 ? random.nextInt(80) : Long.MAX_VALUE);
                disk.failTruncates(fault == 1 && random.nextBoolean() ? 1 : 0);
                disk.failNameForces(fault == 2 ? 1 : 0);
                try {
                    append(journal, step + "-" + random.nextInt());
                    if (random.nextInt(3) == 0) {
                        journal.force();
                    }
                    note();
                } catch (IOException e) {
                    // A disk that fails now and then: the next step tries again.
                    assertThat(e).hasMessageMatching(".*(No space left on device|Input/output error)");
                    note();
                }
            }
        }

        private void note() throws IOException {
            for (ChainedEvent event : journal.read(durable.size() + 1, journal.durable())) {
                durable.add(event);
            }
            assertThat(durable).hasSize((int) journal.durable());
        }

        void checkAfter(MemoryDisk left, String when) throws IOException {
            SegmentedJournal reopened = SegmentedJournal.open(left, SMALL);
            List<ChainedEvent> events = chain(reopened);
            assertThat(events).as(when).hasSizeGreaterThanOrEqualTo(durable.size());
            assertThat(events.subList(0, durable.size())).as(when).isEqualTo(durable);
            append(reopened, "after");
            reopened.force();
            SegmentedJournal again = SegmentedJournal.open(left.afterPowerCut(), SMALL);
            assertThat(chain(again)).as(when).hasSize(events.size() + 1);
            assertThat(chain(again).subList(0, events.size())).as(when).isEqualTo(events);
        }
    }
}
