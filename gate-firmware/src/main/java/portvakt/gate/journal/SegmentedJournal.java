package portvakt.gate.journal;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.port.Disk;
import portvakt.gate.port.EventJournal;
import portvakt.gate.port.JournalOpening;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.event.JournalStart;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.Subject;

/**
 * The journal over a {@link Disk}: append-only segments of a few megabytes.
 *
 * <p>At open the newest segment is read through; what stands behind the last good record in sequence is a torn write. It is cut off, and
 * kept aside in a file of its own, in case it was damage instead; where the server has events from behind it, it is damage for certain, and they stay. When a write fails, the file is cut back to its last whole
 * record and the next append tries afresh. When a sync fails, the kernel may have dropped what it could not write and would
 * call the next sync a success; so the events that were not yet durable are written again, from memory, into a new segment.
 */
public final class SegmentedJournal implements EventJournal, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentedJournal.class);

    /**
     * @param segmentBytes a segment that has grown to this is followed by a new one
     * @param totalBytesMax acknowledged segments are dropped above it; unacknowledged events are never dropped: then appends fail
     */
    public record Limits(long segmentBytes, long totalBytesMax) {
        public static final Limits DEFAULT = new Limits(4L << 20, 256L << 20);
    }

    private final Disk disk;
    private final Limits limits;
    private final SecureRandom salts;
    /** Older segments by first sequence, with their sizes. */
    private final TreeMap<Long, Long> closedSegments = new TreeMap<>();
    /** Appended and not yet durable. */
    private final Deque<ChainedEvent> pending = new ArrayDeque<>();

    private final RecentEvents recent = new RecentEvents();
    private final Damage damage = new Damage();
    private final SegmentReads reads = new SegmentReads(damage);

    private Segment current;
    /** End of the last whole record in the current segment. */
    private long end;

    private long last;
    private ByteString lastHash = EventChain.GENESIS;
    private long durable;
    private long acknowledged;
    private JournalOpening opening = JournalOpening.PLAIN;
    private long writtenBytes;
    private boolean rewriteDue;
    /** A segment was dropped and its name may come back at a power cut. */
    private boolean dropUnforced;

    private boolean syncRunning;

    private SegmentedJournal(Disk disk, Limits limits, SecureRandom salts) {
        this.disk = disk;
        this.limits = limits;
        this.salts = salts;
    }

    /** Of a gate whose server has no event of it, or named none. @throws IOException as below */
    public static SegmentedJournal open(Disk disk, Limits limits) throws IOException {
        return open(disk, limits, JournalStart.NONE, new SecureRandom());
    }

    /**
     * Sets a journal aside that does not go on from {@code start}, and begins one that does; see {@link JournalBeginning}.
     *
     * @param salts what subjects are salted with; a simulation repeats itself by it
     * @throws IOException if the folder cannot be read or written; the message names the file
     */
    public static SegmentedJournal open(Disk disk, Limits limits, JournalStart start, SecureRandom salts)
            throws IOException {
        SegmentedJournal journal = new SegmentedJournal(disk, limits, salts);
        JournalBeginning beginning = new JournalBeginning(disk, start);
        boolean begins = beginning.prepare();
        long cutBytes = journal.recover(start);
        journal.opening = new JournalOpening(cutBytes, begins ? start.sequence() : 0, beginning.untold(journal.last));
        return journal;
    }

    private long recover(JournalStart start) throws IOException {
        List<String> names = JournalBeginning.segments(disk);
        for (String name : names) {
            try (Segment segment = new Segment(disk, Segment.firstOf(name))) {
                closedSegments.put(segment.first(), segment.file().size());
            }
        }
        long begin = start.sequence() + 1;
        current = new Segment(disk, names.isEmpty() ? begin : Segment.firstOf(names.getLast()));
        closedSegments.remove(current.first());
        last = current.first() - 1;
        if (current.first() > 1 && !closedSegments.isEmpty()) {
            lastHash = lastHashBefore(current.first());
        } else if (current.first() == begin) {
            lastHash = start.hash();
        }
        readThrough();
        // What the server named it has, whatever came back of that.
        long known = Math.max(AcknowledgedFile.read(disk), start.sequence());
        passDamage(known);
        long cutBytes = cutTornTail();
        if (known > last) {
            goOnAfter(known);
        }
        current.file().force();
        disk.forceNames();
        durable = last;
        // Only acknowledged segments are ever dropped, so what is not here any more was acknowledged, whatever the file
        // says.
        long firstKept = names.isEmpty() ? begin : Segment.firstOf(names.getFirst());
        acknowledged = Math.clamp(known, firstKept - 1, last);
        return cutBytes;
    }

    private void readThrough() throws IOException {
        for (Optional<Segment.Found> found = current.at(end); found.isPresent(); found = current.at(end)) {
            if (found.get().event().getSequence() != last + 1) {
                // Whole, and no record of this journal's: numbers would be given twice behind it.
                break;
            }
            take(found.get());
        }
    }

    private void take(Segment.Found found) {
        end = found.nextOffset();
        last = found.event().getSequence();
        lastHash = EventChain.hash(found.event());
    }

    /** What the server has was durable here: where that does not read, it is no torn write but damage, and what follows it holds. */
    private void passDamage(long known) throws IOException {
        for (Optional<Segment.Found> next = Optional.empty(); last < known; readThrough()) {
            next = current.after(end, last + 1);
            if (next.isEmpty()) {
                return;
            }
            damage.found(current.name() + ": events " + (last + 1) + " to "
                    + (next.get().event().getSequence() - 1) + " are damaged on the disk; the server has them");
            take(next.get());
        }
    }

    /** Numbers that the server has are not given twice. */
    private void goOnAfter(long known) throws IOException {
        damage.found("events " + (last + 1) + " to " + known + " are not on the disk any more; the server has them");
        closedSegments.put(current.first(), end);
        current.close();
        current = new Segment(disk, known + 1);
        end = 0;
        last = known;
        lastHash = EventChain.GENESIS;
    }

    /**
     * Called for a newest segment that may be empty: the chain goes on from the one before it. That one may hold events from
     * {@code first} on too, if a power cut undid the truncation in {@link #rewriteIfDue}; they do not count.
     */
    private ByteString lastHashBefore(long first) throws IOException {
        ByteString hash = EventChain.GENESIS;
        try (Segment segment = new Segment(disk, closedSegments.lowerKey(first))) {
            long offset = 0;
            for (Optional<Segment.Found> found = segment.after(0, 1);
                    found.isPresent() && found.get().event().getSequence() < first;
                    found = segment.after(offset, 1)) {
                offset = found.get().nextOffset();
                hash = EventChain.hash(found.get().event());
            }
        }
        return hash;
    }

    /** @return how much was cut off */
    private long cutTornTail() throws IOException {
        long cut = current.file().size() - end;
        if (cut > 0) {
            TornTail.cut(disk, current, end, last, limits.segmentBytes()).ifPresent(damage::found);
        }
        return cut;
    }

    /** What was done to the journal when it was opened. */
    public JournalOpening opening() {
        return opening;
    }

    @Override
    public synchronized long append(EventFacts facts, Optional<Subject> subject) throws IOException {
        openSegment();
        return append(EventChain.link(
                last + 1, lastHash, facts, subject.map(this::salted).orElse(null)));
    }

    @Override
    public synchronized long append(Placed facts) throws IOException {
        // First, since it may wait for the medium and let others append.
        openSegment();
        return append(EventChain.link(last + 1, lastHash, facts.at(last + 1, lastHash), null));
    }

    private long append(ChainedEvent event) throws IOException {
        write(event);
        last++;
        lastHash = EventChain.hash(event);
        pending.add(event);
        recent.add(event);
        return last;
    }

    /** Sees to it that the current segment can take a record. */
    private void openSegment() throws IOException {
        while (rewriteDue || end >= limits.segmentBytes()) {
            awaitRunningSync();
            rewriteIfDue();
            if (end >= limits.segmentBytes()) {
                startSegment();
            }
        }
    }

    private Subject salted(Subject subject) {
        byte[] salt = new byte[EventChain.SALT_BYTES];
        salts.nextBytes(salt);
        return subject.toBuilder().setSalt(ByteString.copyFrom(salt)).build();
    }

    private void write(ChainedEvent event) throws IOException {
        ByteBuffer record = Segment.encode(event);
        makeRoomFor(record.remaining());
        int length = record.remaining();
        try {
            current.file().append(record);
        } catch (IOException e) {
            try {
                current.file().truncate(end);
            } catch (IOException alsoFailed) {
                // A torn record would hide all behind it: go on in a new file only.
                rewriteDue = true;
                e.addSuppressed(alsoFailed);
            }
            throw e;
        }
        end += length;
        writtenBytes += length;
    }

    private void makeRoomFor(int bytes) throws IOException {
        long total = end + bytes;
        for (long size : closedSegments.values()) {
            total += size;
        }
        while (total > limits.totalBytesMax()) {
            Long oldest = closedSegments.isEmpty() ? null : closedSegments.firstKey();
            Long following = oldest == null ? null : closedSegments.higherKey(oldest);
            // One closed segment stays: the chain goes on from it if the current one is still empty at the next start.
            if (following == null || following - 1 > acknowledged) {
                throw new IOException(
                        "the journal holds " + limits.totalBytesMax()
                                + " bytes of events that the server has not acknowledged; connect the gate, or raise the limit");
            }
            // Of two drops a power cut may undo the first alone, and that would leave a hole in the chain.
            if (dropUnforced) {
                forceNames();
            }
            disk.delete(Segment.nameOf(oldest));
            dropUnforced = true;
            total -= closedSegments.remove(oldest);
            recent.dropBefore(following);
        }
    }

    @Override
    public synchronized Room room() {
        long unacknowledged = end;
        long droppable = 0;
        for (Map.Entry<Long, Long> segment : closedSegments.entrySet()) {
            Long following = closedSegments.higherKey(segment.getKey());
            if (following == null || following - 1 > acknowledged) {
                unacknowledged += segment.getValue();
            } else {
                droppable += segment.getValue();
            }
        }
        long free = limits.totalBytesMax() - unacknowledged;
        try {
            free = Math.min(free, disk.freeBytes() + droppable);
        } catch (IOException e) {
            LOG.warn("How much room the disk has is not known: {}", e.getMessage());
        }
        return new Room(Math.max(0, free), limits.totalBytesMax(), writtenBytes);
    }

    private void forceNames() throws IOException {
        disk.forceNames();
        dropUnforced = false;
    }

    private void startSegment() throws IOException {
        if (durable < last) {
            try {
                current.file().force();
            } catch (IOException e) {
                rewriteDue = true;
                throw e;
            }
            durableUpTo(last);
        }
        Segment next = new Segment(disk, last + 1);
        try {
            forceNames();
        } catch (IOException e) {
            next.close();
            throw e;
        }
        closedSegments.put(current.first(), end);
        current.close();
        current = next;
        end = 0;
    }

    @Override
    public void force() throws IOException {
        Segment forced;
        long upTo;
        synchronized (this) {
            awaitRunningSync();
            rewriteIfDue();
            if (durable >= last) {
                return;
            }
            forced = current;
            upTo = last;
            syncRunning = true;
        }
        IOException failure = null;
        try {
            // Not under the lock: appends go on while the medium works.
            forced.file().force();
        } catch (IOException e) {
            failure = e;
        }
        synchronized (this) {
            syncRunning = false;
            notifyAll();
            if (failure == null) {
                durableUpTo(upTo);
            } else {
                rewriteDue = true;
                throw failure;
            }
        }
    }

    /**
     * One sync at a time, and no new file under a running one: Linux tells of a failed write-back once, so of two syncs side by
     * side only one would hear of it, and the other would call lost events durable.
     */
    private void awaitRunningSync() {
        boolean interrupted = false;
        while (syncRunning) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void durableUpTo(long sequence) {
        durable = Math.max(durable, sequence);
        while (!pending.isEmpty() && pending.getFirst().getSequence() <= durable) {
            pending.removeFirst();
        }
    }

    /** After a failed sync: everything not durable goes into a new file, from memory. */
    private void rewriteIfDue() throws IOException {
        if (!rewriteDue) {
            return;
        }
        reads.forget();
        long from = durable + 1;
        String name = Segment.nameOf(from);
        if (from == current.first()) {
            current.file().truncate(0);
            end = 0;
        } else {
            long keep = offsetOf(from);
            current.file().truncate(keep);
            Segment next = new Segment(disk, from);
            next.file().truncate(0);
            closedSegments.put(current.first(), keep);
            current.close();
            current = next;
            end = 0;
        }
        for (ChainedEvent event : pending) {
            write(event);
        }
        current.file().force();
        forceNames();
        durable = last;
        pending.clear();
        rewriteDue = false;
        LOG.warn("Events {} to {} were written again to {} after a failed write", from, last, name);
    }

    private long offsetOf(long sequence) throws IOException {
        long offset = 0;
        for (Optional<Segment.Found> found = current.after(0, 1);
                found.isPresent() && found.get().event().getSequence() < sequence;
                found = current.after(offset, 1)) {
            offset = found.get().nextOffset();
        }
        return offset;
    }

    @Override
    public synchronized long durable() {
        return durable;
    }

    @Override
    public synchronized long last() {
        return last;
    }

    @Override
    public synchronized List<ChainedEvent> read(long first, long last) throws IOException {
        Optional<List<ChainedEvent>> inMemory = recent.range(first, last);
        if (inMemory.isPresent()) {
            return inMemory.get();
        }
        List<ChainedEvent> events = new ArrayList<>();
        for (long start : closedSegments.keySet()) {
            Long following = closedSegments.higherKey(start);
            long until = following == null ? current.first() : following;
            if (until > first && start <= last) {
                try (Segment segment = new Segment(disk, start)) {
                    reads.collect(segment, first, last, until - 1, events);
                }
            }
        }
        reads.collect(current, first, last, this.last, events);
        return events;
    }

    @Override
    public synchronized Optional<String> takeDamage() {
        return damage.take();
    }

    @Override
    public synchronized long acknowledged() {
        return acknowledged;
    }

    @Override
    public synchronized void acknowledged(long sequence) throws IOException {
        if (sequence <= acknowledged || sequence > last) {
            return;
        }
        acknowledged = sequence;
        AcknowledgedFile.write(disk, sequence);
    }

    @Override
    public synchronized void close() throws IOException {
        try {
            force();
        } finally {
            current.close();
        }
    }
}
