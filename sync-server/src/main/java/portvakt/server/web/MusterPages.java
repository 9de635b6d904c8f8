package portvakt.server.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.server.log.EventReader;
import portvakt.server.port.Musters;
import portvakt.server.port.Musters.Muster;
import portvakt.server.port.Musters.Person;
import portvakt.server.port.Right;
import portvakt.server.web.view.MusterBoardView;
import portvakt.server.web.view.MusterCopyView;
import portvakt.server.web.view.MusterView;
import portvakt.server.web.view.MusterWording;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.Texts;

/**
 * The pages of a muster: begin, tick off on as many phones as there are, end; a copy for paper and for a phone without a network.
 * Of use without any script.
 */
final class MusterPages {

    static final String PATH = "/muster";

    private static final Logger LOG = LoggerFactory.getLogger(MusterPages.class);
    private static final String ONE_PATH = PATH + "/{id}";
    private static final Status UNPROCESSABLE = Status.create(422);
    private static final int SHOWN = 20;

    private final MusterDesk desk;
    private final Musters musters;
    private final SitePlaces places;
    private final MusterStream stream;
    private final Pages pages;
    private final InstantSource clock;

    MusterPages(MusterDesk desk, SitePlaces places, MusterStream stream, Pages pages, InstantSource clock) {
        this.desk = desk;
        this.musters = desk.musters();
        this.places = places;
        this.stream = stream;
        this.pages = pages;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.page(PATH, Right.HOLD_MUSTER, this::show),
                Route.form(PATH, Right.HOLD_MUSTER, this::start),
                Route.page(ONE_PATH, Right.HOLD_MUSTER, this::board),
                Route.form(ONE_PATH + "/ticks", Right.HOLD_MUSTER, this::tick),
                Route.form(ONE_PATH + "/people", Right.HOLD_MUSTER, this::add),
                Route.form(ONE_PATH + "/end", Right.HOLD_MUSTER, this::end),
                Route.page(ONE_PATH + "/copy", Right.HOLD_MUSTER, this::copy),
                Route.stream(ONE_PATH + "/stream", Right.HOLD_MUSTER, this::follow));
    }

    private void show(ServerRequest request, ServerResponse response) {
        List<SitePlaces.Place> sites = places.of(Authentication.principal(request), Right.HOLD_MUSTER);
        Optional<String> asked = request.query().first(Scope.SITE).asOptional();
        send(request, response, sites, SitePlaces.chosen(sites, asked), Optional.empty());
    }

    private void send(
            ServerRequest request,
            ServerResponse response,
            List<SitePlaces.Place> sites,
            SitePlaces.Place site,
            Optional<String> error) {
        Instant now = clock.instant();
        PageFrame frame = pages.frame(request, response, PATH);
        Texts texts = frame.texts().in(site.zone());
        MusterWording wording = new MusterWording(texts, false, now);
        pages.send(
                response,
                "muster",
                new MusterView(
                        frame,
                        sites.stream().map(MusterPages::view).toList(),
                        view(site),
                        musters.underWay(site.name()).map(MusterPages::url),
                        desk.burns(site.name(), now),
                        musters.newest(site.name(), SHOWN).stream()
                                .filter(muster -> !muster.isUnderWay())
                                .map(muster -> held(muster, wording, texts, now))
                                .toList(),
                        error.map(texts::text)));
    }

    private MusterView.Held held(Muster muster, MusterWording wording, Texts texts, Instant now) {
        List<Person> people = musters.people(muster, now);
        MusterBoardView.Sum sum = wording.sum(muster, wording.rows(muster, people, "", ""), people);
        return new MusterView.Held(
                url(muster),
                texts.moment(muster.startedAt(), now),
                wording.kind(muster),
                sum.missing() == 0
                        ? texts.text(
                                "muster.result.all", sum.total(), sum.finished().orElse("–"))
                        : texts.text("muster.result.missing", sum.missing(), sum.total()));
    }

    private static MusterView.Place view(SitePlaces.Place place) {
        return new MusterView.Place(place.name(), place.title(), PATH + "?site=" + place.name());
    }

    private void start(ServerRequest request, ServerResponse response) {
        Optional<Form> form = pages.form(request, response);
        if (form.isEmpty()) {
            return;
        }
        SitePlaces.Place site = SitePlaces.chosen(
                places.of(Authentication.principal(request), Right.HOLD_MUSTER),
                Optional.of(form.get().value(Scope.SITE)));
        boolean drill = !form.get().value("kind").equals("alarm");
        Muster muster = musters.start(site.name(), drill, author(request), clock.instant());
        LOG.info(
                "{} began muster {} of {}, a {}",
                author(request),
                muster.id(),
                site.name(),
                drill ? "drill" : "roll call");
        stream.changed();
        Pages.redirect(response, url(muster));
    }

    private void board(ServerRequest request, ServerResponse response) {
        sendBoard(request, response, muster(request));
    }

    private void sendBoard(ServerRequest request, ServerResponse response, Muster muster) {
        MusterStream.Board board = stream.board(request, muster, clock.instant());
        PageFrame frame = pages.frame(request, response, PATH + "/" + muster.id());
        pages.send(response, "musterboard", view(frame, muster, board));
    }

    private MusterBoardView view(PageFrame frame, Muster muster, MusterStream.Board board) {
        return new MusterBoardView(
                frame,
                places.title(muster.site()),
                url(muster),
                muster.drill(),
                muster.isUnderWay(),
                board.wording().started(muster),
                muster.startedAt().toString(),
                board.wording().ended(muster),
                board.sum(),
                board.doubts(),
                board.rows(),
                muster.isUnderWay() ? url(muster) + "/stream?at=" + board.digest() : "");
    }

    private void tick(ServerRequest request, ServerResponse response) {
        change(request, response, (muster, form) -> {
            long person = number(form.value("person"));
            boolean found = form.value("found").equals("yes");
            return musters.tick(muster, person, found, author(request), clock.instant());
        });
    }

    private void add(ServerRequest request, ServerResponse response) {
        change(
                request,
                response,
                (muster, form) -> EventReader.text(form.value("name"), Musters.NAME_CHARS_MAX)
                        .map(name -> musters.add(muster, name, author(request), clock.instant()))
                        .orElse(false));
    }

    private void end(ServerRequest request, ServerResponse response) {
        change(request, response, (muster, _) -> {
            boolean ended = musters.end(muster, author(request), clock.instant());
            LOG.info("{} ended muster {} of {}", author(request), muster.id(), muster.site());
            return ended;
        });
    }

    private interface Change {
        boolean of(Muster muster, Form form);
    }

    /** A page's own script asks quietly and shows what the stream tells; a form gets the page anew. */
    private void change(ServerRequest request, ServerResponse response, Change change) {
        Optional<Form> form = pages.form(request, response);
        if (form.isEmpty()) {
            return;
        }
        Muster muster = muster(request);
        boolean taken = change.of(muster, form.get());
        stream.changed();
        if (form.get().value("quiet").equals("yes")) {
            response.status(taken ? Status.NO_CONTENT_204 : Status.CONFLICT_409).send();
        } else if (taken) {
            Pages.redirect(response, url(muster));
        } else {
            response.status(UNPROCESSABLE);
            sendBoard(request, response, muster(request));
        }
    }

    private void copy(ServerRequest request, ServerResponse response) {
        Muster muster = muster(request);
        Instant now = clock.instant();
        MusterStream.Board board = stream.board(request, muster, now);
        PageFrame frame = pages.frame(request, response, PATH);
        response.header(
                HeaderNames.CONTENT_DISPOSITION,
                "attachment; filename=\"muster-" + muster.site() + "-" + muster.id() + ".html\"");
        pages.send(
                response,
                "mustercopy",
                new MusterCopyView(view(frame, muster, board), frame.texts().dateAndTime(now)));
    }

    private void follow(ServerRequest request, ServerResponse response) throws Exception {
        Optional<Muster> muster = find(request);
        if (muster.isEmpty()) {
            response.status(Status.NOT_FOUND_404).send();
            return;
        }
        stream.follow(request, response, muster.get());
    }

    private Muster muster(ServerRequest request) {
        return find(request).orElseThrow(() -> new HttpException("no such muster", Status.NOT_FOUND_404));
    }

    /** Of a site where the caller holds musters. */
    private Optional<Muster> find(ServerRequest request) {
        String id = request.path().pathParameters().get("id");
        return id.matches("[0-9]{1,18}")
                ? musters.find(number(id))
                        .filter(muster -> Authentication.principal(request).may(Right.HOLD_MUSTER, muster.site()))
                : Optional.empty();
    }

    private static long number(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }

    private static String url(Muster muster) {
        return PATH + "/" + muster.id();
    }

    private static String author(ServerRequest request) {
        return Authentication.principal(request).name();
    }
}
