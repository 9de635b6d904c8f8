package portvakt.gate.status;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
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

    /** A newer signing of the same version is written to disk only when it is so much newer, to spare the card. */
    static final Duration HEARTBEAT_STORE_INTERVAL = Duration.ofHours(1);

    /** How long a live delta may be on its way behind its head. */
    static final Duration DELTA_WAIT = Duration.ofSeconds(2);

    /** Asked for so often in vain, it is taken as gone and a snapshot is looked for, beside it. */
    static final int DELTA_TRIES_MAX = 3;

    static final Duration DELTA_WAIT_IN_VAIN = Duration.ofSeconds(30);

    /** When a new connection's head is asked for once more: one published while the broker subscribed us can be missed. */
    static final Duration HEAD_AGAIN = Duration.ofSeconds(5);

    /** How long a connection may go without a head that is valid before somebody is told. */
    static final Duration FROZEN_AFTER = Duration.ofSeconds(60);

    /** A head that was overtaken by a delta on the way, at most so long ago, is old and no attack. */
    static final Duration OVERTAKEN = Duration.ofSeconds(10);

    static final Duration STORE_AGAIN = Duration.ofSeconds(30);
    static final Duration SYNC_AGAIN = Duration.ofSeconds(30);
    static final int SCRUB_BUCKETS = 128;
    static final Duration SCRUB_REST = Duration.ofHours(12);

    private static final Logger LOG = LoggerFactory.getLogger(ListReplica.class);

    private final String list;
    private final HeadChecks checks;
    private final Disk disk;
    private final ListStore store;

    private Optional<StoredList> stored = Optional.empty();
    /** A snapshot that deltas still have to lead up to where the stored one is. */
    private Optional<StoredList> candidate = Optional.empty();

    private Optional<ListSync> sync = Optional.empty();
    private Optional<ListHead> newest = Optional.empty();
    private byte[] newestBytes = {};
    private Instant storedIssuedAt = Instant.EPOCH;

    private boolean connected;
    private long connectedNs;
    /** On this connection. */
    private boolean headHeard;

    private boolean headAskedAgain;
    /** From the connection on until the head is reached: a delta that is lacking is asked for at once. */
    private boolean catchingUp;

    private OptionalLong waitingSinceNs = OptionalLong.empty();
    private int tries;
    /** Versions whose delta has a subscription of its own. */
    private final Set<Long> asked = new TreeSet<>();

    private OptionalLong appliedNs = OptionalLong.empty();
    private boolean unstored;
    private OptionalLong storeTriedNs = OptionalLong.empty();
    private OptionalLong scrubbedNs = OptionalLong.empty();
    private OptionalLong partsLookedForNs = OptionalLong.empty();
    private OptionalLong syncBegunNs = OptionalLong.empty();
    private boolean frozenTold;
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
    }

    public String list() {
        return list;
    }

    /** What the disk has from before; empty at the first start. */
    public Optional<SealedList> load() throws ListRefusedException {
        try {
            stored = store.open();
            storedIssuedAt = stored.map(each -> each.list().issuedAt()).orElse(Instant.EPOCH);
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
        headHeard = false;
        headAskedAgain = false;
        catchingUp = true;
        asked.clear();
        tries = 0;
        waitingSinceNs = OptionalLong.empty();
        // Live deltas first: what is published after the head that is about to come is missed by neither.
        out.add(new ListEffect.Subscribe(Topics.deltaFilter(list), false));
        out.add(new ListEffect.Subscribe(Topics.listHead(list), true));
        sync.ifPresent(each -> each.connected(now.uptimeNs(), out));
        review(now);
        return done();
    }

    /** Effects after this ask nothing of the broker, until {@link #connected}. */
    public void lost() {
        connected = false;
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
                frozenTold = false;
            }
            stored.ifPresent(each -> renew(each, true));
            candidate.ifPresent(each -> renew(each, false));
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
                && checks.isOfEpoch(bytes, stored.orElseThrow().list().head());
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
            tries = 0;
            waitingSinceNs = OptionalLong.empty();
            appliedNs = OptionalLong.of(now.uptimeNs());
            stored(applied.notStored(), to.list().issuedAt(), now);
            if (isStored(to)) {
                out.add(new ListEffect.Installed(applied.list(), true, applied.notStored()));
            }
            renew(to, isStored(to));
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
    private void renew(StoredList each, boolean decides) {
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
        boolean due = head.issuedAt().isAfter(storedIssuedAt.plus(HEARTBEAT_STORE_INTERVAL)) || unstored;
        try {
            StoredList.Applied applied = each.renew(head, newestBytes, due);
            if (due) {
                unstored = applied.notStored().isPresent();
                storedIssuedAt = unstored ? storedIssuedAt : head.issuedAt();
            }
            if (decides) {
                out.add(new ListEffect.Installed(applied.list(), false, applied.notStored()));
            }
        } catch (ListRefusedException e) {
            refused(e);
        }
    }

    private void stored(Optional<String> notStored, Instant issuedAt, GateTime now) {
        unstored = notStored.isPresent();
        if (unstored) {
            storeTriedNs = OptionalLong.of(now.uptimeNs());
        } else {
            storedIssuedAt = issuedAt;
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
        stored.filter(_ -> isDue(storeTriedNs, STORE_AGAIN, nowNs)).ifPresent(each -> keep(each, nowNs));
        if (isDue(scrubbedNs, SCRUB_REST, nowNs)) {
            stored.filter(each -> each.scrub(SCRUB_BUCKETS) == 0).ifPresent(_ -> scrubbedNs = OptionalLong.of(nowNs));
        }
        if (connected) {
            tickConnected(now);
        }
        review(now);
        return done();
    }

    private void keep(StoredList each, long nowNs) {
        boolean fold = each.foldDue() && damaged() == 0;
        if (!unstored && !fold) {
            return;
        }
        storeTriedNs = OptionalLong.of(nowNs);
        SealedList before = each.list();
        Optional<String> notStored = fold ? each.fold().notStored() : each.retryStore();
        unstored = unstored && notStored.isPresent();
        if (each.list() != before || notStored.isPresent()) {
            out.add(new ListEffect.Installed(each.list(), false, notStored));
        }
    }

    /** Whether a tick should follow without a pause. */
    public boolean isBusy() {
        return sync.filter(ListSync::isBusy).isPresent();
    }

    private static boolean isDue(OptionalLong lastNs, Duration interval, long nowNs) {
        return lastNs.isEmpty() || nowNs - lastNs.getAsLong() >= interval.toNanos();
    }

    private void tickConnected(GateTime now) {
        long nowNs = now.uptimeNs();
        if (!headAskedAgain && nowNs - connectedNs >= HEAD_AGAIN.toNanos()) {
            headAskedAgain = true;
            out.add(new ListEffect.Subscribe(Topics.listHead(list), true));
        }
        tellIfFrozen(now);
        if (!isBehind()) {
            asked.forEach(from -> out.add(new ListEffect.Unsubscribe(Topics.delta(list, from))));
            asked.clear();
        } else if (waitingSinceNs.isPresent()) {
            Duration wait = tries <= DELTA_TRIES_MAX ? DELTA_WAIT : DELTA_WAIT_IN_VAIN;
            if (isDue(waitingSinceNs, wait, nowNs)) {
                askForDelta(nowNs);
            }
        }
    }

    private void askForDelta(long nowNs) {
        tries = Math.min(tries + 1, DELTA_TRIES_MAX + 1);
        waitingSinceNs = OptionalLong.of(nowNs);
        long from = leading().orElseThrow().list().version();
        asked.add(from);
        out.add(new ListEffect.Subscribe(Topics.delta(list, from), true));
    }

    private void tellIfFrozen(GateTime now) {
        Optional<ListHead> heard =
                newest.or(() -> stored.map(each -> each.list().head()));
        boolean expired = HeadChecks.isSynchronised(now)
                && now.uptimeNs() - connectedNs >= FROZEN_AFTER.toNanos()
                && heard.filter(head -> head.expiresAt().isBefore(now.wall())).isPresent();
        if (expired && !frozenTold) {
            frozenTold = true;
            out.add(new ListEffect.Refused(
                    ListRefusal.FROZEN,
                    "connected, and the newest head that came expired "
                            + heard.get().expiresAt()));
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
            tries = 0;
            waitingSinceNs = OptionalLong.empty();
        } else if (waitingSinceNs.isEmpty() && leadsOn()) {
            waitingSinceNs = OptionalLong.of(now.uptimeNs());
            if (connected && (catchingUp || candidate.isPresent())) {
                askForDelta(now.uptimeNs());
            }
        }
        if (needsSync()) {
            step(now);
        } else {
            sync.ifPresent(each -> each.stop(out));
            sync = Optional.empty();
            deleteParts(now);
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
                || (isBehind() && (!leadsOn() || tries > DELTA_TRIES_MAX));
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
            if (!connected || !isDue(syncBegunNs, SYNC_AGAIN, nowNs)) {
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
            tries = 0;
            waitingSinceNs = OptionalLong.empty();
            renew(adopted, false);
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
        appliedNs = OptionalLong.of(now.uptimeNs());
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
        stored(notStored, next.list().issuedAt(), now);
        out.add(new ListEffect.Installed(next.list(), newVersion, notStored));
    }

    /** What a sync had begun and nobody needs any more. */
    private void deleteParts(GateTime now) {
        if (connected && newest.isPresent() && !isBehind() && isDue(partsLookedForNs, STORE_AGAIN, now.uptimeNs())) {
            partsLookedForNs = OptionalLong.of(now.uptimeNs());
            try {
                for (String part : store.parts()) {
                    disk.delete(part);
                }
            } catch (IOException e) {
                LOG.warn("List {}: leftovers cannot be deleted: {}", list, e.getMessage());
            }
        }
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
