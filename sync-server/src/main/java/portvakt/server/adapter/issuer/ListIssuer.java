package portvakt.server.adapter.issuer;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import portvakt.protocol.Topics;
import portvakt.protocol.list.ListHead;
import portvakt.server.port.CardStatuses;
import portvakt.server.port.CardStatuses.Issued;
import portvakt.server.port.Lists;
import portvakt.server.port.RetainedPublisher;

/**
 * Issues one list, on a thread of its own: a version for what changed while the last one went out, so bursts coalesce by
 * themselves and a lone change waits for nothing. Tries again while database or broker are away.
 */
public final class ListIssuer implements Lists, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String list;
    private final CardStatuses statuses;
    private final InstantSource clock;
    private final ListIssuance issuance;
    private final AtomicBoolean brokerForgot = new AtomicBoolean();
    private final IssuerThread thread;
    private volatile Issued issued;

    public ListIssuer(
            String list, ListKeys keys, CardStatuses statuses, RetainedPublisher publisher, InstantSource clock) {
        this.list = Topics.name(list);
        this.statuses = statuses;
        this.clock = clock;
        this.issuance = new ListIssuance(list, keys, statuses, publisher, PATIENCE);
        this.thread = new IssuerThread("list " + list, this::round);
    }

    /** Starts issuing. Call once. */
    public void start() {
        thread.start();
    }

    /** The committed statuses may have changed. Does not block. */
    public void changed() {
        thread.wake();
    }

    /** There is a new connection to the broker, which may not know what an older one was told. Does not block. */
    public void brokerConnected() {
        brokerForgot.set(true);
        thread.wake();
    }

    @Override
    public java.util.List<String> names() {
        return java.util.List.of(list);
    }

    @Override
    public void changed(String name) {
        if (name.equals(list)) {
            changed();
        }
    }

    @Override
    public Optional<PublishedList> find(String name) {
        if (!name.equals(list)) {
            return Optional.empty();
        }
        Issued newest = issued;
        return (newest == null ? statuses.issued(list) : Optional.of(newest)).map(ListIssuer::published);
    }

    private static PublishedList published(Issued issued) {
        ListHead head = issued.head();
        return new PublishedList(
                head.list(),
                head.epoch(),
                head.version(),
                issued.revokedCount(),
                issued.suspendedCount(),
                head.count(),
                head.version(),
                head.issuedAt(),
                head.expiresAt(),
                HexFormat.of().formatHex(issued.signedHead()));
    }

    private void round() throws BrokerAway, InterruptedException {
        if (brokerForgot.getAndSet(false)) {
            issuance.brokerForgot();
        }
        issued = issuance.round(clock.instant());
    }

    /**
     * Stops after the round that is under way, and waits no longer for the broker. What it did not publish goes out at the next
     * start. Does not interrupt: Java closes a file under a thread that is interrupted at it, and this one may be reading or
     * writing the database.
     */
    @Override
    public void close() {
        issuance.stop();
        thread.close();
    }
}
