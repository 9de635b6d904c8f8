package portvakt.server.log;

import java.time.Instant;
import java.util.Optional;
import portvakt.protocol.Direction;
import portvakt.server.port.LogEntry;

/**
 * Somebody went through: the holder of a card on one side of a site's fence, by an {@code AccessTaken}. Nothing else moves
 * anybody.
 *
 * @param holder one person as far as the gates can tell: {@code card:} and number, or {@code uid:} and UID
 */
public record Passage(
        String site,
        String holder,
        String gate,
        Direction direction,
        Instant occurredAt,
        long sequence,
        Optional<String> cardNumber,
        Optional<String> holderName,
        Optional<String> employerName) {

    /** @return empty unless the row is an {@code AccessTaken} that names somebody */
    public static Optional<Passage> of(LogEntry entry) {
        if (!entry.kind().equals(EventReader.KIND_TAKEN)) {
            return Optional.empty();
        }
        return entry.cardNumber()
                .map(number -> "card:" + number)
                .or(() -> entry.uid().map(uid -> "uid:" + uid))
                .map(holder -> new Passage(
                        entry.site(),
                        holder,
                        entry.gate(),
                        entry.direction(),
                        entry.occurredAt(),
                        entry.sequence(),
                        entry.cardNumber(),
                        entry.holderName(),
                        entry.employerName()));
    }

    /** Whether this one says more of where its holder is than the other: later by the gates' clocks, then by sequence. */
    public boolean isLaterThan(Passage other) {
        return Sighting.of(this).isLaterThan(Sighting.of(other));
    }
}
