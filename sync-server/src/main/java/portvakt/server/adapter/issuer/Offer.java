package portvakt.server.adapter.issuer;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that was offered to the broker.
 *
 * @param what      names it in messages
 * @param taken     completes when the broker has it
 * @param whenTaken remembers that; called by whoever settles it
 */
record Offer(String what, CompletableFuture<Void> taken, Runnable whenTaken) {

    private static final Logger LOG = LoggerFactory.getLogger(Offer.class);

    /**
     * Waits until all are answered, together no longer than one may take: one that the broker refuses holds up no other.
     *
     * @throws BrokerAway if the broker did not take all of them
     */
    static void await(List<Offer> offers, Duration patience) throws BrokerAway, InterruptedException {
        try {
            CompletableFuture.allOf(offers.stream().map(Offer::taken).toArray(CompletableFuture<?>[]::new))
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("not all was taken", e);
        }
        settle(offers, patience);
    }

    /** Looks at the answers that there are by now. @throws BrokerAway if the broker has not taken all of them */
    static void settle(List<Offer> offers, Duration patience) throws BrokerAway {
        String refusal = null;
        for (Offer each : offers) {
            switch (each.taken.state()) {
                case SUCCESS -> each.whenTaken.run();
                case FAILED ->
                    refusal = each.what + ": " + each.taken.exceptionNow().getMessage();
                case RUNNING, CANCELLED -> refusal = each.what + ": no answer within " + patience;
            }
        }
        if (refusal != null) {
            throw new BrokerAway(refusal);
        }
    }
}
