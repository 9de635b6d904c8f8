package portvakt.server.log;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import portvakt.server.port.CheckOuts.Due;
import portvakt.server.port.CheckOuts.Rule;

/**
 * When a site takes somebody for gone who was never seen leaving. Both rules may be off; of two that apply the earlier one does.
 *
 * @param dailyAt     at this hour of the site, everybody who came before it
 * @param longestStay so long after somebody came
 * @param zone        where the site is
 */
public record CheckOutRules(Optional<LocalTime> dailyAt, Optional<Duration> longestStay, ZoneId zone) {

    public boolean isOff() {
        return dailyAt.isEmpty() && longestStay.isEmpty();
    }

    /**
     * When somebody who came at that time is checked out unless they are seen leaving before. It hangs on nothing else, so that an
     * arrival of which a gate tells days later leads to the same check-out as one that was told of at once.
     *
     * <p>On the day on which the clock goes forward over the hour, it is the hour's end; on the day on which the hour comes twice,
     * the first one.
     */
    public Optional<Due> due(Instant since) {
        return Stream.concat(
                        dailyAt.map(hour -> new Due(next(hour, since), Rule.DAILY)).stream(),
                        longestStay.map(stay -> new Due(since.plus(stay), Rule.LONGEST_STAY)).stream())
                .min(Comparator.comparing(Due::at).thenComparing(Due::rule));
    }

    private Instant next(LocalTime hour, Instant since) {
        ZonedDateTime local = since.atZone(zone);
        Instant today = local.toLocalDate().atTime(hour).atZone(zone).toInstant();
        return today.isAfter(since)
                ? today
                : local.toLocalDate().plusDays(1).atTime(hour).atZone(zone).toInstant();
    }
}
