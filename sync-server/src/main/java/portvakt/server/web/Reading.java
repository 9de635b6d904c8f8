package portvakt.server.web;

import io.helidon.webserver.http.ServerRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.CardNumber;
import portvakt.server.port.LogEntry;

/**
 * How much one request was shown, for {@link ReadAudit}. A handler that says nothing is noted with one row of no time. Belongs to
 * the request's thread.
 */
final class Reading {

    private int rows = 1;
    private Optional<Long> noted = Optional.empty();
    private int rowsNoted;
    private Optional<Instant> from = Optional.empty();
    private Optional<Instant> to = Optional.empty();
    private Optional<String> card = Optional.empty();
    private Optional<Optional<String>> site = Optional.empty();

    /** Whether it is not noted yet. */
    boolean isNew() {
        return noted.isEmpty();
    }

    void noted(long id) {
        noted = Optional.of(id);
        rowsNoted = rows;
    }

    /** The note of it, if more was shown since that was made. */
    Optional<Long> grown() {
        return rows > rowsNoted ? noted : Optional.empty();
    }

    void nothingYet() {
        rows = 0;
    }

    int rows() {
        return rows;
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

    /** Of which site, where the handler chose it; the inner one empty: of all. */
    Optional<Optional<String>> site() {
        return site;
    }

    /** The one of this request, which {@link ReadAudit} put there; another that nobody reads where nothing is noted. */
    private static Reading of(ServerRequest request) {
        return request.context().get(Reading.class).orElseGet(Reading::new);
    }

    /** So many rows of no time were shown. */
    static void shown(ServerRequest request, int rows) {
        of(request).rows = rows;
    }

    /** So many rows were shown, of what happened between those times, both included. */
    static void shown(ServerRequest request, int rows, Instant from, Instant to) {
        Reading reading = of(request);
        reading.rows = rows;
        reading.from = Optional.of(from);
        reading.to = Optional.of(to);
    }

    /** These rows of the log were shown. */
    static void shown(ServerRequest request, List<LogEntry> rows) {
        Reading reading = of(request);
        reading.rows = 0;
        more(request, rows);
    }

    /** These rows of the log were shown too. */
    static void more(ServerRequest request, List<LogEntry> rows) {
        Reading reading = of(request);
        reading.rows += rows.size();
        for (LogEntry row : rows) {
            Instant at = row.occurredAt();
            reading.from = reading.from.filter(at::isAfter).or(() -> Optional.of(at));
            reading.to = reading.to.filter(at::isBefore).or(() -> Optional.of(at));
        }
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
