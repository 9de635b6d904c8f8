package portvakt.protocol.mqtt;

import java.time.Duration;

/**
 * Whether somebody else connects by our client identifier, so that each ends the other's connection. Our own earlier connection, which the
 * broker had not missed yet, is no rival: it ends at our next one, not the other way round.
 *
 * @param takeovers in a row, of connections that had not been left alone for long
 */
public record Rivalry(int takeovers) {

    /** Nobody else. */
    public static final Rivalry NONE = new Rivalry(0);

    /** A connection that has lasted so long is left alone: longer than a rival that does as we do waits. */
    static final Duration LEFT_ALONE = Duration.ofSeconds(60);

    /** Once or twice may be somebody who tries the gate's files out on another computer. */
    private static final int NEWS = 3;

    /** @param lasted how long a connection has lasted that has ended now @param takenOver whether the broker ended it for another client with our identifier */
    public Rivalry after(Duration lasted, boolean takenOver) {
        if (lasted.compareTo(LEFT_ALONE) >= 0) {
            return takenOver ? new Rivalry(1) : NONE;
        }
        return takenOver ? new Rivalry(takeovers + 1) : this;
    }

    /** Whether the newest takeover is the one to be told of: one in a row. */
    public boolean isNews() {
        return takeovers == NEWS;
    }
}
