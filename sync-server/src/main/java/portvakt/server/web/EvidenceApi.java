package portvakt.server.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Topics;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.evidence.ChainExport;
import portvakt.server.evidence.ChainFile;
import portvakt.server.port.Evidence;
import portvakt.server.port.RegisterRecords;
import portvakt.server.port.RegisterRecords.Action;
import portvakt.server.port.RegisterRecords.Note;
import portvakt.server.port.Right;
import portvakt.server.port.StorageException;

/** Hands out a gate's chain for {@code ./portvakt verify-log}. Who took it stands in the audit. */
final class EvidenceApi {

    static final String CHAIN_TYPE = "application/jsonl";

    private static final Logger LOG = LoggerFactory.getLogger(EvidenceApi.class);
    private static final String PATH = "/api/v1/sites/{site}/gates/{gate}/chain";
    private static final Set<String> QUERY = new TreeSet<>(List.of("from", "to"));
    private static final int BUFFER_BYTES = 32 * 1024;

    private final EvidenceDesk desk;
    private final RegisterRecords audit;
    private final InstantSource clock;

    EvidenceApi(EvidenceDesk desk, RegisterRecords audit, InstantSource clock) {
        this.desk = desk;
        this.audit = audit;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(RegisterRoutes.api(Method.GET, PATH, Right.EXPORT_EVIDENCE, this::chain));
    }

    private void chain(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), QUERY);
        Evidence.Source source = source(request);
        long from = EventQuery.number(request.query(), "from", 1, Long.MAX_VALUE - 1)
                .orElse(1L);
        long to = Math.max(
                from - 1,
                Math.min(
                        source.last(),
                        EventQuery.number(request.query(), "to", 1, Long.MAX_VALUE - 1)
                                .orElse(Long.MAX_VALUE)));
        GateAddress gate = source.gate();
        // Before the first byte: what is handed out without a trace is handed out in secret.
        audit.note(new Note(
                Action.EXPORT,
                Optional.empty(),
                Optional.of(gate.site() + "/" + gate.gate()),
                Optional.of(RegisterRoutes.account(request)),
                Optional.empty(),
                "GIVEN",
                "chain, events " + from + " to " + to));
        ChainFile.Header header = new ChainFile.Header(
                gate, source.direction(), from, to, clock.instant(), source.certificates(), desk.authority());
        response.header(HeaderNames.CONTENT_TYPE, CHAIN_TYPE);
        response.header(
                HeaderNames.CONTENT_DISPOSITION,
                "attachment; filename=\"" + gate.site() + "-" + gate.gate() + "-" + from + "-" + to + ".jsonl\"");
        try (OutputStream out = new BufferedOutputStream(response.outputStream(), BUFFER_BYTES)) {
            long events = ChainExport.write(desk.evidence(), header, out);
            Reading.shown(request, (int) Math.min(events, Integer.MAX_VALUE));
            LOG.info(
                    "{} took {} events of the chain of {}/{}",
                    RegisterRoutes.account(request),
                    events,
                    gate.site(),
                    gate.gate());
        } catch (StorageException e) {
            LOG.error("the chain of {}/{} broke off, and its file has no end line", gate.site(), gate.gate(), e);
        } catch (IOException e) {
            // Whoever asked has left; what they have ends without an end line, and says so when it is checked.
            LOG.info("the chain of {}/{} was not taken to its end: {}", gate.site(), gate.gate(), e.getMessage());
        }
    }

    private Evidence.Source source(ServerRequest request) {
        String site = request.path().pathParameters().get("site");
        String gate = request.path().pathParameters().get("gate");
        Optional<Evidence.Source> found = Topics.isName(site) && Topics.isName(gate)
                ? desk.evidence().find(new GateAddress(site, gate))
                : Optional.empty();
        return found.orElseThrow(
                () -> RegisterRoutes.problem(Status.NOT_FOUND_404, "This server knows no gate of that name."));
    }
}
