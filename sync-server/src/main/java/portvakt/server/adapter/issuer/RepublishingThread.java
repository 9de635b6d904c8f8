package portvakt.server.adapter.issuer;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** An {@link IssuerThread} for what a broker may forget: after each new connection all of it is published again. */
final class RepublishingThread implements AutoCloseable {

    /** What is published. The thread alone calls it. */
    interface Issuance {

        /** The broker may have lost everything: publish all again in the next round. */
        void brokerForgot();

        /** Offers the broker all that it lacks, and does not wait for it. */
        List<Offer> offer(Instant now);

        /** How long to wait for the broker to take all that was offered. */
        Duration patience();

        /** @throws BrokerAway if the broker did not take all of it; the next round goes on */
        default void round(Instant now) throws BrokerAway, InterruptedException {
            Offer.await(offer(now), patience());
        }
    }

    private final Issuance issuance;
    private final InstantSource clock;
    private final AtomicBoolean brokerForgot = new AtomicBoolean();
    private final IssuerThread thread;

    /** @param what names it in the log and among the threads */
    RepublishingThread(String what, Issuance issuance, InstantSource clock) {
        this.issuance = issuance;
        this.clock = clock;
        this.thread = new IssuerThread(what, this::round);
    }

    /** Call once. */
    void start() {
        thread.start();
    }

    /** There may be something to do. Does not block. */
    void wake() {
        thread.wake();
    }

    /** There is a new connection to the broker, which may not know what an older one was told. Does not block. */
    void brokerConnected() {
        brokerForgot.set(true);
        thread.wake();
    }

    private void round() throws BrokerAway, InterruptedException {
        if (brokerForgot.getAndSet(false)) {
            issuance.brokerForgot();
        }
        issuance.round(clock.instant());
    }

    /** Stops after the round that is under way. What it did not publish goes out at the next start. */
    @Override
    public void close() {
        thread.close();
    }
}
