package portvakt.server.port;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.Direction;

/**
 * One row of the entry log: an event of one gate, as the server committed it.
 *
 * @param id           rises in the order of arrival; the cursor of the API
 * @param occurredAt   by the gate's clock
 * @param receivedAt   by the server's clock, when it arrived
 * @param kind         {@code AccessGranted}, {@code AccessDenied}, {@code AccessTaken}, … : the name of the message in
 *                     {@code EventFacts.body}
 * @param reason       name of a {@code DenialReason}, for {@code AccessDenied}
 * @param flags        names of {@code DenialReason}, for {@code AccessGranted}: what would have refused an entry, or a warning
 * @param grantedSequence for {@code AccessTaken} and {@code AccessNotTaken}: which grant they complete
 * @param detail       for events about no person (device, list, alarm): plain English
 */
public record LogEntry(
        long id,
        String site,
        String gate,
        long sequence,
        Instant occurredAt,
        Instant receivedAt,
        String clockTrust,
        Direction direction,
        String kind,
        Optional<String> reason,
        List<String> flags,
        Optional<String> cardNumber,
        Optional<String> uid,
        Optional<String> holderName,
        Optional<String> employerName,
        Optional<String> assurance,
        Optional<String> reader,
        Optional<Long> grantedSequence,
        Optional<String> list,
        Optional<Long> listVersion,
        Optional<Long> listAgeMs,
        Optional<String> detail) {}
