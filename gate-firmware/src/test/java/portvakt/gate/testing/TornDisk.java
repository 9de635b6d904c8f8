package portvakt.gate.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import portvakt.gate.port.Disk;

/**
 * A {@link Disk} in memory that keeps no promise but those of {@link Disk}. What was written and not forced is kept as the states
 * that each page of {@value #PAGE_BYTES} bytes, each file's length and each name went through; a power cut leaves any one of them,
 * for each by itself; only a file that gets another name is under one of the two, never under both or none. So pages are lost, come in another order than they were written in, are of an older write than their
 * neighbours, and are torn at any byte. A sync that fails leaves such a mixture too, and the next one does not mend it. One seed
 * makes the same disk again.
 */
public final class TornDisk implements Disk {

    public static final int PAGE_BYTES = 4096;
    private static final byte[] ZEROS = new byte[PAGE_BYTES];

    /** What a place was, from the medium's state on to the newest, which programs see. */
    private static final class History<T> {
        private final List<T> states = new ArrayList<>();
        private T seen;

        History(T medium) {
            states.add(medium);
            seen = medium;
        }

        void change(T to) {
            states.add(to);
            seen = to;
        }

        /** Nothing but this is on the medium; what is seen stays. */
        void settle(T medium) {
            states.clear();
            states.add(medium);
        }

        int newest() {
            return states.size() - 1;
        }

        T any(SplittableRandom random) {
            return states.get(random.nextInt(states.size()));
        }
    }

    private static final class Node {
        private final Map<Integer, History<byte[]>> pages = new TreeMap<>();
        private final History<Integer> size = new History<>(0);

        byte[] page(int number) {
            History<byte[]> page = pages.get(number);
            return page == null ? ZEROS : page.seen;
        }

        void change(int number, byte[] to) {
            pages.computeIfAbsent(number, _ -> new History<>(ZEROS)).change(to);
        }
    }

    /** A file got another name, by which of the two names' states. */
    private record Rename(String from, int fromState, String to, int toState) {}

    private final SplittableRandom random;
    private final Map<String, History<Node>> names = new TreeMap<>();
    private final List<Rename> renames = new ArrayList<>();
    private long roomBytes = Long.MAX_VALUE;
    private int failingForces;
    private int failingNameForces;
    private int failingTruncates;
    private int failingReads;
    private long operationsLeft = Long.MAX_VALUE;

    public TornDisk(SplittableRandom random) {
        this.random = random;
    }

    /** From now on only so many bytes can be written; the write that goes over it is torn and fails. */
    public void setRoomBytes(long bytes) {
        roomBytes = bytes;
    }

    public void failForces(int count) {
        failingForces = count;
    }

    public void failNameForces(int count) {
        failingNameForces = count;
    }

    public void failTruncates(int count) {
        failingTruncates = count;
    }

    public void failReads(int count) {
        failingReads = count;
    }

    /** The power goes in the middle of the operation after {@code count} more that change something. */
    public void cutPowerAfter(long count) {
        operationsLeft = count;
    }

    /** What the power cut left. */
    public TornDisk afterPowerCut() {
        TornDisk left = new TornDisk(random);
        Map<String, Integer> chosen = new TreeMap<>();
        names.forEach((name, history) -> chosen.put(name, random.nextInt(history.states.size())));
        keepRenamesWhole(chosen);
        chosen.forEach((name, state) -> {
            Node node = names.get(name).states.get(state);
            if (node != null) {
                left.names.put(name, new History<>(survivor(node)));
            }
        });
        return left;
    }

    private void keepRenamesWhole(Map<String, Integer> chosen) {
        boolean done = random.nextBoolean();
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Rename each : renames) {
                if (chosen.get(each.from) >= each.fromState != chosen.get(each.to) >= each.toState) {
                    chosen.merge(each.from, done ? each.fromState : each.fromState - 1, done ? Math::max : Math::min);
                    chosen.merge(each.to, done ? each.toState : each.toState - 1, done ? Math::max : Math::min);
                    changed = true;
                }
            }
        }
    }

    private Node survivor(Node node) {
        Node left = new Node();
        int size = node.size.any(random);
        left.size.change(size);
        left.size.settle(size);
        // What lies behind a file's end is never seen again, also when the file grows over it.
        node.pages.forEach((number, page) -> left.pages.put(number, new History<>(cut(survivor(page), number, size))));
        return left;
    }

    /** The page as it is in a file of that size: zeros behind the end. */
    private static byte[] cut(byte[] page, int number, long size) {
        int kept = Math.clamp(size - (long) number * PAGE_BYTES, 0, PAGE_BYTES);
        return kept == PAGE_BYTES ? page : Arrays.copyOf(Arrays.copyOf(page, kept), PAGE_BYTES);
    }

    private byte[] survivor(History<byte[]> page) {
        byte[] one = page.any(random);
        if (page.states.size() == 1 || random.nextInt(3) > 0) {
            return one;
        }
        // A write in progress: some bytes of one state, the rest of another.
        byte[] torn = page.any(random).clone();
        System.arraycopy(one, 0, torn, 0, random.nextInt(PAGE_BYTES + 1));
        return torn;
    }

    /** Called when the change has been made: whether it reaches the medium is a matter of {@link #afterPowerCut}. */
    private void operated() {
        if (operationsLeft-- <= 0) {
            throw new MemoryDisk.PowerCut();
        }
    }

    private void name(String name, Node node) {
        History<Node> history = names.get(name);
        if (history == null) {
            history = new History<>(null);
            names.put(name, history);
        }
        history.change(node);
    }

    private Node node(String name) throws IOException {
        History<Node> history = names.get(name);
        if (history == null || history.seen == null) {
            throw new IOException(name + ": No such file or directory");
        }
        return history.seen;
    }

    @Override
    public List<String> names(String prefix) throws IOException {
        return names.entrySet().stream()
                .filter(each -> each.getValue().seen != null)
                .map(Map.Entry::getKey)
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    @Override
    public File open(String name) throws IOException {
        if (names(name).stream().noneMatch(name::equals)) {
            name(name, new Node());
            operated();
        }
        return new OpenFile(node(name));
    }

    @Override
    public byte[] read(String name) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(node(name).size.seen);
        OpenFile file = new OpenFile(node(name));
        while (bytes.hasRemaining() && file.read(bytes, bytes.position()) >= 0) {}
        return bytes.array();
    }

    /** A copy: what is written to the file later is not seen in it. */
    @Override
    public ByteBuffer map(String name) throws IOException {
        return ByteBuffer.wrap(read(name)).asReadOnlyBuffer();
    }

    @Override
    public void replace(String from, String to) throws IOException {
        name(to, node(from));
        name(from, null);
        renames.add(new Rename(from, names.get(from).newest(), to, names.get(to).newest()));
        operated();
    }

    @Override
    public void delete(String name) {
        if (names.containsKey(name)) {
            name(name, null);
        }
        operated();
    }

    @Override
    public void forceNames() throws IOException {
        if (failingNameForces > 0) {
            failingNameForces--;
            throw new IOException("Input/output error");
        }
        operated();
        names.values().forEach(history -> history.settle(history.seen));
        names.values().removeIf(history -> history.seen == null);
        renames.clear();
    }

    @Override
    public long freeBytes() {
        return Math.min(roomBytes, 1L << 30);
    }

    private final class OpenFile implements File {
        private final Node node;
        private boolean closed;

        OpenFile(Node node) {
            this.node = node;
        }

        @Override
        public long size() {
            return node.size.seen;
        }

        @Override
        public void append(ByteBuffer bytes) throws IOException {
            write(bytes, node.size.seen);
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            checkOpen();
            int room = (int) Math.min(bytes.remaining(), roomBytes);
            roomBytes -= room;
            int at = (int) position;
            while (room > 0) {
                int inPage = at % PAGE_BYTES;
                int length = Math.min(room, PAGE_BYTES - inPage);
                byte[] page = node.page(at / PAGE_BYTES).clone();
                bytes.get(page, inPage, length);
                node.change(at / PAGE_BYTES, page);
                at += length;
                room -= length;
            }
            if (at > node.size.seen) {
                node.size.change(at);
            }
            operated();
            if (bytes.hasRemaining()) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            checkOpen();
            if (failingReads > 0) {
                failingReads--;
                throw new IOException("Input/output error");
            }
            if (position >= node.size.seen) {
                return -1;
            }
            int inPage = (int) (position % PAGE_BYTES);
            int length = (int) Math.min(Math.min(into.remaining(), PAGE_BYTES - inPage), node.size.seen - position);
            into.put(node.page((int) (position / PAGE_BYTES)), inPage, length);
            return length;
        }

        @Override
        public void truncate(long size) throws IOException {
            checkOpen();
            if (failingTruncates > 0) {
                failingTruncates--;
                throw new IOException("Input/output error");
            }
            if (size < node.size.seen) {
                for (int number : node.pages.keySet()) {
                    byte[] cut = cut(node.page(number), number, size);
                    if (cut != node.page(number)) {
                        node.change(number, cut);
                    }
                }
                node.size.change((int) size);
            }
            operated();
        }

        @Override
        public void force() throws IOException {
            checkOpen();
            if (failingForces > 0) {
                failingForces--;
                node.pages.values().forEach(page -> page.settle(survivor(page)));
                node.size.settle(node.size.any(random));
                throw new IOException("Input/output error");
            }
            operated();
            // A place that an earlier sync failed at is clean for the kernel: only a new write brings it to the medium.
            node.pages.values().stream().filter(page -> page.states.size() > 1).forEach(page -> page.settle(page.seen));
            if (node.size.states.size() > 1) {
                node.size.settle(node.size.seen);
            }
        }

        private void checkOpen() throws IOException {
            if (closed) {
                throw new IOException("the file is closed");
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
