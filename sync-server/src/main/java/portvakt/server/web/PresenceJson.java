package portvakt.server.web;

import java.time.Instant;
import java.util.Optional;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Direction;
import portvakt.protocol.Uid;
import portvakt.server.port.Presence;
import portvakt.server.port.Presence.Person;

/** How the API tells of presence. Card numbers and UIDs are masked for those who may not see them. */
final class PresenceJson {

    private PresenceJson() {}

    static String card(String number, boolean whole) {
        return whole ? number : new CardNumber(number).masked();
    }

    private static Optional<String> card(Person person, boolean whole) {
        return person.cardNumber().map(number -> card(number, whole));
    }

    private static Optional<String> uid(Person person, boolean whole) {
        return person.uid().map(uid -> whole ? uid : new Uid(uid).toString());
    }

    record Correction(
            long id,
            String site,
            Presence.Kind kind,
            Optional<String> cardNumber,
            Optional<String> uid,
            Optional<String> holderName,
            Optional<String> employerName,
            Optional<Instant> at,
            Optional<Long> undoes,
            Optional<Long> undoneBy,
            String author,
            Optional<String> reason,
            Instant recordedAt) {

        static Correction of(Presence.Correction row, boolean whole) {
            return new Correction(
                    row.id(),
                    row.site(),
                    row.kind(),
                    card(row.person(), whole),
                    PresenceJson.uid(row.person(), whole),
                    row.person().holderName(),
                    row.person().employerName(),
                    row.at(),
                    row.undoes(),
                    row.undoneBy(),
                    row.author(),
                    row.reason(),
                    row.recordedAt());
        }
    }

    /** @param automatic always: nobody saw them leave */
    record CheckOut(
            long id,
            String site,
            boolean automatic,
            String rule,
            Instant since,
            Instant at,
            Instant recordedAt,
            boolean superseded,
            Optional<Contradiction> supersededBy,
            Optional<String> cardNumber,
            Optional<String> uid,
            Optional<String> holderName,
            Optional<String> employerName) {

        static CheckOut of(Presence.CheckOut row, boolean whole) {
            return new CheckOut(
                    row.id(),
                    row.site(),
                    true,
                    row.rule(),
                    row.since(),
                    row.at(),
                    row.recordedAt(),
                    row.superseded(),
                    row.by().map(by -> new Contradiction(by.at(), by.direction(), by.gate(), by.correction())),
                    card(row.person(), whole),
                    PresenceJson.uid(row.person(), whole),
                    row.person().holderName(),
                    row.person().employerName());
        }
    }

    record Contradiction(Instant at, Direction direction, Optional<String> gate, Optional<Long> correction) {}

    record DoubleEntry(
            String site,
            Instant firstAt,
            Optional<String> firstGate,
            Instant secondAt,
            String secondGate,
            Optional<Long> forgiven,
            Optional<String> cardNumber,
            Optional<String> uid,
            Optional<String> holderName,
            Optional<String> employerName) {

        static DoubleEntry of(Presence.DoubleEntry row, boolean whole) {
            return new DoubleEntry(
                    row.site(),
                    row.firstAt(),
                    row.firstGate(),
                    row.secondAt(),
                    row.secondGate(),
                    row.forgiven(),
                    card(row.person(), whole),
                    PresenceJson.uid(row.person(), whole),
                    row.person().holderName(),
                    row.person().employerName());
        }
    }
}
