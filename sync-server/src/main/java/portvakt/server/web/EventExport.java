package portvakt.server.web;

import io.helidon.common.uri.UriQuery;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.server.port.EntryLog.Filter;
import portvakt.server.port.Right;
import portvakt.server.web.export.ExportRows;
import portvakt.server.web.export.RowFile;

/**
 * All of the log that a filter lets through, oldest first, as a file. One page is in memory at a time, and the next one is read when
 * the caller has taken the last, so a slow caller costs nothing but its connection. It ends with the newest row there was when it
 * began. An export that cannot be finished ends in a broken connection, never in a file that looks whole.
 */
final class EventExport {

    static final String PATH = EventApi.PATH + "/export";

    private static final Logger LOG = LoggerFactory.getLogger(EventExport.class);
    private static final Set<String> KNOWN = known();

    private final Exports exports;
    private final Languages languages;

    EventExport(Exports exports, Languages languages) {
        this.exports = exports;
        this.languages = languages;
    }

    List<Route> routes() {
        return List.of(Route.api(Method.GET, PATH, Right.SEE_PASSAGES, this::export));
    }

    private void export(ServerRequest request, ServerResponse response) {
        UriQuery query = request.query();
        EventQuery.refuseUnknown(query, KNOWN);
        ExportFormat format = ExportFormat.of(EventQuery.value(query, "format"));
        Filter filter = EventApi.asked(request, EventQuery.filter(query)).filter();
        Exports.Export export =
                exports.begin(Authentication.principal(request), filter, format, languages.texts(request));
        // Before the head of the answer: what is wrong with it can be said in a problem document.
        ExportRows rows = export.open();
        refuseTooMany(format, rows);
        response.header(HeaderNames.CONTENT_TYPE, format.mediaType())
                .header(
                        HeaderNames.CONTENT_DISPOSITION,
                        "attachment; filename=\"portvakt-events." + format.suffix() + "\"");
        try {
            // Not closed unless all is said: the end of the body is the word that nothing is missing.
            OutputStream out = response.outputStream();
            RowFile file = format.begin(out, export.head());
            Reading reading = Reading.of(request);
            reading.add(List.of());
            rows.each(row -> {
                reading.add(List.of(row));
                file.write(row);
                return true;
            });
            file.finish();
            out.close();
        } catch (IOException | UncheckedIOException | CloseConnectionException e) {
            LOG.debug("an export was not taken to its end: {}", e.toString());
            throw new CloseConnectionException("the caller of an export has left", e);
        } catch (RuntimeException e) {
            LOG.error("an export ends unfinished", e);
            throw new CloseConnectionException("an export ends unfinished", e);
        }
    }

    private static void refuseTooMany(ExportFormat format, ExportRows rows) {
        if (format.rowsMax().isEmpty()) {
            return;
        }
        long max = format.rowsMax().getAsLong();
        try {
            if (rows.count(max + 1) > max) {
                throw new ProblemException(Problem.parameter(
                        "format",
                        "A file of format " + format.suffix() + " holds " + max
                                + " rows, and the filter lets more through. Narrow the filter, by \"from\" and \"to\" for"
                                + " example, or take format=xlsx or format=csv."));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("counting writes nothing", e);
        }
    }

    private static Set<String> known() {
        Set<String> names = new TreeSet<>(EventQuery.FILTERS);
        names.add("format");
        return names;
    }
}
