package portvakt.server.log;

import java.time.Instant;
import java.util.Comparator;
import portvakt.protocol.Direction;

/**
 * Something that says on which side of a site's fence a holder was at a time: a {@link Passage}, or what a person has stated in
 * its place.
 *
 * @param at         by the gate's clock, or as stated
 * @param correction number of the statement; 0: a gate saw it
 * @param sequence   of the gate's event; 0 for a statement
 * @param gate       empty for a statement
 */
public record Sighting(Instant at, Direction direction, long correction, long sequence, String gate) {

    /**
     * By their own time, however they arrived. At the same instant a statement counts for more than a passage, since whoever made it
     * knew of that, and a later statement for more than an earlier one.
     */
    public static final Comparator<Sighting> ORDER = Comparator.comparing(Sighting::at)
            .thenComparingLong(Sighting::correction)
            .thenComparingLong(Sighting::sequence)
            // Two gates at the same instant with the same sequence: any order will do if it is always the same.
            .thenComparing(Sighting::gate);

    public static Sighting of(Passage passage) {
        return new Sighting(passage.occurredAt(), passage.direction(), 0, passage.sequence(), passage.gate());
    }

    public static Sighting stated(Instant at, Direction direction, long correction) {
        return new Sighting(at, direction, correction, 0, "");
    }

    public boolean isLaterThan(Sighting other) {
        return ORDER.compare(this, other) > 0;
    }

    public boolean isByGate() {
        return correction == 0;
    }
}
