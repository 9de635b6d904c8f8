package portvakt.gate.adapter.pcsc;

import java.time.Duration;

/** Pauses between tries: each twice the one before, up to a bound. One thread. */
final class BackOff {

    private final long minMs;
    private final long maxMs;
    private long nextMs;

    BackOff(Duration min, Duration max) {
        this.minMs = min.toMillis();
        this.maxMs = max.toMillis();
        this.nextMs = minMs;
    }

    /** How long to pause before the next try, milliseconds. */
    long nextMs() {
        long pauseMs = nextMs;
        nextMs = Math.min(2 * nextMs, maxMs);
        return pauseMs;
    }

    /** After a success. */
    void reset() {
        nextMs = minMs;
    }
}
