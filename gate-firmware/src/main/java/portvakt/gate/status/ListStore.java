package portvakt.gate.status;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import portvakt.gate.port.Disk;
import portvakt.protocol.list.ListHead;

/** All files of one list on the disk. Belongs to one thread, which may block; one instance a list. */
public final class ListStore {

    private static final Comparator<StoredList> FURTHEST = Comparator.<StoredList>comparingInt(
                    stored -> stored.list().epoch())
            .thenComparingLong(stored -> stored.list().version())
            .thenComparing(stored -> stored.list().issuedAt())
            .thenComparingLong(stored -> stored.pair().version());

    private final Disk disk;
    private final String list;
    private final HeadProof trust;
    private final byte[] secret;

    /** @param secret of the list's key permutation */
    public ListStore(Disk disk, String list, HeadProof trust, byte[] secret) {
        this.disk = disk;
        this.list = list;
        this.trust = trust;
        this.secret = secret.clone();
    }

    /**
     * Opens the pair that leads to the highest epoch and version, and deletes the others, unless the disk cannot read one now; what
     * a sync has brought so far stays.
     *
     * @return empty if the disk has none
     * @throws IOException if the disk can read none
     * @throws ListRefusedException if there are files and none proves; they stay until something is adopted and kept
     */
    public Optional<StoredList> open() throws IOException, ListRefusedException {
        List<StoredList> proved = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        IOException unread = null;
        for (Pair pair : pairs()) {
            try {
                proved.add(StoredList.open(disk, pair, trust, secret, false));
            } catch (IOException e) {
                unread = e;
            } catch (ListRefusedException e) {
                refused.add(pair.base() + ": " + e.getMessage());
            }
        }
        Optional<StoredList> furthest = proved.stream().max(FURTHEST);
        for (StoredList stored : proved) {
            if (stored != furthest.orElseThrow()) {
                stored.close();
            }
        }
        if (unread != null) {
            if (furthest.isEmpty()) {
                throw unread;
            }
            return furthest;
        }
        if (furthest.isEmpty() && !refused.isEmpty()) {
            throw new ListRefusedException(ListRefusal.DAMAGED_FILE, String.join("; ", refused));
        }
        if (furthest.isPresent()) {
            tidy(furthest.get());
        }
        return furthest;
    }

    /** What is left over or torn does no harm if it cannot be removed now. */
    private void tidy(StoredList stored) throws IOException {
        stored.cutTail();
        keepOnly(stored);
    }

    /** Pairs with a base, in order of their names. */
    private Set<Pair> pairs() throws IOException {
        Set<Pair> pairs = new TreeSet<>(Comparator.comparing(Pair::base));
        for (String name : disk.names(list + ".")) {
            Pair.of(name).filter(pair -> name.equals(pair.base())).ifPresent(pairs::add);
        }
        return pairs;
    }

    /** The file's name in which a sync puts together the base of a version, to be {@link #adopt}ed. It outlives a restart. */
    public String partName(int epoch, long version) {
        return new Pair(list, epoch, version).part();
    }

    /** Names of all files that syncs have begun, for example before a restart. */
    public List<String> parts() throws IOException {
        return disk.names(list + ".").stream()
                .filter(name ->
                        Pair.of(name).filter(pair -> name.equals(pair.part())).isPresent())
                .toList();
    }

    /**
     * Makes a complete part file the base of a pair. Other pairs stay until {@link #keepOnly}. Where the disk has a base of the same
     * version already this one takes its place, and its log leads on from it.
     *
     * @param part  its keys are proved by whoever wrote them; head, table and length are proved here
     * @param heard whether its head came from the server since this program started
     * @throws ListRefusedException if it does not prove; it stays as it is
     * @throws IOException if the disk fails; it may have been adopted or not
     */
    public StoredList adopt(String part, boolean heard) throws IOException, ListRefusedException {
        try (Disk.File file = disk.open(part)) {
            file.force();
        }
        ByteBuffer mapped = disk.map(part);
        SealedList.BaseFile base = SealedList.BaseFile.parse(mapped);
        ListHead head = heard ? trust.proveNew(base.headBytes()) : trust.proveStored(base.headBytes());
        base.proveTable(head);
        if (!head.list().equals(list)) {
            throw new ListRefusedException(ListRefusal.WRONG_LIST, part + " holds list " + head.list());
        }
        Pair pair = new Pair(list, head.epoch(), head.version());
        disk.open(pair.log()).close();
        disk.replace(part, pair.base());
        disk.forceNames();
        return StoredList.open(disk, pair, trust, secret, heard);
    }

    /** Deletes all pairs of the list but one, and whatever a fold has left. What it cannot delete the next start will. */
    public void keepOnly(StoredList kept) throws IOException {
        for (String name : disk.names(list + ".")) {
            Optional<Pair> pair = Pair.of(name);
            boolean leftover = pair.isPresent()
                    && !name.equals(pair.get().part())
                    && !name.equals(kept.pair().base())
                    && !name.equals(kept.pair().log());
            if (leftover) {
                disk.delete(name);
            }
        }
    }
}
