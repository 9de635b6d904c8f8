package portvakt.gate.adapter.mqtt;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.journal.EventClass;
import portvakt.gate.loop.Signal;
import portvakt.gate.outbox.LiveCopies;
import portvakt.gate.outbox.Outbox;
import portvakt.gate.outbox.Pace;
import portvakt.gate.port.Clock;
import portvakt.gate.port.EventJournal;
import portvakt.protocol.Topics;
import portvakt.protocol.v1.Ack;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventBatch;
import portvakt.protocol.v1.EventFacts;

/**
 * Brings the journal to the server: all of it in order, each event until the server's word that it is committed; and, past those
 * that wait, copies of what has just happened. The sender's thread calls {@link #send}, the session's all else.
 */
final class EventTraffic {

    private static final Logger LOG = LoggerFactory.getLogger(EventTraffic.class);
    private static final int LAST_BATCHES_MAX = 4;

    private final Topics.GateAddress address;
    private final EventJournal journal;
    private final GateBroker broker;
    private final Consumer<Signal> inbox;
    private final Clock clock;
    private final Runnable wake;
    private final double jitter;
    private final AtomicInteger underWay = new AtomicInteger();
    private Outbox outbox;
    private LiveCopies live = LiveCopies.NONE;
    private Pace pace = Pace.START;
    private volatile boolean connected;

    /**
     * @param jitter 0 to 1, of this gate: see {@link Outbox#checkedForSilence}
     * @param wake   has {@link #send} called soon; any thread
     */
    EventTraffic(
            Topics.GateAddress address,
            GateBroker broker,
            EventJournal journal,
            Consumer<Signal> inbox,
            Clock clock,
            double jitter,
            Runnable wake) {
        this.address = address;
        this.broker = broker;
        this.journal = journal;
        this.inbox = inbox;
        this.clock = clock;
        this.jitter = jitter;
        this.wake = wake;
        this.outbox = Outbox.startingAt(journal.acknowledged());
    }

    synchronized void connected() {
        outbox = outbox.connected(nowNs());
        live = LiveCopies.NONE;
        pace = Pace.START;
        connected = true;
    }

    void lost() {
        connected = false;
    }

    /** Sends what may be sent now. */
    void send() {
        change(box -> box.checkedForSilence(nowNs(), jitter));
        // What is urgent first, and again after each batch: somebody may have shown a card meanwhile.
        sendLive();
        while (connected && underWay.get() < Pace.BATCHES_MAX && sendBatch(batchEvents())) {
            sendLive();
        }
    }

    /** What the gate journalled last, that it stops too, goes out before the good-bye; a long backlog waits for the next start. */
    void sendLast() {
        for (int batch = 0; batch < LAST_BATCHES_MAX && connected && sendBatch(Outbox.BATCH_EVENTS_MAX); batch++) {}
    }

    /** The server's word. @throws InvalidProtocolBufferException if it is none */
    void acknowledged(byte[] payload) throws IOException {
        long committed = Ack.parseFrom(payload).getCommittedSequence();
        if (committed > journal.last()) {
            inbox.accept(new Signal.Alarmed(
                    "ACK_AHEAD",
                    "the server has event " + committed + " of this gate, the journal ends at " + journal.last()
                            + ": was the SD card put back or cloned?"));
            return;
        }
        change(box -> box.acknowledged(committed, nowNs()));
        journal.acknowledged(committed);
        wake.run();
    }

    private void sendLive() {
        Optional<Outbox.Batch> news = nextCopies();
        if (!connected || news.isEmpty()) {
            return;
        }
        try {
            List<ChainedEvent> copies = new ArrayList<>();
            for (ChainedEvent event :
                    journal.read(news.get().first(), news.get().last())) {
                if (EventClass.isNews(EventFacts.parseFrom(event.getFacts()).getBodyCase())) {
                    copies.add(event);
                }
            }
            if (!copies.isEmpty()) {
                broker.publishAtMostOnce(
                        address.live(),
                        EventBatch.newBuilder().addAllEvents(copies).build().toByteArray());
            }
            copied(news.get());
        } catch (IOException e) {
            unreadable(e);
        }
    }

    private synchronized Optional<Outbox.Batch> nextCopies() {
        return live.next(outbox, journal.durable(), nowNs());
    }

    private synchronized void copied(Outbox.Batch batch) {
        live = live.sent(batch);
    }

    private synchronized int batchEvents() {
        return pace.batchEvents();
    }

    private synchronized Optional<Outbox.Batch> nextBatch(int eventsMax) {
        return outbox.next(journal.durable(), eventsMax);
    }

    /** @return whether there was one to send */
    private boolean sendBatch(int eventsMax) {
        Optional<Outbox.Batch> batch = nextBatch(eventsMax);
        if (batch.isEmpty()) {
            return false;
        }
        Outbox.Batch next = batch.get();
        try {
            List<ChainedEvent> events = journal.read(next.first(), next.last());
            if (events.isEmpty()) {
                // Asked for by a server that was put back further than the journal reaches. What comes after them can
                // go.
                LOG.error("Events {} to {} are not in the journal any more", next.first(), next.last());
                change(box -> box.sent(next, nowNs()));
                return true;
            }
            Outbox.Batch fits = fit(events);
            byte[] payload = EventBatch.newBuilder()
                    .addAllEvents(events.subList(0, (int) (fits.last() - fits.first() + 1)))
                    .build()
                    .toByteArray();
            change(box -> box.sent(new Outbox.Batch(next.first(), fits.last()), nowNs()));
            publish(fits, payload);
            return true;
        } catch (IOException e) {
            unreadable(e);
            return false;
        }
    }

    private void publish(Outbox.Batch batch, byte[] payload) {
        underWay.incrementAndGet();
        long sentNs = nowNs();
        broker.publish(address.events(), payload, false).whenComplete((_, failure) -> {
            underWay.decrementAndGet();
            if (failure == null) {
                taken(nowNs() - sentNs);
            } else {
                LOG.debug("Events {} to {} were not taken: {}", batch.first(), batch.last(), failure.getMessage());
            }
            wake.run();
        });
    }

    private synchronized void taken(long tookNs) {
        pace = pace.taken(tookNs);
    }

    private void unreadable(IOException e) {
        inbox.accept(new Signal.Alarmed("JOURNAL_UNREADABLE", String.valueOf(e.getMessage())));
    }

    /** As many events as a payload holds, without a gap. */
    private static Outbox.Batch fit(List<ChainedEvent> events) {
        int bytes = 0;
        int count = 0;
        for (ChainedEvent event : events) {
            bytes += event.getSerializedSize() + 8;
            boolean followsOn = event.getSequence() == events.getFirst().getSequence() + count;
            if (count > 0 && (!followsOn || bytes > Topics.PAYLOAD_BYTES_MAX / 2)) {
                break;
            }
            count++;
        }
        return new Outbox.Batch(
                events.getFirst().getSequence(), events.get(count - 1).getSequence());
    }

    private interface Change {
        Outbox of(Outbox before);
    }

    private synchronized void change(Change change) {
        outbox = change.of(outbox);
    }

    private long nowNs() {
        return clock.now().uptimeNs();
    }
}
