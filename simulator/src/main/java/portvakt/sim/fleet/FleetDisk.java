package portvakt.sim.fleet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import portvakt.gate.port.Disk;

/**
 * A gate's disk in memory, as small as its files: a thousand of them fit. Nothing is forced, since a power cut takes all of it.
 * Safe for any thread.
 */
final class FleetDisk implements Disk {

    private static final class Node {
        private byte[] bytes = {};
        private int size;

        void room(int needed) {
            if (needed > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length + bytes.length / 2));
            }
        }

        void trim() {
            if (bytes.length > size) {
                bytes = Arrays.copyOf(bytes, size);
            }
        }
    }

    private final Map<String, Node> names = new TreeMap<>();

    @Override
    public synchronized List<String> names(String prefix) {
        return names.keySet().stream().filter(name -> name.startsWith(prefix)).toList();
    }

    @Override
    public synchronized File open(String name) {
        return new OpenFile(names.computeIfAbsent(name, _ -> new Node()));
    }

    @Override
    public synchronized byte[] read(String name) throws IOException {
        Node node = node(name);
        return Arrays.copyOf(node.bytes, node.size);
    }

    /** What is written later shows in it only where the file does not grow; lists' files do not once they are mapped. */
    @Override
    public synchronized ByteBuffer map(String name) throws IOException {
        Node node = node(name);
        node.trim();
        return ByteBuffer.wrap(node.bytes).asReadOnlyBuffer();
    }

    @Override
    public synchronized void replace(String from, String to) throws IOException {
        names.put(to, node(from));
        names.remove(from);
    }

    @Override
    public synchronized void delete(String name) {
        names.remove(name);
    }

    @Override
    public void forceNames() {
        // They are as safe as they get.
    }

    @Override
    public long freeBytes() {
        return 1L << 30;
    }

    private Node node(String name) throws IOException {
        Node node = names.get(name);
        if (node == null) {
            throw new NoSuchFileException(name);
        }
        return node;
    }

    private final class OpenFile implements File {
        private final Node node;

        OpenFile(Node node) {
            this.node = node;
        }

        @Override
        public long size() {
            synchronized (FleetDisk.this) {
                return node.size;
            }
        }

        @Override
        public void append(ByteBuffer bytes) {
            synchronized (FleetDisk.this) {
                write(bytes, node.size);
            }
        }

        @Override
        public void write(ByteBuffer bytes, long position) {
            synchronized (FleetDisk.this) {
                int end = Math.toIntExact(position + bytes.remaining());
                node.room(end);
                bytes.get(node.bytes, (int) position, bytes.remaining());
                node.size = Math.max(node.size, end);
            }
        }

        @Override
        public int read(ByteBuffer into, long position) {
            synchronized (FleetDisk.this) {
                if (position >= node.size) {
                    return -1;
                }
                int length = (int) Math.min(into.remaining(), node.size - position);
                into.put(node.bytes, (int) position, length);
                return length;
            }
        }

        @Override
        public void truncate(long size) {
            synchronized (FleetDisk.this) {
                int before = node.size;
                node.size = (int) Math.min(before, size);
                // Bytes behind the end read as zeros when the file grows over them again.
                Arrays.fill(node.bytes, node.size, before, (byte) 0);
            }
        }

        @Override
        public void force() {
            // As forceNames.
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
