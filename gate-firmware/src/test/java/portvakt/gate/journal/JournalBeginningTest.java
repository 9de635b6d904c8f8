package portvakt.gate.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.gate.port.Disk;
import portvakt.gate.port.JournalOpening;
import portvakt.gate.testing.MemoryDisk;
import portvakt.gate.testing.TornDisk;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.event.JournalStart;
import portvakt.protocol.v1.Alarm;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;

/** A journal goes on from the event that the server named, whatever lay on the disk before; what lay there is kept. */
class JournalBeginningTest {

    private static final SegmentedJournal.Limits SMALL = new SegmentedJournal.Limits(400, 1 << 20);
    private static final ByteString HASH =
            ByteString.copyFrom(new byte[EventChain.HASH_BYTES - 1]).concat(ByteString.copyFrom(new byte[] {1}));

    private TornDisk disk = new TornDisk(new SplittableRandom(1));

    private static SegmentedJournal open(Disk disk, JournalStart start) throws IOException {
        return SegmentedJournal.open(disk, SMALL, start, new SecureRandom());
    }

    private static void append(SegmentedJournal journal, int count) throws IOException {
        for (int each = 0; each < count; each++) {
            journal.append(
                    EventFacts.newBuilder()
                            .setAlarm(Alarm.newBuilder().setKind("TEST").setDetail("event " + journal.last()))
                            .build(),
                    Optional.empty());
            journal.force();
        }
    }

    /** A journal of that many events, in segments of a few. @return all of them */
    private List<ChainedEvent> written(int count, long acknowledged) throws IOException {
        try (SegmentedJournal journal = open(disk, JournalStart.NONE)) {
            append(journal, count);
            journal.acknowledged(acknowledged);
            return journal.read(1, count);
        }
    }

    private static JournalStart at(ChainedEvent event) {
        return new JournalStart(event.getSequence(), EventChain.hash(event));
    }

    private static List<ChainedEvent> setAside(Disk disk, long sequence) throws IOException {
        List<ChainedEvent> events = new ArrayList<>();
        JournalReader.ofSetAside(disk, sequence).read(events::add);
        return events;
    }

    private void goesOnAsItIs(JournalStart start, int count, long acknowledged) throws IOException {
        List<String> names = disk.names("events-");
        try (SegmentedJournal journal = open(disk, start)) {
            assertThat(journal.opening()).isEqualTo(JournalOpening.PLAIN);
            assertThat(journal.last()).isEqualTo(count);
            assertThat(journal.acknowledged()).isEqualTo(acknowledged);
        }
        assertThat(disk.names("events-")).isEqualTo(names);
        assertThat(disk.names("set-aside-")).isEmpty();
    }

    /** It has the number, the hash before it, and nothing to send again. */
    private static void beginsAfter(JournalStart start, SegmentedJournal journal) throws IOException {
        assertThat(journal.opening().goesOnAfter()).isEqualTo(start.sequence());
        assertThat(journal.last()).isEqualTo(start.sequence());
        assertThat(journal.durable()).isEqualTo(start.sequence());
        assertThat(journal.acknowledged()).isEqualTo(start.sequence());
        assertThat(journal.read(1, Long.MAX_VALUE)).isEmpty();
        append(journal, 1);
        ChainedEvent first = journal.read(start.sequence() + 1, Long.MAX_VALUE).getFirst();
        assertThat(first.getSequence()).isEqualTo(start.sequence() + 1);
        assertThat(first.getPreviousHash()).isEqualTo(start.hash());
    }

    @Test
    void anEmptyJournalBeginsAfterTheEvent() throws IOException {
        JournalStart start = new JournalStart(4711, HASH);
        open(disk, start).close();
        assertThat(new JournalReader(disk).acknowledged()).isEqualTo(4711);
        // Nothing happened in that run, so the next one is the first still.
        try (SegmentedJournal journal = open(disk, start)) {
            beginsAfter(start, journal);
            assertThat(journal.opening().setAside()).isEmpty();
        }
        try (SegmentedJournal again = open(disk, start)) {
            assertThat(again.opening()).isEqualTo(JournalOpening.PLAIN);
            append(again, 20);
            again.acknowledged(4715);
        }
        goesOnAsItIs(start, 4732, 4715);
        try (SegmentedJournal journal = open(disk, start)) {
            ByteString hash = HASH;
            for (ChainedEvent event : journal.read(4712, 4732)) {
                assertThat(event.getPreviousHash()).isEqualTo(hash);
                hash = EventChain.hash(event);
            }
        }
    }

    @Test
    void aServerWithoutEventsNamesNone() throws IOException {
        written(12, 4);
        goesOnAsItIs(JournalStart.NONE, 12, 4);
    }

    /** A gate that only got another certificate: its acknowledgement may have been on its way. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 12})
    void aJournalThatHasTheEventGoesOn(int named) throws IOException {
        JournalStart start = at(written(12, 4).get(named - 1));
        goesOnAsItIs(start, 12, Math.max(4, named));
        goesOnAsItIs(start, 12, Math.max(4, named));
    }

    @Test
    void aJournalThatHasDroppedTheEventGoesOn() throws IOException {
        List<ChainedEvent> events = written(30, 30);
        disk.delete(disk.names("events-").getFirst());
        long kept = Segment.firstOf(disk.names("events-").getFirst());
        goesOnAsItIs(at(events.get((int) kept - 2)), 30, 30);
        goesOnAsItIs(at(events.getFirst()), 30, 30);
    }

    @Test
    void aJournalThatEndsBeforeTheEventIsSetAside() throws IOException {
        List<ChainedEvent> events = written(12, 4);
        JournalStart start = new JournalStart(40, HASH);
        try (SegmentedJournal journal = open(disk, start)) {
            assertThat(journal.opening().setAside())
                    .hasValue(
                            "this computer's journal did not go on from event 40 of this gate, which the server has, and was"
                                    + " set aside; the server had not acknowledged 8 of its events, 5 to 12; they are in the files"
                                    + " set-aside-00000000000000000040-... of the data folder: portvakt-gate journal --set-aside 40");
            beginsAfter(start, journal);
        }
        assertThat(setAside(disk, 40)).isEqualTo(events);
        assertThat(JournalReader.ofSetAside(disk, 40).acknowledged()).isEqualTo(4);
        assertThat(JournalReader.setAside(disk)).containsExactly(40L);
    }

    /** A thief has spoken in the gate's name: the server has another event with that number. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 12})
    void aJournalThatHasAnotherSuchEventIsSetAside(int named) throws IOException {
        List<ChainedEvent> events = written(12, 12);
        JournalStart start = new JournalStart(named, HASH);
        try (SegmentedJournal journal = open(disk, start)) {
            assertThat(journal.opening().setAside().orElseThrow())
                    .contains("the server had acknowledged all of its events");
            beginsAfter(start, journal);
        }
        assertThat(setAside(disk, named)).isEqualTo(events);
    }

    @Test
    void aJournalThatGoesOnFromAnotherSuchEventIsSetAside() throws IOException {
        try (SegmentedJournal journal = open(disk, new JournalStart(40, HASH))) {
            append(journal, 5);
        }
        JournalStart start = new JournalStart(40, EventChain.GENESIS);
        try (SegmentedJournal journal = open(disk, start)) {
            beginsAfter(start, journal);
        }
        assertThat(setAside(disk, 40)).extracting(ChainedEvent::getSequence).containsExactly(41L, 42L, 43L, 44L, 45L);
    }

    /** The first two events tell of it. Until both are there, each start has it to tell. */
    @Test
    void itIsToldUntilItStandsInTheJournal() throws IOException {
        written(12, 4);
        JournalStart start = new JournalStart(40, HASH);
        for (int told = 0; told < 2; told++) {
            try (SegmentedJournal journal = open(disk, start)) {
                assertThat(journal.opening().goesOnAfter()).isEqualTo(told == 0 ? 40 : 0);
                assertThat(journal.opening().setAside()).isPresent();
                append(journal, 1);
            }
        }
        goesOnAfterTelling(start);
    }

    private void goesOnAfterTelling(JournalStart start) throws IOException {
        try (SegmentedJournal journal = open(disk, start)) {
            assertThat(journal.opening()).isEqualTo(JournalOpening.PLAIN);
            assertThat(journal.last()).isEqualTo(42);
        }
    }

    /** As a start without an identity leaves one, on every new computer. */
    @Test
    void aJournalWithoutEventsIsNothingToTellOf() throws IOException {
        open(disk, JournalStart.NONE).close();
        assertThat(disk.names("events-")).containsExactly(Segment.nameOf(1));
        JournalStart start = new JournalStart(40, HASH);
        try (SegmentedJournal journal = open(disk, start)) {
            assertThat(journal.opening().setAside()).isEmpty();
            beginsAfter(start, journal);
        }
    }

    @Test
    void whatWasSetAsideAndCannotBeReadKeepsNoGateShut() throws IOException {
        written(12, 4);
        JournalStart start = new JournalStart(40, HASH);
        open(disk, start).close();
        Disk bad = (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (_, method, arguments) -> {
                    if (method.getName().equals("open")
                            && arguments[0].toString().startsWith("set-aside-")) {
                        throw new IOException("Input/output error");
                    }
                    return method.invoke(disk, arguments);
                });
        try (SegmentedJournal journal = open(bad, start)) {
            assertThat(journal.opening().setAside().orElseThrow()).contains("had not acknowledged cannot be read");
            beginsAfter(start, journal);
        }
    }

    /** Somebody has put the old files back into the folder. */
    @Test
    void whatWasSetAsideBeforeIsNotOverwritten() throws IOException {
        List<ChainedEvent> first = written(12, 4);
        JournalStart start = new JournalStart(40, HASH);
        open(disk, start).close();
        disk.delete(Segment.nameOf(41));
        List<ChainedEvent> second = written(12, 5);
        assertThat(second).isNotEqualTo(first.reversed());
        int before = disk.names("set-aside-").size();
        try (SegmentedJournal journal = open(disk, start)) {
            beginsAfter(start, journal);
        }
        assertThat(setAside(disk, 40)).isEqualTo(first);
        assertThat(disk.names("set-aside-")).hasSize(2 * before);
        assertThat(disk.names("set-aside-").stream().filter(name -> name.endsWith(".2")))
                .hasSize(before);
    }

    private void damage(long from, long to) throws IOException {
        for (String name : disk.names("events-")) {
            try (Segment segment = new Segment(disk, Segment.firstOf(name))) {
                long offset = 0;
                for (Optional<Segment.Found> found = segment.after(0, 1);
                        found.isPresent();
                        found = segment.after(offset, 1)) {
                    long sequence = found.get().event().getSequence();
                    if (sequence >= from && sequence <= to) {
                        segment.file()
                                .write(
                                        ByteBuffer.wrap(new byte[] {77}),
                                        found.get().nextOffset() - 3);
                    }
                    offset = found.get().nextOffset();
                }
            }
        }
    }

    /** Bits that have changed on the card make no other journal of it. */
    @ParameterizedTest
    @ValueSource(ints = {2, 5, 6})
    void aDamagedJournalThatReachesFurtherGoesOn(int named) throws IOException {
        JournalStart start = at(written(12, 12).get(named - 1));
        damage(named, named + 1);
        goesOnAsItIs(start, 12, 12);
    }

    @Test
    void aJournalOfWhichNothingReadsGivesNoNumberTwice() throws IOException {
        JournalStart start = new JournalStart(40, HASH);
        try (SegmentedJournal journal =
                SegmentedJournal.open(disk, SegmentedJournal.Limits.DEFAULT, start, new SecureRandom())) {
            append(journal, 3);
            journal.acknowledged(43);
        }
        damage(41, 43);
        try (SegmentedJournal journal = open(disk, start)) {
            assertThat(journal.opening().goesOnAfter()).isZero();
            assertThat(journal.last()).isEqualTo(43);
        }
    }

    @Test
    void aSegmentOfLongAgoThatCannotBeReadKeepsNoGateShut() throws IOException {
        JournalStart start = at(written(12, 12).get(1));
        disk.failReads(1);
        goesOnAsItIs(start, 12, 12);
    }

    @Test
    void aFullDiskKeepsNoGateShut() throws IOException {
        List<ChainedEvent> events = written(12, 4);
        disk.setRoomBytes(0);
        JournalStart start = new JournalStart(40, HASH);
        open(disk, start).close();
        assertThat(setAside(disk, 40)).isEqualTo(events);
        disk.setRoomBytes(Long.MAX_VALUE);
        try (SegmentedJournal journal = open(disk, start)) {
            beginsAfter(start, journal);
        }
    }

    /** The power goes at each operation, and goes again at any one of the next start, on a disk that keeps only its promises. */
    @ParameterizedTest
    @ValueSource(longs = {3, 12, 40})
    void aPowerCutAtAnyPointEndsInTheSameState(long named) {
        JournalStart start = new JournalStart(named, HASH);
        LongStream.rangeClosed(1, 20).forEach(seed -> {
            for (int operation = 0; operation <= 30; operation++) {
                try {
                    cutAt(operation, start, new SplittableRandom(seed));
                } catch (IOException | RuntimeException | AssertionError e) {
                    throw new AssertionError("seed " + seed + ", cut at operation " + operation + ": " + e, e);
                }
            }
        });
    }

    private void cutAt(int operation, JournalStart start, SplittableRandom random) throws IOException {
        disk = new TornDisk(random.split());
        List<ChainedEvent> events = written(12, 4);
        disk.open("acknowledged").force();
        disk.forceNames();
        for (int cut = operation; cut >= 0; cut = random.nextInt(-2, 30)) {
            disk.cutPowerAfter(cut);
            try {
                open(disk, start);
            } catch (MemoryDisk.PowerCut e) {
                // Some of it is done.
            }
            disk = disk.afterPowerCut();
        }
        try (SegmentedJournal journal = open(disk, start)) {
            assertThat(journal.opening().setAside().orElseThrow()).contains("8 of its events, 5 to 12");
            beginsAfter(start, journal);
        }
        assertThat(setAside(disk, start.sequence())).isEqualTo(events);
        assertThat(disk.names("events-")).containsExactly(Segment.nameOf(start.sequence() + 1));
        assertThat(disk.names("set-aside-").stream().filter(name -> name.endsWith(".2")))
                .isEmpty();
    }
}
