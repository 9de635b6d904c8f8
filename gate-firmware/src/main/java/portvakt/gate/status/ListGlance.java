package portvakt.gate.status;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import portvakt.gate.port.Disk;
import portvakt.protocol.list.ListHead;

/**
 * Which version of a list lies on a disk that somebody else may be writing to: reads only, and proves nothing, so nothing may be decided
 * by it.
 */
public record ListGlance(String list, long version, Instant issuedAt) {

    /** Versions may begin anew with an epoch, so that the epoch goes first. */
    private record Found(int epoch, ListGlance glance) {
        private static final Comparator<Found> FURTHEST = Comparator.comparingInt(Found::epoch)
                .thenComparingLong(found -> found.glance.version)
                .thenComparing(found -> found.glance.issuedAt);
    }

    /** The furthest of each list that has files, by name. */
    public static List<ListGlance> all(Disk disk) throws IOException {
        Map<String, Found> furthest = new TreeMap<>();
        for (String name : disk.names("")) {
            Optional<Pair> pair = Pair.of(name).filter(each -> name.equals(each.base()));
            if (pair.isPresent()) {
                newest(disk, pair.get())
                        .ifPresent(found ->
                                furthest.merge(pair.get().list(), found, BinaryOperator.maxBy(Found.FURTHEST)));
            }
        }
        return furthest.values().stream().map(Found::glance).toList();
    }

    private static Optional<Found> newest(Disk disk, Pair pair) throws IOException {
        try {
            ListHead head = SealedList.BaseFile.parse(disk.map(pair.base())).head();
            for (ListLog.Entry entry : ListLog.read(new Bytes(logOf(disk, pair)))) {
                head = switch (entry) {
                    case ListLog.Entry.Delta delta -> delta.delta().head();
                    case ListLog.Entry.Renewal renewal -> renewal.head();
                };
            }
            return Optional.of(new Found(head.epoch(), new ListGlance(pair.list(), head.version(), head.issuedAt())));
        } catch (ListRefusedException e) {
            // A damaged file is the gate's to find and mend; here it is as if it were not there.
            return Optional.empty();
        }
    }

    private static byte[] logOf(Disk disk, Pair pair) throws IOException {
        return disk.names(pair.log()).contains(pair.log()) ? disk.read(pair.log()) : new byte[0];
    }

    /** A file's bytes that were read once. */
    private record Bytes(byte[] bytes) implements Disk.File {
        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public int read(ByteBuffer into, long position) {
            int length = (int) Math.min(into.remaining(), bytes.length - position);
            if (length <= 0) {
                return -1;
            }
            into.put(bytes, (int) position, length);
            return length;
        }

        @Override
        public void append(ByteBuffer more) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(ByteBuffer more, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void force() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
