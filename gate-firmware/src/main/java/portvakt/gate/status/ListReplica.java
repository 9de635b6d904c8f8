package portvakt.gate.status;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.access.GateTime;
import portvakt.gate.port.Disk;
import portvakt.protocol.Topics;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;

/**
 * A gate's copy of one list, kept up to date: takes what comes from the server, and says what to do by {@link ListEffect}s. Only
 * what is proved is stored, and whatever is refused leaves list and disk as they were.
 *
 * <p>Live, each version's delta comes by one subscription that stands. Whoever was away, or misses one, asks for the retained
 * delta that leads on from where it is, and so on until it is at the head. Where none leads on, or the medium has damaged a part,
 * {@link ListSync} brings a snapshot; from there deltas lead on again, and it decides once it is not older than what does.
 *
 * <p>Belongs to one thread at a time; the caller sees to that. It writes to the disk, and a {@link #tick} that folds takes as long
 * as writing the whole list does.
 */
public final class ListReplica implements AutoCloseable {

    /** When a new connection's head is asked for once more: one published while the broker subscribed us can be missed. */
    static final Duration HEAD_AGAIN = Duration.ofSeconds(2);

    /** A head that was overtaken by a delta on the way, at most so long ago, is old and no attack. */
    static final Duration OVERTAKEN = Duration.ofSeconds(10);

    static final Duration SYNC_AGAIN = Duration.ofSeconds(30);
    private static final Logger LOG = LoggerFactory.getLogger(ListReplica.class);

    private final String list;
    private final HeadChecks checks;
    private final Disk disk;
    private final ListStore store;
    private final ListKeeping keeping;
    private final DeltaPursuit pursuit;
    private final FreezeWatch freeze = new FreezeWatch();

    private Optional<StoredList> stored = Optional.empty();
    /** A snapshot that deltas still have to lead up to where the stored one is. */
    private Optional<StoredList> candidate = Optional.empty();

    private Optional<ListSync> sync = Optional.empty();
    private Optional<ListHead> newest = Optional.empty();
    private byte[] newestBytes = {};

    private boolean connected;
    private long connectedNs;
    /** On this connection. */
    private boolean headHeard;

    private boolean headAskedAgain;
    /** From the connection on until the head is reached: a delta that is lacking is asked for at once. */
    private boolean catchingUp;

    private OptionalLong appliedNs = OptionalLong.empty();
    private OptionalLong syncBegunNs = OptionalLong.empty();
    private ListEffect.Progressed progress = new ListEffect.Progressed(0, 0);
    private int damagedTold;
    private List<ListEffect> out = new ArrayList<>();

    /**
     * @param secret   of the list's key permutation
     * @param countMax most keys that this gate takes
     */
    public ListReplica(String list, HeadProof trust, byte[] secret, int countMax, Disk disk) {
        this.list = list;
        this.checks = new HeadChecks(list, trust, countMax);
        this.disk = disk;
        this.store = new ListStore(disk, list, trust, secret);
        this.keeping = new ListKeeping(disk, store);
        this.pursuit = new DeltaPursuit(list);
    }

    public String list() {
        return list;
    }

    /** What the disk has from before; empty at the first start. */
    public Optional<SealedList> load() throws ListRefusedException {
        try {
            stored = store.open();
            stored.ifPresent(each -> keeping.stored(each.list().issuedAt(), Optional.empty(), 0));
            return stored.map(StoredList::list);
        } catch (IOException e) {
            throw new ListRefusedException(
                    ListRefusal.DAMAGED_FILE, "list " + list + " cannot be read: " + e.getMessage());
        }
    }

    /** On a connection that knows no subscription of ours. */
    public List<ListEffect> connected(GateTime now) {
        connected = true;
        connectedNs = now.uptimeNs();
        freeze.connected(connectedNs);
        headHeard = false;
        headAskedAgain = false;
        catchingUp = true;
        pursuit.connected();
        // Live deltas first: what is published after the head that is about to come is missed by neither.
        out.add(new ListEffect.Subscribe(Topics.deltaFilter(list), false));
        out.add(new ListEffect.Subscribe(Topics.listHead(list), true));
        sync.ifPresent(each -> each.connected(now.uptimeNs(), out));
        review(now);
        return done();
    }

    /** The trust file is another one now: asks again for what was refused by the one before. */
    public List<ListEffect> trustChanged(GateTime now) {
        // The newest may be by a key that counts no more.
        newest = Optional.empty();
        headHeard = false;
        catchingUp = true;
        out.add(new ListEffect.Subscribe(Topics.listHead(list), true));
        sync.ifPresent(each -> each.connected(now.uptimeNs(), out));
        review(now);
        return done();
    }

    /** Effects after this ask nothing of the broker, until {@link #connected}. */
    public void lost() {
        connected = false;
        freeze.lost();
    }

    /** The newest head. */
    public List<ListEffect> head(byte[] bytes, GateTime now) {
        Optional<ListHead> mine = stored.map(each -> each.list().head());
        try {
            ListHead head = checks.newest(bytes, mine, now);
            headHeard = true;
            if (newest.isEmpty() || isNewer(head, newest.get())) {
                newest = Optional.of(head);
                newestBytes = bytes.clone();
                freeze.newerHead();
            }
            stored.ifPresent(each -> renew(each, now));
            review(now);
        } catch (ListRefusedException e) {
            if (e.refusal() != ListRefusal.ROLLBACK || !wasOvertaken(bytes, now)) {
                refused(e);
            }
        }
        return done();
    }

    private static boolean isNewer(ListHead one, ListHead other) {
        return HeadChecks.isLater(one, other)
                || (!HeadChecks.isLater(other, one) && one.issuedAt().isAfter(other.issuedAt()));
    }

    /** Brokers keep an order within a topic, and not between a head's and a delta's. */
    private boolean wasOvertaken(byte[] bytes, GateTime now) {
        return appliedNs.isPresent()
                && now.uptimeNs() - appliedNs.getAsLong() < OVERTAKEN.toNanos()
                && checks.isJustBefore(bytes, stored.orElseThrow().list().head());
    }

    /** @param from the version that the topic says it leads on from */
    public List<ListEffect> delta(long from, byte[] bytes, GateTime now) {
        Optional<StoredList> next = candidate.filter(each -> each.list().version() == from);
        if (next.isEmpty()) {
            next = stored.filter(each -> each.list().version() == from && !isSharedWithCandidate(each));
        }
        // From another version: an old one once more, or a longer jump for somebody who was away.
        next.ifPresent(each -> apply(each, bytes, now));
        return done();
    }

    /** Both would write to the same log. */
    private boolean isSharedWithCandidate(StoredList each) {
        return candidate.filter(other -> other.pair().equals(each.pair())).isPresent();
    }

    private void apply(StoredList to, byte[] bytes, GateTime now) {
        try {
            Optional<ListDelta> delta = checks.delta(bytes, to.list().head(), now);
            if (delta.isEmpty()) {
                return;
            }
            StoredList.Applied applied = to.apply(delta.get());
            pursuit.progressed();
            appliedNs = OptionalLong.of(now.uptimeNs());
            keeping.stored(to.list().issuedAt(), applied.notStored(), now.uptimeNs());
            if (isStored(to)) {
                out.add(new ListEffect.Installed(applied.list(), true, applied.notStored()));
            }
            renew(to, now);
            review(now);
        } catch (ListRefusedException e) {
            if (e.refusal() == ListRefusal.DAMAGED_FILE) {
                review(now);
            } else {
                refused(e);
            }
        }
    }

    private boolean isStored(StoredList each) {
        return stored.filter(mine -> mine == each).isPresent();
    }

    /** Takes over the newest signing of the version that a list is at. */
    private void renew(StoredList each, GateTime now) {
        SealedList mine = each.list();
        boolean ofMine = newest.filter(head -> head.epoch() == mine.epoch()
                        && head.version() == mine.version()
                        && (head.issuedAt().isAfter(mine.issuedAt())
                                || (!mine.heardInThisRun() && head.issuedAt().equals(mine.issuedAt()))))
                .isPresent();
        if (!ofMine) {
            return;
        }
        ListHead head = newest.get();
        boolean due = keeping.isHeartbeatDue(head.issuedAt());
        try {
            StoredList.Applied applied = each.renew(head, newestBytes, due);
            if (due) {
                keeping.stored(head.issuedAt(), applied.notStored(), now.uptimeNs());
            }
            if (isStored(each)) {
                out.add(new ListEffect.Installed(applied.list(), false, applied.notStored()));
            }
        } catch (ListRefusedException e) {
            refused(e);
        }
    }

    /** The head of a snapshot that can be fetched. */
    public List<ListEffect> checkpointHead(long version, byte[] bytes, GateTime now) {
        try {
            ListHead head = checks.checkpoint(
                    version, bytes, stored.map(each -> each.list().head()), now);
            sync.ifPresent(each -> each.offer(head, bytes, now.uptimeNs()));
            review(now);
        } catch (ListRefusedException e) {
            refused(e);
        }
        return done();
    }

    public List<ListEffect> tableChunk(long version, int index, byte[] bytes, GateTime now) {
        return chunk(now, each -> each.tableChunk(version, index, bytes, now.uptimeNs()));
    }

    public List<ListEffect> keyChunk(long version, int index, byte[] bytes, GateTime now) {
        return chunk(now, each -> each.keyChunk(version, index, bytes, now.uptimeNs(), out));
    }

    private interface ChunkStep {
        void on(ListSync each) throws IOException, ListRefusedException;
    }

    /** After the end of a sync some that it asked for may still come. */
    private List<ListEffect> chunk(GateTime now, ChunkStep step) {
        if (sync.isPresent()) {
            try {
                step.on(sync.get());
            } catch (ListRefusedException e) {
                refused(e);
            } catch (IOException e) {
                syncFailed(e.getMessage(), now);
            }
            review(now);
        } else if (syncBegunNs.isEmpty()) {
            refused(new ListRefusedException(ListRefusal.ENDLESS, "a part of a snapshot that nobody asked for"));
        }
        return done();
    }

    private void syncFailed(String cause, GateTime now) {
        out.add(new ListEffect.Alarmed("LIST_NOT_STORED", "a snapshot of list " + list + ": " + cause));
        sync.orElseThrow().failed(now.uptimeNs(), out);
    }

    /**
     * To be called about once a second, connected or not: asks for what does not come, and looks after what is on the disk. Takes
     * some tens of milliseconds, but where a fold is due as long as writing the list does.
     */
    public List<ListEffect> tick(GateTime now) {
        long nowNs = now.uptimeNs();
        stored.ifPresent(each -> keeping.store(each, nowNs, out));
        stored.ifPresent(each -> keeping.scrub(each, nowNs));
        if (connected) {
            tickConnected(now);
        }
        review(now);
        return done();
    }

    /** Whether a tick should follow without a pause. */
    public boolean isBusy() {
        return sync.filter(ListSync::isBusy).isPresent();
    }

    private void tickConnected(GateTime now) {
        long nowNs = now.uptimeNs();
        if (!headAskedAgain && nowNs - connectedNs >= HEAD_AGAIN.toNanos()) {
            headAskedAgain = true;
            out.add(new ListEffect.Subscribe(Topics.listHead(list), true));
        }
        freeze.tick(newest.or(() -> stored.map(each -> each.list().head())), now, out);
        if (isBehind()) {
            pursuit.tickBehind(leading().orElseThrow().list().version(), nowNs, out);
        } else {
            pursuit.tickAtHead(out);
        }
    }

    /** What deltas have to lead on. */
    private Optional<StoredList> leading() {
        return candidate.or(() -> stored);
    }

    private boolean isBehind() {
        return candidate.isPresent()
                || (newest.isPresent()
                        && stored.isPresent()
                        && HeadChecks.isLater(newest.get(), stored.get().list().head()));
    }

    private int damaged() {
        return stored.map(each -> each.list().damagedBuckets()).orElse(0);
    }

    /** Looks at where all is now, and goes on from there. */
    private void review(GateTime now) {
        promote(now);
        int damaged = damaged();
        if (damaged > damagedTold) {
            out.add(new ListEffect.Alarmed(
                    "LIST_DAMAGED",
                    damaged + " buckets of list " + list + " do not prove any more; fetching them again"));
        }
        damagedTold = damaged;
        if (!isBehind()) {
            catchingUp = connected && !headHeard;
            pursuit.progressed();
        } else if (leadsOn()) {
            boolean atOnce = connected && (catchingUp || candidate.isPresent());
            pursuit.behind(leading().orElseThrow().list().version(), atOnce, now.uptimeNs(), out);
        }
        if (needsSync()) {
            step(now);
        } else {
            sync.ifPresent(each -> each.stop(out));
            sync = Optional.empty();
            if (connected && newest.isPresent() && !isBehind()) {
                keeping.tidy(now.uptimeNs());
            }
        }
        ListEffect.Progressed newer =
                new ListEffect.Progressed(sync.map(ListSync::fetchingVersion).orElse(0L), damaged);
        if (!newer.equals(progress)) {
            progress = newer;
            out.add(newer);
        }
    }

    /** Deltas lead from version to version of one epoch. */
    private boolean leadsOn() {
        return leading().isPresent()
                && newest.filter(head -> head.epoch() != leading().get().list().epoch())
                        .isEmpty();
    }

    private boolean needsSync() {
        return stored.isEmpty()
                || (damaged() > 0 && candidate.isEmpty())
                || (isBehind() && (!leadsOn() || pursuit.isInVain()));
    }

    private boolean helps(ListHead head) {
        if (stored.isEmpty() || (damaged() > 0 && candidate.isEmpty())) {
            return true;
        }
        return HeadChecks.isLater(head, leading().orElseThrow().list().head());
    }

    private void step(GateTime now) {
        long nowNs = now.uptimeNs();
        if (sync.isEmpty()) {
            if (!connected || !ListKeeping.isDue(syncBegunNs, SYNC_AGAIN, nowNs)) {
                return;
            }
            syncBegunNs = OptionalLong.of(nowNs);
            sync = Optional.of(new ListSync(list, disk, store, nowNs));
        }
        ListSync running = sync.get();
        try {
            running.tick(new ListSync.Moment(nowNs, connected, stored.map(StoredList::list), this::helps, newest), out);
            if (running.isComplete()) {
                adopt(running.partName(), now);
            }
        } catch (IOException e) {
            syncFailed(e.getMessage(), now);
        }
    }

    private void adopt(String part, GateTime now) throws IOException {
        try {
            StoredList adopted = store.adopt(part, true);
            if (candidate.isPresent()) {
                candidate.get().close();
            }
            candidate = Optional.of(adopted);
            sync = Optional.empty();
            pursuit.progressed();
            renew(adopted, now);
            review(now);
        } catch (ListRefusedException e) {
            refused(e);
            disk.delete(part);
            sync.orElseThrow().failed(now.uptimeNs(), out);
        }
    }

    /** Never back: a snapshot decides when it is as new as what decides now. */
    private void promote(GateTime now) {
        if (candidate.isEmpty()) {
            return;
        }
        StoredList next = candidate.get();
        Optional<StoredList> before = stored;
        Optional<ListHead> old = before.map(each -> each.list().head());
        if (old.isPresent() && HeadChecks.isLater(old.get(), next.list().head())) {
            return;
        }
        boolean newVersion = old.isEmpty() || HeadChecks.isLater(next.list().head(), old.get());
        stored = candidate;
        candidate = Optional.empty();
        damagedTold = 0;
        Optional<String> notStored = Optional.empty();
        try {
            if (!newVersion && old.get().issuedAt().isAfter(next.list().issuedAt())) {
                notStored = next.renew(old.get(), before.orElseThrow().list().headBytes(), true)
                        .notStored();
            }
            if (before.isPresent()) {
                before.get().close();
            }
            store.keepOnly(next);
        } catch (IOException | ListRefusedException e) {
            LOG.warn("List {}: what it replaces stays on the disk until the next start: {}", list, e.getMessage());
        }
        keeping.stored(next.list().issuedAt(), notStored, now.uptimeNs());
        out.add(new ListEffect.Installed(next.list(), newVersion, notStored));
    }

    private void refused(ListRefusedException e) {
        out.add(new ListEffect.Refused(e.refusal(), e.getMessage()));
    }

    private List<ListEffect> done() {
        List<ListEffect> effects = out;
        out = new ArrayList<>();
        if (!connected) {
            effects.removeIf(each -> each instanceof ListEffect.Subscribe || each instanceof ListEffect.Unsubscribe);
        }
        return List.copyOf(effects);
    }

    /** Lets go of the files. The lists that it gave out go on. */
    @Override
    public void close() throws IOException {
        sync.ifPresent(ListSync::close);
        if (candidate.isPresent()) {
            candidate.get().close();
        }
        if (stored.isPresent()) {
            stored.get().close();
        }
    }
}
