package portvakt.server.list;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When to ask for a list again. After a success: when its issuer says that it should be fetched again, or by the setting, and
 * before it expires. After failures: soon, then twice as long each time, with jitter, so that many servers that lost the same
 * register do not come back to it at once.
 *
 * @param interval the setting; empty: the list's {@code ttl}, or {@link #INTERVAL_DEFAULT}
 */
public record PollSchedule(Optional<Duration> interval) {

    public static final Duration INTERVAL_DEFAULT = Duration.ofMinutes(15);
    public static final Duration INTERVAL_MIN = Duration.ofSeconds(5);
    public static final Duration INTERVAL_MAX = Duration.ofDays(1);
    static final Duration RETRY_FIRST = Duration.ofSeconds(5);
    static final Duration RETRY_MAX = Duration.ofMinutes(15);

    /** A quarter of the time that is left is kept, so that a fetch that fails can be tried again before the list expires. */
    private static final double BEFORE_EXPIRY = 0.75;

    private static final int DOUBLINGS_MAX = 16;

    /** @throws IllegalArgumentException if the interval is out of bounds */
    public PollSchedule {
        if (interval.filter(given -> given.compareTo(INTERVAL_MIN) < 0 || given.compareTo(INTERVAL_MAX) > 0)
                .isPresent()) {
            throw new IllegalArgumentException(
                    "interval must be " + INTERVAL_MIN + " to " + INTERVAL_MAX + ", got " + interval.get());
        }
    }

    /** How long to wait after a list that is believed. */
    public Duration afterSuccess(Optional<Duration> timeToLive, Optional<Instant> expiresAt, Instant now) {
        Duration wait = interval.or(() -> timeToLive).orElse(INTERVAL_DEFAULT);
        if (expiresAt.isPresent()) {
            Duration left = Duration.between(now, expiresAt.get());
            wait = min(wait, Duration.ofMillis((long) (left.toMillis() * BEFORE_EXPIRY)));
        }
        return min(max(wait, INTERVAL_MIN), INTERVAL_MAX);
    }

    /**
     * @param failures in a row, one or more
     * @param jitter   0 up to 1, drawn anew each time
     */
    public Duration afterFailure(int failures, double jitter) {
        Duration full = min(RETRY_FIRST.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS_MAX)), RETRY_MAX);
        // Half is sure: a retry at once helps nobody.
        return Duration.ofMillis((long) (full.toMillis() * (0.5 + jitter / 2)));
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
