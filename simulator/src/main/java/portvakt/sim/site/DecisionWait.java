package portvakt.sim.site;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import portvakt.gate.port.Turnstile.Indication;

/**
 * Waits for what a gate decides of something that was just shown to it. Not everything is decided: a card that is shown again while
 * the arm is released for it is answered by the lamps alone. Belongs to one thread.
 */
final class DecisionWait {

    /** A card that waited at the gate is decided on in the same moment in which the gate is ready again. */
    private static final Duration AFTER_READY = Duration.ofSeconds(1);

    /** The lamps of a grant follow its event at once. */
    private static final Duration LAMPS_WITHIN = Duration.ofSeconds(1);

    private final BlockingQueue<Heard> heard;
    private long deadlineNs;
    private boolean waits;

    DecisionWait(BlockingQueue<Heard> heard, Duration patience) {
        this.heard = heard;
        this.deadlineNs = System.nanoTime() + patience.toNanos();
    }

    /** @return empty where the gate made no decision of it */
    Optional<GateEvent> await() throws InterruptedException {
        while (true) {
            Heard next = heard.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                return Optional.empty();
            }
            switch (next) {
                case Heard.Off _ -> {
                    return Optional.empty();
                }
                case Heard.Appended(GateEvent event)
                when event.facts().hasAccessDenied() -> {
                    return Optional.of(event);
                }
                case Heard.Appended(GateEvent event)
                when event.facts().hasAccessGranted() -> {
                    awaitLamps();
                    return Optional.of(event);
                }
                case Heard.Appended _ -> {}
                case Heard.Shown(Indication indication) -> {
                    if (indication == Indication.GRANTED && !waits) {
                        return Optional.empty();
                    }
                    shown(indication);
                }
            }
        }
    }

    /** Or whoever shows the next card would take them for the answer to theirs. */
    private void awaitLamps() throws InterruptedException {
        long untilNs = System.nanoTime() + LAMPS_WITHIN.toNanos();
        Heard next = heard.poll(LAMPS_WITHIN.toNanos(), TimeUnit.NANOSECONDS);
        while (next instanceof Heard.Appended) {
            next = heard.poll(untilNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    private void shown(Indication indication) {
        if (indication == Indication.WAIT) {
            waits = true;
        } else if (indication == Indication.READY && waits) {
            deadlineNs = Math.min(deadlineNs, System.nanoTime() + AFTER_READY.toNanos());
        }
    }
}
