package portvakt.server.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.server.port.EntryLog.Filter;
import portvakt.server.port.Principal;
import portvakt.server.port.Right;
import portvakt.server.web.export.ExportJobs;
import portvakt.server.web.export.ExportJobs.Owner;
import portvakt.server.web.export.ExportOrder;
import portvakt.server.web.export.ExportRefusedException;
import portvakt.server.web.export.ExportState;
import portvakt.server.web.export.ExportWords;
import portvakt.server.web.export.FilterWords;
import portvakt.server.web.view.ExportPageView;
import portvakt.server.web.view.ExportView;
import portvakt.server.web.view.LogView;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.Texts;

/**
 * Exports that somebody waits for: begun by a form, watched, cancelled, downloaded once. A page of its own shows each of them; with
 * a script the same words stand in the log's page, which then asks for them alone ({@code …/part}).
 */
final class ExportPages {

    static final String PATH = "/exports";

    private static final List<ExportFormat> FORMATS =
            List.of(ExportFormat.XLSX, ExportFormat.PDF, ExportFormat.CSV, ExportFormat.JSONL);
    private static final String ONE_PATH = PATH + "/{id}";
    private static final String PART = "part";
    private static final Status INSUFFICIENT_STORAGE = Status.create(507);
    private static final Logger LOG = LoggerFactory.getLogger(ExportPages.class);

    private final Exports exports;
    private final ExportJobs jobs;
    private final Pages pages;
    private final InstantSource clock;

    ExportPages(Exports exports, ExportJobs jobs, Pages pages, InstantSource clock) {
        this.exports = exports;
        this.jobs = jobs;
        this.pages = pages;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.form(PATH, Right.SEE_PASSAGES, this::begin),
                Route.page(ONE_PATH, Right.SEE_PASSAGES, this::page).showsNobody(),
                Route.page(ONE_PATH + "/" + PART, Right.SEE_PASSAGES, this::part)
                        .showsNobody(),
                Route.form(ONE_PATH + "/cancel", Right.SEE_PASSAGES, this::cancel),
                Route.page(ONE_PATH + "/file", Right.SEE_PASSAGES, this::file));
    }

    /** What the caller's session has here, for the page that they began it on. */
    List<ExportView> views(ServerRequest request) {
        Texts texts = pages.texts(request);
        String token = FormToken.of(secret(request));
        return jobs.of(owner(request)).reversed().stream()
                // Who took or cancelled it knows.
                .filter(job ->
                        !(job.state() instanceof ExportState.Taken) && !(job.state() instanceof ExportState.Cancelled))
                .map(job -> ExportWords.of(job, texts, token))
                .toList();
    }

    /** What there is to choose from, in the order that people ask for it. */
    static List<LogView.Format> formats(Texts texts) {
        return FORMATS.stream()
                .map(format -> new LogView.Format(
                        format.suffix(),
                        texts.text("export.format." + format.suffix()),
                        texts.text(
                                "export.use." + format.suffix(),
                                format.rowsMax().orElse(0)),
                        format == FORMATS.getFirst()))
                .toList();
    }

    private void begin(ServerRequest request, ServerResponse response) {
        Optional<Form> sent = pages.form(request, response);
        if (sent.isEmpty()) {
            return;
        }
        Form form = sent.get();
        Texts texts = pages.texts(request);
        try {
            ExportFormat format = ExportFormat.of(Optional.of(form.value("format")));
            Filter filter =
                    EventApi.asked(request, EventQuery.filter(request.query())).filter();
            ExportJobs.Export job =
                    jobs.start(owner(request), order(Authentication.principal(request), filter, format, texts));
            Pages.redirect(response, PATH + "/" + job.id() + (form.value(PART).isEmpty() ? "" : "/" + PART));
        } catch (ProblemException e) {
            // Only a mistyped address comes here: the form has nothing of the kind.
            throw new HttpException(e.getMessage(), Status.create(e.problem().status()));
        } catch (ExportRefusedException e) {
            response.status(
                    switch (e.reason()) {
                        case ACCOUNT_BUSY -> Status.CONFLICT_409;
                        case SERVER_BUSY -> Status.SERVICE_UNAVAILABLE_503;
                        case DISK_FULL -> INSUFFICIENT_STORAGE;
                    });
            ExportView refused = ExportWords.refused(
                    texts,
                    texts.text("export.refused." + e.reason(), ExportJobs.PER_ACCOUNT_MAX, ExportJobs.RUNNING_MAX));
            send(request, response, refused, !form.value(PART).isEmpty(), LogPage.PATH);
        }
    }

    private ExportOrder order(Principal principal, Filter filter, ExportFormat format, Texts texts) {
        Exports.Export export = exports.begin(principal, filter, format, texts);
        String day = texts.localDateTime(clock.instant()).replace(":", "").replace('T', '-');
        return new ExportOrder(
                filter,
                texts.text("export.format." + format.suffix()) + " · " + new FilterWords(texts).of(filter),
                LogPage.PATH + LogQuestion.address(filter, texts),
                "portvakt-" + filter.site().map(site -> site + "-").orElse("") + day + "." + format.suffix(),
                format.mediaType(),
                export::open,
                out -> format.begin(out, export.head()),
                format.rowsMax());
    }

    private void page(ServerRequest request, ServerResponse response) {
        show(request, response, false);
    }

    private void part(ServerRequest request, ServerResponse response) {
        show(request, response, true);
    }

    private void show(ServerRequest request, ServerResponse response, boolean part) {
        ExportJobs.Export job = job(request);
        if (!part && job.state() instanceof ExportState.Running) {
            // Who has no script sees it go on all the same.
            response.header("Refresh", "2");
        }
        send(
                request,
                response,
                ExportWords.of(job, pages.texts(request), FormToken.of(secret(request))),
                part,
                job.order().back());
    }

    private void send(ServerRequest request, ServerResponse response, ExportView view, boolean part, String back) {
        if (part) {
            response.header("Vary", "Cookie, Accept-Language");
            pages.send(response, "export-job", view);
            return;
        }
        PageFrame frame = pages.frame(request, response, LogPage.PATH);
        pages.send(response, "export", new ExportPageView(frame, view, back));
    }

    private void cancel(ServerRequest request, ServerResponse response) {
        Optional<Form> sent = pages.form(request, response);
        if (sent.isEmpty()) {
            return;
        }
        Form form = sent.get();
        ExportJobs.Export job = job(request);
        jobs.cancel(owner(request), job.id());
        Pages.redirect(response, PATH + "/" + job.id() + (form.value(PART).isEmpty() ? "" : "/" + PART));
    }

    private void file(ServerRequest request, ServerResponse response) throws IOException {
        ExportJobs.Export job = job(request);
        Owner owner = owner(request);
        Path file = jobs.file(owner, job.id()).orElseThrow(ExportPages::noSuchExport);
        if (job.state() instanceof ExportState.Ready(long rows, long _)) {
            Reading.ofFile(request, job.order().filter(), rows, clock.instant());
        }
        response.header(HeaderNames.CONTENT_TYPE, job.order().mediaType())
                .header(
                        HeaderNames.CONTENT_DISPOSITION,
                        "attachment; filename=\"" + job.order().fileName() + "\"");
        try {
            response.contentLength(Files.size(file));
            OutputStream out = response.outputStream();
            Files.copy(file, out);
            out.close();
        } catch (NoSuchFileException e) {
            // Downloaded in another window, or its hour was over, since it was looked for.
            throw noSuchExport();
        } catch (IOException | UncheckedIOException e) {
            // It stays: the owner may try again.
            LOG.debug("an exported file was not taken to its end: {}", e.toString());
            throw new CloseConnectionException("the caller of a file has left", e);
        }
        jobs.taken(owner, job.id());
    }

    private ExportJobs.Export job(ServerRequest request) {
        return jobs.find(owner(request), request.path().pathParameters().get("id"))
                .orElseThrow(ExportPages::noSuchExport);
    }

    private static HttpException noSuchExport() {
        return new HttpException("no such export", Status.NOT_FOUND_404);
    }

    private Owner owner(ServerRequest request) {
        // A digest of the session's secret: it names the session and does not open it.
        return new Owner(Authentication.principal(request).name(), FormToken.of(secret(request)));
    }

    private String secret(ServerRequest request) {
        return pages.cookies()
                .formSecret(request)
                .orElseThrow(() -> new IllegalStateException("a page without a session"));
    }
}
