package portvakt.server.list;

import java.time.Duration;

/**
 * When the next version may be made. A lone change goes out at once. When versions were made less than {@link #WINDOW} ago, changes
 * are gathered until it has passed: many changes in a row become ten rounds a second, and none of them waits longer than the window
 * and the round itself.
 */
public final class IssuePace {

    public static final Duration WINDOW = Duration.ofMillis(100);

    private boolean issuedBefore;
    private long issuedAtNs;

    /** A round has just made versions. @param nowNs of a clock that only goes on, such as {@link System#nanoTime} */
    public void issued(long nowNs) {
        issuedBefore = true;
        issuedAtNs = nowNs;
    }

    /** How long changes that are there now have to wait; zero for not at all. */
    public Duration untilNext(long nowNs) {
        long sinceNs = nowNs - issuedAtNs;
        return !issuedBefore || sinceNs >= WINDOW.toNanos() ? Duration.ZERO : WINDOW.minusNanos(sinceNs);
    }
}
