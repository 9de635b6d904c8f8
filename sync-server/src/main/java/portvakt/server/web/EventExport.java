package portvakt.server.web;

import io.helidon.common.uri.UriQuery;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EntryLog.Cursor;
import portvakt.server.port.EntryLog.Filter;
import portvakt.server.port.LogEntry;
import portvakt.server.port.Right;

/**
 * All of the log that a filter lets through, oldest first, as a file. One page is in memory at a time, and the next one is read when
 * the caller has taken the last, so a slow caller costs nothing but its connection. It ends with the newest row there was when it
 * began. An export that cannot be finished ends in a broken connection, never in a file that looks whole.
 */
final class EventExport {

    static final String PATH = EventApi.PATH + "/export";

    private static final Logger LOG = LoggerFactory.getLogger(EventExport.class);
    private static final Set<String> KNOWN = known();

    private final EntryLog log;

    EventExport(EntryLog log) {
        this.log = log;
    }

    List<Route> routes() {
        return List.of(Route.api(Method.GET, PATH, Right.SEE_PASSAGES, this::export));
    }

    private void export(ServerRequest request, ServerResponse response) {
        UriQuery query = request.query();
        EventQuery.refuseUnknown(query, KNOWN);
        ExportFormat format = ExportFormat.of(EventQuery.value(query, "format"));
        EventApi.Asked asked = EventApi.asked(request, EventQuery.filter(query));
        Filter filter = asked.filter();
        boolean whole = asked.whole();
        long newest = log.before(Long.MAX_VALUE, 1, Filter.NONE).stream()
                .mapToLong(LogEntry::id)
                .findFirst()
                .orElse(0);
        // Before the head of the answer: what is wrong with it can be said in a problem document.
        EntryLog.Page first = log.page(filter, Cursor.START, EntryLog.LIMIT_MAX);
        response.header(HeaderNames.CONTENT_TYPE, format.mediaType())
                .header(
                        HeaderNames.CONTENT_DISPOSITION,
                        "attachment; filename=\"portvakt-events." + format.suffix() + "\"");
        try {
            // Not closed unless all is said: the end of the body is the word that nothing is missing.
            Writer out = new BufferedWriter(new OutputStreamWriter(response.outputStream(), StandardCharsets.UTF_8));
            Reading.shown(request, List.of());
            write(request, first, filter, newest, format.lines(out, whole));
            out.close();
        } catch (IOException | UncheckedIOException | CloseConnectionException e) {
            LOG.debug("an export was not taken to its end: {}", e.toString());
            throw new CloseConnectionException("the caller of an export has left", e);
        } catch (RuntimeException e) {
            LOG.error("an export ends unfinished", e);
            throw new CloseConnectionException("an export ends unfinished", e);
        }
    }

    private void write(ServerRequest request, EntryLog.Page first, Filter filter, long newest, ExportFormat.Lines lines)
            throws IOException {
        EntryLog.Page page = first;
        while (true) {
            Reading.more(request, page.rows());
            for (LogEntry row : page.rows()) {
                if (row.id() <= newest) {
                    lines.write(row);
                } else if (!filter.inOrderOfTime()) {
                    return;
                }
            }
            if (page.next().isEmpty()) {
                return;
            }
            page = log.page(filter, new Cursor.After(page.next().get()), EntryLog.LIMIT_MAX);
        }
    }

    private static Set<String> known() {
        Set<String> names = new TreeSet<>(EventQuery.FILTERS);
        names.add("format");
        return names;
    }
}
