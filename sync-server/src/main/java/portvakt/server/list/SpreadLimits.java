package portvakt.server.list;

import java.time.Duration;

/**
 * @param lagAfter     how long an online gate may be without the newest version, or with a list that is not as it should be
 * @param offlineAfter how long a gate may be silent until somebody should look
 */
public record SpreadLimits(Duration lagAfter, Duration offlineAfter) {

    public static final SpreadLimits DEFAULT = new SpreadLimits(Duration.ofSeconds(30), Duration.ofMinutes(15));
}
