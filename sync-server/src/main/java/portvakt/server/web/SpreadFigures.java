package portvakt.server.web;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import portvakt.server.list.Spread;
import portvakt.server.port.Sites;

/** The spread of one list for the gauges: reckoned once for all that are read at about the same time. Safe for any thread. */
final class SpreadFigures {

    private final SpreadDesk desk;
    private final String list;
    private final InstantSource clock;
    private Spread last; // under this object's lock

    SpreadFigures(SpreadDesk desk, String list, InstantSource clock) {
        this.desk = desk;
        this.list = list;
        this.clock = clock;
    }

    String list() {
        return list;
    }

    synchronized Spread now() {
        Instant now = clock.instant();
        if (last == null || Duration.between(last.asOf(), now).abs().compareTo(SpreadDesk.FIGURES_AGE_MAX) > 0) {
            last = desk.of(list, Sites.ALL, now);
        }
        return last;
    }
}
