package portvakt.server.adapter.issuer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import portvakt.server.port.RetainedPublisher;

/**
 * What of one list the broker has yet to take, in the order of its weight: what changes (deltas) at once, then the head that names
 * them, then, a few messages at a time, everything else. Never waits for the broker, so a checkpoint of a thousand messages holds
 * up nothing: a delta that comes in the middle of it overtakes what is not yet on its way.
 *
 * <p>Not thread-safe: the issuer's thread alone calls it. It keeps what the broker refused or did not answer, and hands it over
 * again in the next {@link #pump}.
 */
final class Outbox {

    /** Messages of little weight that are on their way at once; what comes in between waits for these. */
    static final int LIGHT_MAX = 4;

    /** Deltas that are on their way at once; few enough that the publisher never makes us wait for room. */
    static final int HEAVY_MAX = 16;

    private final RetainedPublisher publisher;
    private final Duration patience;
    private final Runnable answered;
    private final Map<String, Parcel> heavy = new LinkedHashMap<>();
    private final Map<String, Parcel> light = new LinkedHashMap<>();
    private final Deque<Work> works = new ArrayDeque<>();
    private final List<Parcel> workParcels = new ArrayList<>();
    private Optional<Parcel> head = Optional.empty();
    private String refusal;

    /** A row of messages of little weight. */
    interface Work {
        /** The next one, or empty when there are no more. */
        Optional<RetainedMessage> next();

        /** The broker has them all. */
        void taken();
    }

    private static final class Parcel {
        private final RetainedMessage message;
        private CompletableFuture<Void> answer;

        Parcel(RetainedMessage message) {
            this.message = message;
        }

        boolean isOnItsWay() {
            return answer != null;
        }
    }

    /**
     * @param patience how long to wait for an answer before a message counts as refused
     * @param answered called on any thread when {@link #pump} may have something to do again; must not block
     */
    Outbox(RetainedPublisher publisher, Duration patience, Runnable answered) {
        this.publisher = publisher;
        this.patience = patience;
        this.answered = answered;
    }

    /** Before all else. Takes the place of a message of the same topic. */
    void putFirst(RetainedMessage message) {
        light.remove(message.topic());
        heavy.put(message.topic(), new Parcel(message));
    }

    /** When everything that was put first is there. */
    void putHead(RetainedMessage message) {
        head = Optional.of(new Parcel(message));
    }

    /** When there is nothing else to do. Takes the place of a message of the same topic that was put later. */
    void putLater(RetainedMessage message) {
        light.put(message.topic(), new Parcel(message));
    }

    /** After what was put later, one work after the other. */
    void add(Work work) {
        works.add(work);
    }

    /** Lets go of all works; what of them is on its way arrives. */
    void dropWorks() {
        works.clear();
        workParcels.clear();
    }

    boolean hasWorks() {
        return !works.isEmpty();
    }

    boolean isEmpty() {
        return heavy.isEmpty() && head.isEmpty() && light.isEmpty() && works.isEmpty();
    }

    /** Nothing that was on its way counts as taken: it was on the way of a connection that is gone. */
    void connectionIsNew() {
        for (Collection<Parcel> some : List.of(heavy.values(), light.values(), workParcels)) {
            some.forEach(parcel -> parcel.answer = null);
        }
        head.ifPresent(parcel -> parcel.answer = null);
    }

    /**
     * Takes the broker's answers and hands over what it may.
     *
     * @throws BrokerAway if the broker refused something, or did not answer in time; it goes again in the next call
     */
    void pump() throws BrokerAway {
        refusal = null;
        boolean moved = true;
        while (moved && refusal == null) {
            moved = settleAll();
            moved |= handOver();
        }
        if (refusal != null) {
            throw new BrokerAway(refusal);
        }
    }

    private boolean settleAll() {
        boolean moved = heavy.values().removeIf(this::isTaken);
        if (head.filter(this::isTaken).isPresent()) {
            head = Optional.empty();
            moved = true;
        }
        moved |= light.values().removeIf(this::isTaken);
        moved |= workParcels.removeIf(this::isTaken);
        return moved;
    }

    private boolean isTaken(Parcel parcel) {
        if (parcel.answer == null || !parcel.answer.isDone()) {
            return false;
        }
        if (parcel.answer.isCompletedExceptionally()) {
            Throwable cause = parcel.answer.exceptionNow();
            refusal = parcel.message.topic() + ": "
                    + (cause.getMessage() == null ? "no answer within " + patience : cause.getMessage());
            parcel.answer = null;
            return false;
        }
        return true;
    }

    private boolean handOver() {
        if (refusal != null) {
            return false;
        }
        boolean moved = handOver(heavy.values(), HEAVY_MAX);
        if (!heavy.isEmpty()) {
            return moved;
        }
        moved |= head.isPresent() && handOver(List.of(head.get()), 1);
        if (head.isPresent()) {
            return moved;
        }
        moved |= handOver(light.values(), LIGHT_MAX);
        return moved || light.isEmpty() && work();
    }

    private boolean handOver(Collection<Parcel> parcels, int max) {
        int onTheirWay = 0;
        boolean moved = false;
        for (Parcel parcel : parcels) {
            if (onTheirWay == max) {
                break;
            }
            onTheirWay++;
            if (!parcel.isOnItsWay()) {
                send(parcel);
                moved = true;
            }
        }
        return moved;
    }

    private boolean work() {
        boolean moved = handOver(workParcels, LIGHT_MAX);
        while (!works.isEmpty() && workParcels.size() < LIGHT_MAX) {
            Optional<RetainedMessage> next = works.peek().next();
            if (next.isPresent()) {
                Parcel parcel = new Parcel(next.get());
                workParcels.add(parcel);
                send(parcel);
                return true;
            }
            if (!workParcels.isEmpty()) {
                return moved;
            }
            // Gone only when it could say so: what it does then may fail, and is tried again.
            works.peek().taken();
            works.remove();
            moved = true;
        }
        return moved;
    }

    private void send(Parcel parcel) {
        RetainedMessage message = parcel.message;
        Supplier<CompletableFuture<Void>> publish = () -> message.expiry().isPresent()
                ? publisher.publishRetained(
                        message.topic(), message.payload(), message.expiry().get())
                : publisher.publishRetained(message.topic(), message.payload());
        // A copy: its end by time is none of the publisher's business.
        parcel.answer = publish.get().copy().orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (!parcel.answer.isDone()) {
            parcel.answer.whenComplete((_, _) -> answered.run());
        }
    }
}
