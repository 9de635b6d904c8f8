package portvakt.server.adapter.issuer;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import portvakt.protocol.Topics;
import portvakt.protocol.list.ListHead;
import portvakt.server.list.IssuePace;
import portvakt.server.port.CardStatuses;
import portvakt.server.port.CardStatuses.Issued;
import portvakt.server.port.Lists.PublishedList;
import portvakt.server.port.RetainedPublisher;

/**
 * Issues one list, on a thread of its own, at the pace of {@link IssuePace}: a lone change at once, many in a row gathered into few
 * versions. Tries again while database or broker are away.
 */
public final class ListIssuer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** So long after a new connection the broker has told which checkpoints it has. */
    static final Duration LOOK = Duration.ofSeconds(10);

    private enum Connection {
        /** Nothing new. */
        OLD,
        /** Whose broker still knows our session. */
        RESUMED,
        /** Whose broker does not. */
        FRESH
    }

    private final String list;
    private final CardStatuses statuses;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final ListIssuance issuance;
    private final IssuePace pace = new IssuePace();
    private final AtomicReference<Connection> connection = new AtomicReference<>(Connection.OLD);
    /** Versions whose checkpoint's head the broker has shown on this connection. */
    private final Set<Long> checkpointsThere = ConcurrentHashMap.newKeySet();

    private OptionalLong connectedNs = OptionalLong.empty();
    private final AtomicBoolean changed = new AtomicBoolean(true);
    private final IssuerThread thread;
    private long lookedAtNs;
    private volatile Issued issued;
    private volatile long lastCheckpoint;

    /** @param epoch of the list, as the trust file has it; it may rise */
    public ListIssuer(
            String list,
            ListKeys keys,
            CardStatuses statuses,
            RetainedPublisher publisher,
            InstantSource clock,
            IntSupplier epoch) {
        this(list, keys, statuses, publisher, clock, epoch, System::nanoTime);
    }

    /** @param nanoClock as {@link System#nanoTime} */
    ListIssuer(
            String list,
            ListKeys keys,
            CardStatuses statuses,
            RetainedPublisher publisher,
            InstantSource clock,
            IntSupplier epoch,
            LongSupplier nanoClock) {
        this.list = Topics.name(list);
        this.statuses = statuses;
        this.clock = clock;
        this.nanoClock = nanoClock;
        this.lookedAtNs = nanoClock.getAsLong();
        this.thread = IssuerThread.paced("list " + list, this::round);
        this.issuance = new ListIssuance(list, keys, statuses, publisher, epoch, PATIENCE, thread::wake);
    }

    /** Starts issuing. Call once. */
    public void start() {
        thread.start();
    }

    /** The committed statuses may have changed. Does not block. */
    public void changed() {
        changed.set(true);
        thread.wake();
    }

    /** There is a new connection to the broker. Does not block. @param sessionKnown whether the broker still had our session */
    public void brokerConnected(boolean sessionKnown) {
        checkpointsThere.clear();
        connection.accumulateAndGet(
                sessionKnown ? Connection.RESUMED : Connection.FRESH,
                (one, other) -> one.compareTo(other) > 0 ? one : other);
        thread.wake();
    }

    /** The head of a version's checkpoint lies in the broker. Does not block. */
    public void checkpointThere(long version) {
        checkpointsThere.add(version);
    }

    String list() {
        return list;
    }

    /** What is published, or empty before the first version. */
    public Optional<PublishedList> published() {
        Issued newest = issued;
        return (newest == null ? statuses.issued(list) : Optional.of(newest)).map(this::published);
    }

    private PublishedList published(Issued newest) {
        ListHead head = newest.head();
        return new PublishedList(
                head.list(),
                head.epoch(),
                head.version(),
                newest.revokedCount(),
                newest.suspendedCount(),
                head.count(),
                lastCheckpoint,
                head.issuedAt(),
                head.expiresAt(),
                HexFormat.of().formatHex(newest.signedHead()));
    }

    /** @return how long to wait for the next one, if nothing wakes it before */
    Duration round() throws BrokerAway {
        long nowNs = nanoClock.getAsLong();
        // Now and then without a word too: whoever made a change may have stopped before it could say so.
        if (nowNs - lookedAtNs >= IssuerThread.IDLE.toNanos()) {
            changed.set(true);
        }
        Duration wait = changed.get() ? pace.untilNext(nowNs) : Duration.ZERO;
        boolean look = wait.isZero() && changed.getAndSet(false);
        switch (connection.getAndSet(Connection.OLD)) {
            case RESUMED -> {
                issuance.brokerConnected(true);
                connectedNs = OptionalLong.of(nowNs);
            }
            case FRESH -> {
                issuance.brokerConnected(false);
                connectedNs = OptionalLong.empty();
            }
            case OLD -> missCheckpoint(nowNs);
        }
        try {
            round(look);
        } catch (BrokerAway e) {
            if (wait.isZero()) {
                throw e;
            }
            // What waits to be signed does not wait for the broker.
        }
        return wait.isZero() ? IssuerThread.IDLE : wait;
    }

    /**
     * A broker that knows our session may still have lost the checkpoint: it stopped hard between two writes to its disk, or it had
     * forgotten us before, and we stopped before we could act upon that.
     */
    private void missCheckpoint(long nowNs) {
        if (connectedNs.isPresent() && nowNs - connectedNs.getAsLong() >= LOOK.toNanos()) {
            connectedNs = OptionalLong.empty();
            if (lastCheckpoint > 0 && !checkpointsThere.contains(lastCheckpoint)) {
                issuance.checkpointIsMissing();
            }
        }
    }

    private void round(boolean look) throws BrokerAway {
        long versionBefore = version();
        boolean looked = false;
        try {
            issuance.round(clock.instant(), look);
            looked = true;
        } catch (BrokerAway e) {
            looked = true;
            throw e;
        } finally {
            if (look && looked) {
                lookedAtNs = nanoClock.getAsLong();
            } else if (look) {
                changed.set(true);
            }
            issuance.issued().ifPresent(newest -> issued = newest);
            lastCheckpoint = issuance.lastCheckpoint();
            if (version() != versionBefore) {
                pace.issued(nanoClock.getAsLong());
            }
        }
    }

    private long version() {
        return issued == null ? 0 : issued.head().version();
    }

    /**
     * Stops after the round that is under way, which never waits for the broker. What it did not publish goes out at the next
     * start. Does not interrupt: Java closes a file under a thread that is interrupted at it, and this one may be reading or
     * writing the database.
     */
    @Override
    public void close() {
        thread.close();
    }
}
