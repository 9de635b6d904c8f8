package portvakt.server.adapter.issuer;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Topics;
import portvakt.protocol.list.CardKeys;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;
import portvakt.server.list.DeltaChain;
import portvakt.server.list.KeyChanges;
import portvakt.server.list.ListContent;
import portvakt.server.list.VersionCut;
import portvakt.server.port.CardStatuses;
import portvakt.server.port.CardStatuses.Delta;
import portvakt.server.port.CardStatuses.Issued;
import portvakt.server.port.CardStatuses.Version;
import portvakt.server.port.RetainedPublisher;
import portvakt.server.port.StorageException;

/**
 * Brings one list's signed state up to the committed statuses, and the broker up to that. Not thread-safe: the issuer's thread
 * alone calls it.
 *
 * <p>A version is committed before anything of it is published, so a server that starts again never signs another set under a
 * version that a gate may have. All cards are read once, at the start; after that only those that changed.
 */
final class ListIssuance {

    static final Duration VALIDITY = Duration.ofHours(24);
    static final Duration HEARTBEAT = Duration.ofMinutes(10);
    /**
     * The broker forgets a delta after so long by itself; a gate that was away for longer fetches a checkpoint. Artemis 2.55
     * reckons in milliseconds with 32 bits (MQTTUtil): with 2,147,484 seconds or more a message has expired before it comes.
     */
    static final Duration DELTA_EXPIRY = Duration.ofDays(24);
    /** Versions that are made in one go, and committed together. */
    static final int VERSIONS_MAX = 8;

    private static final int CARDS_MAX = VERSIONS_MAX * (ListDelta.KEYS_MAX / 2);
    private static final Logger LOG = LoggerFactory.getLogger(ListIssuance.class);

    private final String list;
    private final ListKeys keys;
    private final CardKeys cardKeys;
    private final CardStatuses statuses;
    private final IntSupplier epoch;
    private final Outbox outbox;
    private final Checkpoints checkpoints;
    /** Empty before the first round, and after a commit of which nobody knows whether it stands. */
    private Optional<State> state = Optional.empty();

    private Optional<Attempt> attempt = Optional.empty();

    private boolean signedInThisRun;
    /** Whether head and deltas have to go out again: what was told to another connection, or in another run, may be lost. */
    private boolean againDue = true;

    /** @param changeId the newest change that was looked at; it may have changed nothing */
    private record State(Issued issued, ListContent content, DeltaChain chain, long changeId) {
        long version() {
            return issued.head().version();
        }

        boolean isOf(Optional<Issued> stands) {
            return stands.isPresent() && Arrays.equals(stands.get().signedHead(), issued.signedHead());
        }
    }

    private record Attempt(Optional<State> before, State next, List<Version> versions, List<Delta> deltas) {}

    /**
     * @param epoch    of the list; when it rises, a version in the new epoch is made
     * @param patience how long to wait for the broker to take a message
     * @param answered called when a round may have something to do again, on any thread
     */
    ListIssuance(
            String list,
            ListKeys keys,
            CardStatuses statuses,
            RetainedPublisher publisher,
            IntSupplier epoch,
            Duration patience,
            Runnable answered) {
        this.list = list;
        this.keys = keys;
        this.cardKeys = keys.cardKeys();
        this.statuses = statuses;
        this.epoch = epoch;
        this.outbox = new Outbox(publisher, patience, answered);
        this.checkpoints = new Checkpoints(list, statuses, outbox, this::deltasGone);
    }

    /**
     * There is a new connection. Head and deltas go out again: they are small, and the newest words are what a broker loses that
     * stops hard between two writes to its disk. A checkpoint may be 80 MB and goes out again only if the broker does not know
     * our session any more, for then it has lost what it was told to retain too, or if it {@link #checkpointIsMissing is missing}.
     *
     * @param sessionKnown whether the broker still had our session
     */
    void brokerConnected(boolean sessionKnown) {
        outbox.connectionIsNew();
        if (!sessionKnown) {
            checkpoints.lost();
        }
        againDue = true;
    }

    /** The broker does not have the newest checkpoint, though it should. */
    void checkpointIsMissing() {
        LOG.warn("list {}: the broker has lost version {}; making it anew", list, checkpoints.newestVersion());
        checkpoints.lost();
    }

    private void publishAgain(State now) {
        outbox.putHead(head(now.issued));
        for (Delta delta : statuses.deltas(list)) {
            if (delta.from() >= checkpoints.newestVersion()) {
                outbox.putLater(message(delta));
            }
        }
    }

    /** Whether the broker has all that it is to have. */
    boolean isSettled() {
        return state.isPresent() && outbox.isEmpty();
    }

    /** The newest version that can be fetched whole, 0 if there is none. */
    long lastCheckpoint() {
        return checkpoints.newestVersion();
    }

    /**
     * One round: versions for what changed, a new signature if it is time, and what the broker lacks and can take now.
     *
     * @param look whether there may be changes
     * @return what is issued now
     * @throws BrokerAway if the broker refused something; the next round goes on
     */
    Issued round(Instant now, boolean look) throws BrokerAway {
        if (state.isEmpty()) {
            resume(now);
            look(now);
        } else if (look) {
            look(now);
        }
        State reached = state.orElseThrow();
        if (epoch.getAsInt() > reached.issued.head().epoch()) {
            reissue(reached, now);
        } else if (!signedInThisRun || isHeartbeatDue(reached.issued.head(), now)) {
            Issued again = sign(reached, reached.content, reached.version(), reached.issued.changeId(), now);
            commit(new State(again, reached.content, reached.chain, reached.changeId), List.of(), List.of());
        }
        State made = state.orElseThrow();
        if (againDue) {
            publishAgain(made);
            againDue = false;
        }
        outbox.pump();
        checkpoints.beginIfDue(made.issued, made.content);
        outbox.pump();
        return made.issued;
    }

    /** What is issued now; empty before the first round. */
    Optional<Issued> issued() {
        return state.map(State::issued);
    }

    static boolean isHeartbeatDue(ListHead head, Instant now) {
        return !now.isBefore(head.issuedAt().plus(HEARTBEAT));
    }

    /** After a commit of which nobody knows whether it stands, the database knows. */
    private void resume(Instant now) {
        Optional<Attempt> last = attempt;
        Optional<Issued> stands = statuses.issued(list);
        if (last.isPresent() && last.get().next.isOf(stands)) {
            // It may not be on the disk yet; the signature that follows is committed after it.
            signedInThisRun = false;
            committed(last.get());
        } else if (last.isPresent()
                && last.get().before.isPresent()
                && last.get().before.get().isOf(stands)) {
            state = last.get().before;
        } else {
            open(stands, now);
        }
        attempt = Optional.empty();
    }

    private void open(Optional<Issued> before, Instant now) {
        long changeId = before.map(Issued::changeId).orElseGet(() -> statuses.newestChange(list));
        ListContent.Builder builder = new ListContent.Builder(cardKeys);
        statuses.listedAt(list, changeId, builder::add);
        ListContent content = builder.build();
        checkpoints.open(keys.keyId());
        if (before.isEmpty()) {
            LOG.info("list {} begins with {} cards", list, content.count());
            State nothing = new State(new Issued(nullHead(now), new byte[0], 0, 0, 0), content, DeltaChain.EMPTY, 0);
            newWithoutDelta(nothing, changeId, now);
            return;
        }
        State read = new State(before.get(), content, chain(), changeId);
        if (before.get().head().rootHex().equals(content.rootHex())) {
            state = Optional.of(read);
            checkpoints.tidyComplete();
        } else {
            // As after an upgrade, or when the database was put back: what gates hold is not known, so no delta can
            // lead on.
            LOG.warn("list {} is not what version {} was: gates will fetch it whole", list, read.version());
            newWithoutDelta(read, changeId, now);
        }
    }

    private ListHead nullHead(Instant now) {
        return new ListHead(list, epoch.getAsInt(), 0, 0, 0, Instant.EPOCH, now, "00".repeat(32), keys.keyId());
    }

    private DeltaChain chain() {
        SortedMap<Long, DeltaChain.Step> steps = new TreeMap<>();
        for (Delta delta : statuses.deltas(list)) {
            try {
                ListDelta parsed = ListDelta.parse(delta.bytes());
                steps.put(
                        delta.from(),
                        new DeltaChain.Step(delta.to(), new KeyChanges(parsed.added(), parsed.removed())));
            } catch (MalformedListException e) {
                throw new StorageException("a stored delta of list " + list + " is damaged", e);
            }
        }
        return DeltaChain.of(steps);
    }

    /** The same cards in a new epoch. */
    private void reissue(State before, Instant now) {
        LOG.info("list {} goes to epoch {}", list, epoch.getAsInt());
        newWithoutDelta(before, before.changeId, now);
    }

    /** A version that no delta leads to; gates find it by its checkpoint. */
    private void newWithoutDelta(State before, long changeId, Instant now) {
        Issued issued = sign(before, before.content, before.version() + 1, changeId, now);
        checkpoints.force();
        commit(
                new State(issued, before.content, before.chain, changeId),
                List.of(new Version(issued.head(), before.content.count(), 0, changeId)),
                List.of());
    }

    private void look(Instant now) {
        List<CardStatuses.Changed> changed;
        do {
            changed = statuses.changed(list, state.orElseThrow().changeId, CARDS_MAX);
            if (!changed.isEmpty()) {
                advance(state.orElseThrow(), changed, now);
            }
        } while (changed.size() == CARDS_MAX);
    }

    private void advance(State before, List<CardStatuses.Changed> changed, Instant now) {
        long seen = changed.getLast().changeId();
        List<VersionCut> cuts =
                VersionCut.cut(before.content, before.issued.changeId(), changed, cardKeys, ListDelta.KEYS_MAX);
        if (cuts.isEmpty()) {
            state = Optional.of(new State(before.issued, before.content, before.chain, seen));
            return;
        }
        State next = before;
        List<Version> versions = new ArrayList<>();
        SortedMap<Long, byte[]> heads = new TreeMap<>();
        for (VersionCut cut : cuts) {
            ListContent content = next.content.with(cut.changes(), cut.revoked());
            Issued issued = sign(next, content, next.version() + 1, cut.changeId(), now);
            DeltaChain chain = next.chain.append(next.version() + 1, cut.changes(), ListDelta.KEYS_MAX);
            next = new State(issued, content, chain, cut.changeId());
            heads.put(next.version(), issued.signedHead());
            versions.add(new Version(issued.head(), cut.changes().size(), deltaBytes(cut.changes()), cut.changeId()));
        }
        List<Delta> deltas = new ArrayList<>();
        for (long from : next.chain.differsFrom(before.chain)) {
            DeltaChain.Step step = next.chain.step(from).orElseThrow();
            ListDelta delta = ListDelta.of(
                    heads.get(step.to()),
                    from,
                    step.changes().added(),
                    step.changes().removed());
            deltas.add(new Delta(from, step.to(), delta.bytes()));
        }
        commit(next, versions, deltas);
        LOG.info(
                "list {} version {}: {} cards, {} changed", list, next.version(), next.content.count(), changed.size());
    }

    private static int deltaBytes(KeyChanges changes) {
        return ListDelta.BYTES_MAX - (ListDelta.KEYS_MAX - changes.size()) * Long.BYTES;
    }

    private Issued sign(State before, ListContent content, long version, long changeId, Instant now) {
        // Gates refuse an issue time that falls: a clock that was set back must not stop the list.
        Instant floor = before.issued.head().issuedAt();
        Instant issuedAt = (now.isBefore(floor) ? floor : now).truncatedTo(ChronoUnit.MILLIS);
        ListHead head = new ListHead(
                list,
                Math.max(epoch.getAsInt(), before.issued.head().epoch()),
                version,
                content.table().bits(),
                content.count(),
                issuedAt,
                issuedAt.plus(VALIDITY),
                content.rootHex(),
                keys.keyId());
        return new Issued(
                head, head.sign(keys.privateKey()), content.revokedCount(), content.suspendedCount(), changeId);
    }

    private void commit(State next, List<Version> versions, List<Delta> deltas) {
        Attempt made = new Attempt(state, next, versions, deltas);
        attempt = Optional.of(made);
        state = Optional.empty();
        statuses.issue(next.issued, versions, deltas);
        committed(made);
        attempt = Optional.empty();
        signedInThisRun = true;
    }

    private void committed(Attempt made) {
        state = Optional.of(made.next);
        made.versions.forEach(version -> checkpoints.changed(version.keysChanged()));
        long before = made.next.version() - made.versions.size();
        for (Delta delta : made.deltas) {
            // Gates are at the version before, so theirs first; the longer ways from further back have time.
            if (delta.from() >= before) {
                outbox.putFirst(message(delta));
            } else {
                outbox.putLater(message(delta));
            }
        }
        outbox.putHead(head(made.next.issued));
    }

    private void deltasGone(long before) {
        state = state.map(now -> new State(now.issued, now.content, now.chain.since(before), now.changeId));
    }

    private RetainedMessage head(Issued issued) {
        return RetainedMessage.lasting(Topics.listHead(list), issued.signedHead());
    }

    private RetainedMessage message(Delta delta) {
        return new RetainedMessage(Topics.delta(list, delta.from()), delta.bytes(), Optional.of(DELTA_EXPIRY));
    }
}
