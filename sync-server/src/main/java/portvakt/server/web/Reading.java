package portvakt.server.web;

import io.helidon.webserver.http.ServerRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import portvakt.protocol.CardNumber;
import portvakt.server.port.EntryLog;
import portvakt.server.port.LogEntry;

/**
 * How much one request was shown, for {@link ReadAudit}. A handler that says nothing is noted with one row of no time. Belongs to
 * the request's thread.
 */
final class Reading {

    /** -1: nobody has said. */
    private int counted = -1;

    private Optional<Long> noted = Optional.empty();
    private int rowsNoted;
    private Optional<Instant> from = Optional.empty();
    private Optional<Instant> to = Optional.empty();
    private Optional<String> card = Optional.empty();
    private Optional<Optional<String>> site = Optional.empty();
    private Optional<String> question = Optional.empty();

    /** Whether it is not noted yet. */
    boolean isNew() {
        return noted.isEmpty();
    }

    void noted(long id) {
        noted = Optional.of(id);
        rowsNoted = rows();
    }

    /** The note of it, if more was shown since that was made. */
    Optional<Long> grown() {
        return rows() > rowsNoted ? noted : Optional.empty();
    }

    void nothingYet() {
        counted = 0;
    }

    int rows() {
        return counted < 0 ? 1 : counted;
    }

    Optional<Instant> from() {
        return from;
    }

    Optional<Instant> to() {
        return to;
    }

    Optional<String> card() {
        return card;
    }

    /** What was asked, where the address does not say it. */
    Optional<String> question() {
        return question;
    }

    /** Of which site, where the handler chose it; the inner one empty: of all. */
    Optional<Optional<String>> site() {
        return site;
    }

    /** The one of this request, which {@link ReadAudit} put there; another that nobody reads where nothing is noted. */
    static Reading of(ServerRequest request) {
        return request.context().get(Reading.class).orElseGet(Reading::new);
    }

    /** So many rows of no time were shown. */
    static void shown(ServerRequest request, int rows) {
        of(request).counted = rows;
    }

    /** So many rows were shown, of what happened between those times, both included. */
    static void shown(ServerRequest request, int rows, Instant from, Instant to) {
        Reading reading = of(request);
        reading.counted = rows;
        reading.from = Optional.of(from);
        reading.to = Optional.of(to);
    }

    /** These rows of the log were shown. */
    static void shown(ServerRequest request, List<LogEntry> rows) {
        of(request).add(rows);
    }

    /** These rows of the log were shown too. */
    void add(List<LogEntry> rows) {
        counted = Math.max(0, counted) + rows.size();
        for (LogEntry row : rows) {
            Instant at = row.occurredAt();
            from = from.filter(earliest -> !at.isBefore(earliest)).or(() -> Optional.of(at));
            to = to.filter(latest -> !at.isAfter(latest)).or(() -> Optional.of(at));
        }
    }

    /** A file was handed out that answers a question asked before; what it says of whom is of that question. */
    static void ofFile(ServerRequest request, EntryLog.Filter filter, long rows, Instant madeAt) {
        Reading reading = of(request);
        reading.counted = (int) Math.min(rows, Integer.MAX_VALUE);
        reading.site = Optional.of(filter.site());
        reading.card = filter.cardNumber();
        reading.from = filter.from().or(() -> Optional.of(Instant.EPOCH));
        reading.to = filter.to().or(() -> Optional.of(madeAt));
        reading.question = Stream.of(
                        part("gate", filter.gate()),
                        part("kind", filter.kind()),
                        part("reason", filter.reason()),
                        part("assurance", filter.assurance()),
                        filter.employer().map(_ -> "employer"))
                .flatMap(Optional::stream)
                .collect(Collectors.collectingAndThen(Collectors.joining(", "), Optional::of));
    }

    private static Optional<String> part(String name, Optional<String> value) {
        return value.map(text -> name + "=" + text);
    }

    /** It was about one person, whom the address did not name by card. */
    static void about(ServerRequest request, CardNumber card) {
        of(request).card = Optional.of(card.digits());
    }

    /** It was about that site, which the address did not name. */
    static void at(ServerRequest request, Optional<String> site) {
        of(request).site = Optional.of(site);
    }
}
