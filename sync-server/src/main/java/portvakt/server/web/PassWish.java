package portvakt.server.web;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.regex.Pattern;
import portvakt.protocol.pass.HolderKind;
import portvakt.server.port.Passes;
import portvakt.server.web.PassFaultException.Fault;

/**
 * A pass that somebody asks for, checked.
 *
 * @param note whom it is for; may be empty
 */
record PassWish(HolderKind kind, Instant from, Instant until, String note) {

    /** What {@link #daysMax} says of each kind, for people. */
    static final String DAYS = "92 (CARD_ON_ORDER), 366 (PLACEMENT), 31 (VISITOR, DELIVERY)";

    private static final Instant LAST = Instant.parse("2106-01-01T00:00:00Z");

    /** Eleven digits, as a national identity number or a D-number is written. */
    private static final Pattern IDENTITY_NUMBER = Pattern.compile("(?<![0-9])[0-9]{6}[ .-]?[0-9]{5}(?![0-9])");

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    /**
     * Our own bounds, since no rule sets any: a code can be copied, so it should not outlive its reason. A card that is on order
     * comes within weeks, a placement ends with the school year.
     */
    static long daysMax(HolderKind kind) {
        return switch (kind) {
            case CARD_ON_ORDER -> 92;
            case PLACEMENT -> 366;
            case VISITOR, DELIVERY -> 31;
        };
    }

    /** @throws PassFaultException if gates, or good sense, would not have it */
    static PassWish of(String kind, Instant from, Instant until, String note, Instant now) throws PassFaultException {
        HolderKind known = Arrays.stream(HolderKind.values())
                .filter(each -> each.name().equals(kind))
                .findAny()
                .orElseThrow(() -> new PassFaultException(Fault.KIND));
        Instant first = from.truncatedTo(ChronoUnit.SECONDS);
        Instant end = until.truncatedTo(ChronoUnit.SECONDS);
        String text = note.strip();
        refuse(first.isBefore(Instant.EPOCH) || !first.isBefore(end) || !end.isBefore(LAST), Fault.TIMES);
        refuse(!now.isBefore(end), Fault.OVER);
        // An hour more: a day in autumn has 25.
        refuse(
                Duration.between(first, end)
                                .compareTo(Duration.ofDays(daysMax(known))
                                        .plusHours(known == HolderKind.PLACEMENT ? 0 : 1))
                        > 0,
                Fault.TOO_LONG);
        refuse(text.length() > Passes.NOTE_CHARS_MAX || CONTROL.matcher(text).find(), Fault.NOTE);
        refuse(IDENTITY_NUMBER.matcher(text).find(), Fault.IDENTITY_NUMBER);
        return new PassWish(known, first, end, text);
    }

    private static void refuse(boolean wrong, Fault fault) throws PassFaultException {
        if (wrong) {
            throw new PassFaultException(fault);
        }
    }
}
