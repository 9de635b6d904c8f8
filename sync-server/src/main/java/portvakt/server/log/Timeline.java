package portvakt.server.log;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.Direction;

/**
 * All that was seen and stated of one holder on one site, in the order of its own times, and what follows from it. In which order it
 * came to be known makes no difference. Immutable.
 *
 * <p>Automatic check-outs are no sightings: nobody saw anything. One counts only as long as what was seen bears it out.
 */
public final class Timeline {

    /** A check-out that a rule made. @param since when its holder came, as far as was known @param at when they were taken for gone */
    public record CheckOut(Instant since, Instant at) {}

    /**
     * What a check-out is worth.
     *
     * @param next         the first sighting after it, if there is any yet
     * @param stands       whether nothing that was seen contradicts it
     * @param supersededBy what contradicts it; empty also where the arrival that it rested on was taken back
     */
    public record Worth(Optional<Sighting> next, boolean stands, Optional<Sighting> supersededBy) {}

    /** Came in, and came in once more without having been seen leaving. @param second by a gate */
    public record DoubleEntry(Sighting first, Sighting second) {}

    private final List<Sighting> sightings;

    public Timeline(Collection<Sighting> sightings) {
        this.sightings = sightings.stream().distinct().sorted(Sighting.ORDER).toList();
    }

    public Optional<Sighting> newest() {
        return sightings.isEmpty() ? Optional.empty() : Optional.of(sightings.getLast());
    }

    /**
     * A check-out says: whoever came at {@code since} was gone by {@code at}, unseen. What contradicts it is anything seen between the
     * two, since then it was another stay or none, and a way out as the next thing after it, since then they had still been there.
     */
    public Worth of(CheckOut checkOut) {
        Optional<Sighting> before = Optional.empty();
        Optional<Sighting> next = Optional.empty();
        for (Sighting sighting : sightings) {
            if (!sighting.at().isAfter(checkOut.at())) {
                before = Optional.of(sighting);
            } else if (next.isEmpty()) {
                next = Optional.of(sighting);
            }
        }
        boolean restsOnIt = before.filter(sighting ->
                        sighting.direction() == Direction.IN && sighting.at().equals(checkOut.since()))
                .isPresent();
        if (!restsOnIt) {
            return new Worth(next, false, before);
        }
        Optional<Sighting> leaving = next.filter(sighting -> sighting.direction() == Direction.OUT);
        return new Worth(next, leaving.isEmpty(), leaving);
    }

    /** The check-out by which somebody who was seen coming last is not on site. */
    public Optional<CheckOut> checkOutInForce(Collection<CheckOut> checkOuts) {
        return newest().filter(sighting -> sighting.direction() == Direction.IN)
                .flatMap(sighting -> checkOuts.stream()
                        .filter(checkOut -> checkOut.since().equals(sighting.at()))
                        .filter(checkOut -> of(checkOut).stands())
                        .findFirst());
    }

    public boolean isOnSite(Collection<CheckOut> checkOuts) {
        return newest().filter(sighting -> sighting.direction() == Direction.IN).isPresent()
                && checkOutInForce(checkOuts).isEmpty();
    }

    /**
     * Entries without a way out in between. Not one after a check-out that stands, which has told of the forgotten exit already; not
     * one across a fire release, when everybody left without showing a card; and not one that is stated, since nobody went through.
     *
     * @param fires  when the site's gates were freed by the fire alarm
     * @param within an arrival longer ago is forgotten
     */
    public List<DoubleEntry> doubleEntries(Collection<CheckOut> checkOuts, Collection<Instant> fires, Duration within) {
        List<DoubleEntry> found = new ArrayList<>();
        for (int i = 1; i < sightings.size(); i++) {
            Sighting first = sightings.get(i - 1);
            Sighting second = sightings.get(i);
            boolean twice = first.direction() == Direction.IN
                    && second.direction() == Direction.IN
                    && second.isByGate()
                    && Duration.between(first.at(), second.at()).compareTo(within) <= 0;
            if (twice && !toldAlready(first, checkOuts) && !freed(first.at(), second.at(), fires)) {
                found.add(new DoubleEntry(first, second));
            }
        }
        return found;
    }

    private boolean toldAlready(Sighting first, Collection<CheckOut> checkOuts) {
        return checkOuts.stream()
                .anyMatch(checkOut ->
                        checkOut.since().equals(first.at()) && of(checkOut).stands());
    }

    private static boolean freed(Instant from, Instant to, Collection<Instant> fires) {
        return fires.stream().anyMatch(fire -> !fire.isBefore(from) && !fire.isAfter(to));
    }
}
