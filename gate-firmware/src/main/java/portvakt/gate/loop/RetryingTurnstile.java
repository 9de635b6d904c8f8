package portvakt.gate.loop;

import java.time.Duration;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.port.Turnstile;

/**
 * A turnstile whose failures do not stop the loop in the middle of its effects. A relay that does not release stays locked; one
 * that does not lock, or does not free for a fire, is told again each second. Belongs to the loop's thread.
 */
final class RetryingTurnstile {

    private static final Logger LOG = LoggerFactory.getLogger(RetryingTurnstile.class);
    static final Duration RETRY = Duration.ofSeconds(1);

    private enum Part {
        RELAY,
        LAMPS
    }

    private enum Wanted {
        LOCKED,
        RELEASED,
        FREE
    }

    private final Turnstile turnstile;
    private final Consumer<String> faults;
    private Wanted wanted = Wanted.LOCKED;
    private OptionalLong retryAtNs = OptionalLong.empty();
    private final Set<Part> faulty = EnumSet.noneOf(Part.class);

    /** @param faults told once when the relay or the lamps fail, and again only after they have worked */
    RetryingTurnstile(Turnstile turnstile, Consumer<String> faults) {
        this.turnstile = turnstile;
        this.faults = faults;
    }

    void release(long nowNs) {
        wanted = Wanted.RELEASED;
        drive(nowNs);
    }

    /** Releases for as long as the fire lasts: a failure is not the last word. */
    void free(long nowNs) {
        wanted = Wanted.FREE;
        drive(nowNs);
    }

    void lock(long nowNs) {
        wanted = Wanted.LOCKED;
        drive(nowNs);
    }

    OptionalLong retryAtNs() {
        return retryAtNs;
    }

    void retryIfDue(long nowNs) {
        if (retryAtNs.isPresent() && nowNs - retryAtNs.getAsLong() >= 0) {
            drive(nowNs);
        }
    }

    void show(Turnstile.Indication indication) {
        attempt(Part.LAMPS, "show " + indication, () -> turnstile.show(indication));
    }

    private void drive(long nowNs) {
        boolean done = switch (wanted) {
            case LOCKED -> attempt(Part.RELAY, "lock", turnstile::lock);
            case RELEASED, FREE -> attempt(Part.RELAY, "release", turnstile::release);
        };
        if (!done && wanted == Wanted.RELEASED) {
            // Whatever the relay did half-way: nothing opens.
            wanted = Wanted.LOCKED;
            done = attempt(Part.RELAY, "lock", turnstile::lock);
        }
        retryAtNs = done ? OptionalLong.empty() : OptionalLong.of(nowNs + RETRY.toNanos());
    }

    private boolean attempt(Part part, String what, Runnable act) {
        try {
            act.run();
            faulty.remove(part);
            return true;
        } catch (RuntimeException e) {
            LOG.error("The turnstile failed to {}", what, e);
            if (faulty.add(part)) {
                faults.accept("failed to " + what + ": " + e.getMessage());
            }
            return false;
        }
    }
}
