package portvakt.server.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.server.adapter.register.CardImports;
import portvakt.server.adapter.register.CardImports.Result;
import portvakt.server.list.ImportPlan.Report;
import portvakt.server.list.ReleaseGuard;
import portvakt.server.port.Lists;
import portvakt.server.port.Right;

/** Files of card statuses, for those whose register neither pushes nor is pulled. By default it only tells what would change. */
final class ImportApi {

    /** Largest file, bytes. */
    static final long FILE_BYTES_MAX = 64L * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(ImportApi.class);
    private static final String PATH = "/api/v1/lists/{list}/imports";
    private static final Set<String> QUERY = new TreeSet<>(List.of("dryRun", "full", "released"));

    private final RegisterDesk desk;
    private final Lists lists;
    private final RefusalAudit refusals;
    private final CardImports imports;

    ImportApi(RegisterDesk desk, Lists lists, RefusalAudit refusals, InstantSource clock) {
        this.desk = desk;
        this.lists = lists;
        this.refusals = refusals;
        this.imports = new CardImports(
                desk.records(),
                desk.register(),
                desk.acceptedCardNumbers(),
                new ReleaseGuard(desk.releasePercentMax()),
                clock);
    }

    List<Route> routes() {
        return List.of(RegisterRoutes.api(Method.POST, PATH, Right.BAR_CARDS, this::take));
    }

    /** Whether a file may be sent there. */
    static boolean takesFile(String path) {
        return path.matches("/api/v1/lists/[^/]+/imports");
    }

    private void take(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), QUERY);
        String list = RegisterRoutes.list(request, lists);
        if (list.equals(desk.registerList())
                && !Authentication.principal(request).may(Right.IMPORT_REGISTER)) {
            String detail = "A file for the register's list is for administrators and programs alone.";
            refusals.refused(
                    Optional.of(list), "csv-import", Optional.of(RegisterRoutes.account(request)), "FORBIDDEN", detail);
            throw RegisterRoutes.problem(Status.FORBIDDEN_403, detail);
        }
        boolean dryRun = flag(request, "dryRun", true);
        CardImports.Request asked = new CardImports.Request(
                list,
                flag(request, "full", false),
                dryRun,
                EventQuery.number(request.query(), "released", 0, Integer.MAX_VALUE)
                        .map(Math::toIntExact),
                RegisterRoutes.account(request));
        boolean csv = request.headers()
                .contentType()
                .map(type -> type.mediaType().text().equalsIgnoreCase("text/csv"))
                .orElse(false);
        if (!csv || !request.content().hasEntity()) {
            throw RegisterRoutes.problem(
                    Status.UNSUPPORTED_MEDIA_TYPE_415, "Send the file as the body, with the Content-Type text/csv.");
        }
        try {
            send(response, list, imports.take(asked, request.content().inputStream()));
        } catch (CardImports.Unreadable e) {
            throw RegisterRoutes.problem(Status.BAD_REQUEST_400, e.getMessage());
        }
    }

    private static void send(ServerResponse response, String list, Result result) {
        switch (result) {
            case Result.Planned(Report report, boolean held) ->
                Json.send(response, json(report).put("applied", false).put("needsConfirmation", held));
            case Result.Applied(Report report) -> {
                LOG.info(
                        "A file changed list {}: {} added, {} removed, {} changed",
                        list,
                        report.added(),
                        report.removed(),
                        report.changed());
                Json.send(response, json(report).put("applied", true).put("needsConfirmation", false));
            }
            case Result.Invalid(Report report) ->
                refuse(
                        response,
                        Status.UNPROCESSABLE_CONTENT_422,
                        report,
                        "Nothing was changed: " + report.invalid()
                                + " rows cannot be taken. \"report\" says which and why.");
            case Result.Held(Report report) -> {
                LOG.error(
                        "ALARM: a file for list {} would make {} of {} listed cards valid at once; nothing was changed",
                        list,
                        report.removed(),
                        report.listed());
                refuse(
                        response,
                        Status.CONFLICT_409,
                        report,
                        "Nothing was changed: " + report.removed() + " of " + report.listed()
                                + " listed cards would become valid at once. If that is right, send it again with"
                                + " &released=" + report.removed() + ".");
            }
        }
    }

    private static void refuse(ServerResponse response, Status status, Report report, String detail) {
        ObjectNode problem = Json.MAPPER.valueToTree(Problem.of(status, detail));
        problem.set("report", json(report).put("applied", false));
        response.status(status);
        Json.send(response, "application/problem+json", problem);
    }

    private static ObjectNode json(Report report) {
        return Json.MAPPER.valueToTree(report);
    }

    private static boolean flag(ServerRequest request, String name, boolean otherwise) {
        return switch (EventQuery.value(request.query(), name).orElse(String.valueOf(otherwise))) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new ProblemException(Problem.parameter(name, "\"" + name + "\" has to be true or false."));
        };
    }
}
