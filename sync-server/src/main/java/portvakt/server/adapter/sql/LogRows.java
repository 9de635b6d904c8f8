package portvakt.server.adapter.sql;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.port.LogEntry;

/** Makes rows of the log that have their id. */
final class LogRows {

    private LogRows() {}

    static LogEntry withId(LogEntry entry, long id) {
        return copy(entry, id, entry.cardNumber(), entry.detail());
    }

    static LogEntry withDetail(LogEntry entry, String detail) {
        return copy(entry, entry.id(), entry.cardNumber(), Optional.of(detail));
    }

    /** The same row about a card, by whose number it is found and erased. */
    static LogEntry withCard(LogEntry entry, CardNumber card) {
        return copy(entry, entry.id(), Optional.of(card.digits()), entry.detail());
    }

    private static LogEntry copy(LogEntry entry, long id, Optional<String> card, Optional<String> detail) {
        return new LogEntry(
                id,
                entry.site(),
                entry.gate(),
                entry.sequence(),
                entry.occurredAt(),
                entry.receivedAt(),
                entry.clockTrust(),
                entry.direction(),
                entry.kind(),
                entry.reason(),
                entry.flags(),
                card,
                entry.uid(),
                entry.holderName(),
                entry.employerName(),
                entry.assurance(),
                entry.reader(),
                entry.grantedSequence(),
                entry.list(),
                entry.listVersion(),
                entry.listAgeMs(),
                detail);
    }

    /** A row that the server itself writes about a gate's event; by the server's clock, so its trust is the best there is. */
    static LogEntry alarm(
            long id, GateAddress gate, Direction direction, long sequence, Instant receivedAt, String detail) {
        return new LogEntry(
                id,
                gate.site(),
                gate.gate(),
                sequence,
                receivedAt,
                receivedAt,
                "SYNCHRONISED",
                direction,
                "Alarm",
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(detail));
    }
}
