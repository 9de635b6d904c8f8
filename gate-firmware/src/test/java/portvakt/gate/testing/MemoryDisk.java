package portvakt.gate.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import portvakt.gate.port.Disk;

/**
 * A {@link Disk} in memory that keeps apart what a program sees and what the medium holds. Bytes reach the medium at
 * {@link File#force}, names at {@link #forceNames}; a power cut leaves the medium, and as much of the rest as the test says.
 *
 * <p>A sync that fails drops what it could not write, as Linux does: the next one does not bring it back.
 */
public final class MemoryDisk implements Disk {

    /** The power is gone: no call comes back any more. Not an {@link IOException}, so nothing under test can live through it. */
    public static final class PowerCut extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PowerCut() {
            super("power cut");
        }
    }

    private sealed interface Change {
        record Write(int offset, byte[] bytes) implements Change {}

        record Truncate(int size) implements Change {}
    }

    private static final class Node {
        private byte[] seen = {};
        private byte[] medium = {};
        private final List<Change> unforced = new ArrayList<>();
    }

    private final Map<String, Node> names = new TreeMap<>();
    private final Map<String, Node> durableNames = new TreeMap<>();
    private long roomBytes = Long.MAX_VALUE;
    private long freeBytes = 1L << 30;
    private int failingForces;
    private int failingNameForces;
    private int failingTruncates;
    private int failingReads;
    private long operations;
    private long cutAtOperation = Long.MAX_VALUE;
    private int openFiles;
    private int readBytesMax = Integer.MAX_VALUE;

    /** From now on only so many bytes can be written; the write that goes over it is torn and fails. */
    public synchronized void setRoomBytes(long bytes) {
        roomBytes = bytes;
    }

    /** What it says when it is asked; that a write goes over it is for {@link #setRoomBytes}. */
    public synchronized void setFreeBytes(long bytes) {
        freeBytes = bytes;
    }

    public synchronized void failForces(int count) {
        failingForces = count;
    }

    public synchronized void failNameForces(int count) {
        failingNameForces = count;
    }

    public synchronized void failTruncates(int count) {
        failingTruncates = count;
    }

    public synchronized void failReads(int count) {
        failingReads = count;
    }

    /** From now on one read of an open file gives so many bytes at most, as a real one may. */
    public synchronized void setReadBytesMax(int bytes) {
        readBytesMax = bytes;
    }

    /** The power goes instead of the operation after {@code count} more that change something. */
    public synchronized void cutPowerAfter(long count) {
        cutAtOperation = operations + count;
    }

    /** Operations so far that change something. */
    public synchronized long operations() {
        return operations;
    }

    /** Files that were opened and not closed yet. */
    public synchronized int openFiles() {
        return openFiles;
    }

    /** What a power cut leaves: nothing that was not forced. */
    public MemoryDisk afterPowerCut() {
        return afterPowerCut(false, _ -> 0);
    }

    /**
     * What a power cut leaves.
     *
     * @param keepNames whether names that were not forced survive
     * @param keptBytes how many of a file's unforced bytes reached the medium, in the order of their writing; asked for each file
     *                  with their number
     */
    public synchronized MemoryDisk afterPowerCut(boolean keepNames, ToIntFunction<Integer> keptBytes) {
        MemoryDisk left = new MemoryDisk();
        (keepNames ? names : durableNames).forEach((name, node) -> {
            Node survivor = new Node();
            survivor.medium = survived(node, keptBytes);
            survivor.seen = survivor.medium;
            left.names.put(name, survivor);
            left.durableNames.put(name, survivor);
        });
        return left;
    }

    private static byte[] survived(Node node, ToIntFunction<Integer> keptBytes) {
        int total = 0;
        for (Change change : node.unforced) {
            total += change instanceof Change.Write write ? write.bytes().length : 1;
        }
        int kept = keptBytes.applyAsInt(total);
        byte[] bytes = node.medium;
        for (Change change : node.unforced) {
            switch (change) {
                case Change.Write write -> {
                    int length = Math.min(kept, write.bytes().length);
                    if (length > 0) {
                        bytes = apply(bytes, new Change.Write(write.offset(), Arrays.copyOf(write.bytes(), length)));
                    }
                    kept -= length;
                }
                case Change.Truncate truncate -> {
                    if (kept > 0) {
                        bytes = apply(bytes, truncate);
                        kept--;
                    }
                }
            }
        }
        return bytes;
    }

    private static byte[] apply(byte[] before, Change change) {
        return switch (change) {
            case Change.Truncate truncate -> Arrays.copyOf(before, Math.min(before.length, truncate.size()));
            case Change.Write write -> {
                byte[] after = Arrays.copyOf(before, Math.max(before.length, write.offset() + write.bytes().length));
                System.arraycopy(write.bytes(), 0, after, write.offset(), write.bytes().length);
                yield after;
            }
        };
    }

    /** Every file as the program sees it: to compare before and after. */
    public synchronized Map<String, String> contents() {
        Map<String, String> contents = new TreeMap<>();
        names.forEach((name, node) -> contents.put(name, Arrays.toString(node.seen)));
        return contents;
    }

    /** Puts a file on the medium, as somebody with the card in another computer could. */
    public synchronized void put(String name, byte[] bytes) {
        Node node = new Node();
        node.seen = bytes.clone();
        node.medium = bytes.clone();
        names.put(name, node);
        durableNames.put(name, node);
    }

    private void operate() {
        if (operations >= cutAtOperation) {
            throw new PowerCut();
        }
        operations++;
    }

    @Override
    public synchronized List<String> names(String prefix) throws IOException {
        return names.keySet().stream().filter(name -> name.startsWith(prefix)).toList();
    }

    @Override
    public synchronized File open(String name) throws IOException {
        if (!names.containsKey(name)) {
            operate();
            names.put(name, new Node());
        }
        openFiles++;
        return new OpenFile(names.get(name));
    }

    @Override
    public synchronized byte[] read(String name) throws IOException {
        failIfDue();
        return node(name).seen.clone();
    }

    /** A copy: what is written to the file later is not seen in it. */
    @Override
    public synchronized ByteBuffer map(String name) throws IOException {
        failIfDue();
        return ByteBuffer.wrap(node(name).seen.clone()).asReadOnlyBuffer();
    }

    @Override
    public synchronized void replace(String from, String to) throws IOException {
        operate();
        names.put(to, node(from));
        names.remove(from);
    }

    @Override
    public synchronized void delete(String name) {
        operate();
        names.remove(name);
    }

    @Override
    public synchronized void forceNames() throws IOException {
        operate();
        if (failingNameForces > 0) {
            failingNameForces--;
            throw new IOException("Input/output error");
        }
        durableNames.clear();
        durableNames.putAll(names);
    }

    @Override
    public long freeBytes() {
        return freeBytes;
    }

    private Node node(String name) throws IOException {
        Node node = names.get(name);
        if (node == null) {
            throw new IOException(name + ": No such file or directory");
        }
        return node;
    }

    private void failIfDue() throws IOException {
        if (failingReads > 0) {
            failingReads--;
            throw new IOException("Input/output error");
        }
    }

    private final class OpenFile implements File {
        private final Node node;
        private boolean closed;

        OpenFile(Node node) {
            this.node = node;
        }

        @Override
        public long size() throws IOException {
            synchronized (MemoryDisk.this) {
                return node.seen.length;
            }
        }

        @Override
        public void append(ByteBuffer bytes) throws IOException {
            synchronized (MemoryDisk.this) {
                write(bytes, node.seen.length);
            }
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            synchronized (MemoryDisk.this) {
                checkOpen();
                operate();
                int length = (int) Math.min(bytes.remaining(), roomBytes);
                byte[] written = new byte[length];
                bytes.get(written);
                change(new Change.Write((int) position, written));
                roomBytes -= length;
                if (bytes.hasRemaining()) {
                    throw new IOException("No space left on device");
                }
            }
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            synchronized (MemoryDisk.this) {
                checkOpen();
                failIfDue();
                if (position >= node.seen.length) {
                    return -1;
                }
                int length = (int) Math.min(Math.min(into.remaining(), readBytesMax), node.seen.length - position);
                into.put(node.seen, (int) position, length);
                return length;
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (MemoryDisk.this) {
                checkOpen();
                operate();
                if (failingTruncates > 0) {
                    failingTruncates--;
                    throw new IOException("Input/output error");
                }
                change(new Change.Truncate((int) size));
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (MemoryDisk.this) {
                checkOpen();
                operate();
                if (failingForces > 0) {
                    failingForces--;
                    node.unforced.clear();
                    throw new IOException("Input/output error");
                }
                for (Change change : node.unforced) {
                    node.medium = apply(node.medium, change);
                }
                node.unforced.clear();
            }
        }

        private void change(Change change) {
            node.seen = apply(node.seen, change);
            node.unforced.add(change);
        }

        private void checkOpen() throws IOException {
            if (closed) {
                throw new IOException("the file is closed");
            }
        }

        @Override
        public void close() {
            synchronized (MemoryDisk.this) {
                openFiles -= closed ? 0 : 1;
                closed = true;
            }
        }
    }
}
