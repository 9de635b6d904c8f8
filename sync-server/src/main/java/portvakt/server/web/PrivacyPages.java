package portvakt.server.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import portvakt.protocol.CardNumber;
import portvakt.server.port.Erasure;
import portvakt.server.port.PersonalData.Part;
import portvakt.server.port.Principal;
import portvakt.server.port.PrivacyCases;
import portvakt.server.port.PrivacyCases.Case;
import portvakt.server.port.PrivacyCases.Decision;
import portvakt.server.port.PrivacyCases.Kind;
import portvakt.server.port.Restrictions;
import portvakt.server.port.Restrictions.Restriction;
import portvakt.server.port.Right;
import portvakt.server.port.RowCorrections;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.PassesView;
import portvakt.server.web.view.PersonDataView;
import portvakt.server.web.view.PersonWording;
import portvakt.server.web.view.PrivacyView;
import portvakt.server.web.view.Texts;

/** The pages where people's requests are taken down, answered and carried out: one for a site, one for a person. */
final class PrivacyPages {

    static final String PATH = "/privacy";

    private static final String PERSON_PATH = PATH + "/{site}/persons/{card}";
    private static final Status UNPROCESSABLE = Status.create(422);

    private final PrivacyDesk desk;
    private final Pages pages;
    private final InstantSource clock;

    PrivacyPages(PrivacyDesk desk, Pages pages, InstantSource clock) {
        this.desk = desk;
        this.pages = pages;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.page(PATH, Right.HANDLE_PRIVACY, this::all),
                Route.page(PERSON_PATH, Right.HANDLE_PRIVACY, this::person),
                Route.page(PERSON_PATH + "/file", Right.HANDLE_PRIVACY, this::file),
                Route.form(PERSON_PATH + "/cases", Right.HANDLE_PRIVACY, this::open),
                Route.form(PERSON_PATH + "/cases/{id}", Right.HANDLE_PRIVACY, this::close),
                Route.form(PERSON_PATH + "/restriction", Right.HANDLE_PRIVACY, this::freeze),
                Route.form(PERSON_PATH + "/restriction/lift", Right.HANDLE_PRIVACY, this::lift),
                Route.form(PERSON_PATH + "/corrections", Right.HANDLE_PRIVACY, this::correct),
                Route.form(PERSON_PATH + "/erasure", Right.ERASE, this::erase));
    }

    private static HttpException notFound() {
        return new HttpException("no such site or person", Status.NOT_FOUND_404);
    }

    private void all(ServerRequest request, ServerResponse response) {
        Principal principal = Authentication.principal(request);
        List<PrivacyDesk.Site> sites = desk.sites().stream()
                .filter(site -> principal.may(Right.HANDLE_PRIVACY, site.name()))
                .toList();
        Optional<String> asked = Scope.ofPage(principal, Right.HANDLE_PRIVACY, request.query());
        PrivacyDesk.Site site = sites.stream()
                .filter(each -> asked.map(each.name()::equals).orElse(true))
                .findFirst()
                .orElseThrow(PrivacyPages::notFound);
        String card = request.query().first("card").orElse("").strip();
        // A pass has a number too, of its own length.
        Optional<CardNumber> found = CardNumber.parse(card, desk.acceptedCardNumbers())
                .or(() -> Optional.of(card.replaceAll("[\\s-]", ""))
                        .filter(text -> text.matches("[0-9]{1,16}"))
                        .map(CardNumber::new));
        if (found.isPresent()) {
            Pages.redirect(response, url(site.name(), found.get()));
            return;
        }
        PageFrame frame = pages.frame(request, response, PATH);
        Texts texts = frame.texts().in(site.zone());
        PersonWording wording = new PersonWording(texts);
        LocalDate today = site.day(clock.instant());
        List<Case> open = desk.cases().open(site.name());
        List<Restriction> frozen =
                List.copyOf(desk.restrictions().frozen(site.name()).values());
        Reading.at(request, Optional.of(site.name()));
        Reading.shown(request, open.size() + frozen.size());
        pages.send(
                response,
                "privacy",
                new PrivacyView(
                        frame,
                        sites.stream()
                                .map(each -> new PassesView.Place(
                                        each.title(), PATH + "?site=" + each.name(), each.equals(site)))
                                .toList(),
                        site.name(),
                        site.title(),
                        card,
                        card.isEmpty() ? Optional.empty() : Optional.of(texts.text("audit.bad.card")),
                        open.stream()
                                .map(each -> new PrivacyView.CaseLine(
                                        each.id(),
                                        url(site.name(), each.card()),
                                        wording.kind(each),
                                        each.card().digits(),
                                        texts.day(each.receivedOn()),
                                        wording.left(each, today),
                                        wording.css(each, today),
                                        each.grounds()))
                                .toList(),
                        frozen.stream()
                                .map(each -> new PrivacyView.FrozenLine(
                                        url(site.name(), each.card()),
                                        each.card().digits(),
                                        texts.text("restricted.why", texts.date(each.since()), each.reason())))
                                .toList(),
                        desk.operator().complaints().map(text -> in(text, texts))));
    }

    static String in(PrivacyDesk.InBoth text, Texts texts) {
        return texts.language() == Texts.Language.NB ? text.nb() : text.en();
    }

    private static String url(String site, CardNumber card) {
        return PATH + "/" + site + "/persons/" + card.digits();
    }

    private record Subject(PrivacyDesk.Site site, CardNumber card) {
        String url() {
            return PrivacyPages.url(site.name(), card);
        }
    }

    private Subject subject(ServerRequest request) {
        String card = request.path().pathParameters().get("card");
        if (!card.matches("[0-9]{1,16}")) {
            throw notFound();
        }
        return new Subject(
                desk.find(request.path().pathParameters().get(Scope.SITE)).orElseThrow(PrivacyPages::notFound),
                new CardNumber(card));
    }

    private void person(ServerRequest request, ServerResponse response) {
        send(request, response, subject(request), List.of(), "person");
    }

    /** The same without forms, to be handed over. */
    private void file(ServerRequest request, ServerResponse response) {
        Subject subject = subject(request);
        response.header(
                HeaderNames.CONTENT_DISPOSITION,
                "attachment; filename=\"access-" + subject.site.name() + "-" + subject.card.digits() + ".html\"");
        send(request, response, subject, List.of(), "person-file");
    }

    private void send(
            ServerRequest request, ServerResponse response, Subject subject, List<String> errors, String template) {
        Instant now = clock.instant();
        PrivacyDesk.Site site = subject.site;
        PageFrame frame = pages.frame(request, response, PATH);
        Texts texts = frame.texts().in(site.zone());
        PersonWording wording = new PersonWording(texts);
        PersonFile file = PersonFile.of(desk, site, subject.card, now);
        Optional<Restriction> frozen = file.restrictions().stream()
                .filter(each -> each.liftedAt().isEmpty())
                .findFirst();
        Reading.shown(request, file.rows());
        pages.send(
                response,
                template,
                new PersonDataView(
                        frame,
                        subject.url(),
                        PATH + "?site=" + site.name(),
                        subject.card.digits(),
                        site.title(),
                        texts.text(
                                "person.made",
                                texts.dateAndTime(now),
                                Authentication.principal(request).name()),
                        errors,
                        frozen.map(each -> texts.text("restricted.why", texts.date(each.since()), each.reason())),
                        file.cases().stream()
                                .map(each ->
                                        wording.caseLine(each, site.day(now), subject.url() + "/cases/" + each.id()))
                                .toList(),
                        wording.parts(file.items(), file.corrections()),
                        file.viewed().stream()
                                .map(row -> AuditPage.line(texts, row))
                                .toList(),
                        file.listsThatMayHaveShown().stream()
                                .map(row -> AuditPage.line(texts, row))
                                .toList(),
                        retention(texts, site, file),
                        erasure(texts, file, frozen.isPresent()),
                        frozen.isEmpty() && Authentication.principal(request).may(Right.ERASE, site.name()),
                        site.day(now).toString(),
                        wording.choices(file.items())));
    }

    private List<String> retention(Texts texts, PrivacyDesk.Site site, PersonFile file) {
        List<String> said = new ArrayList<>();
        said.add(texts.text("person.goes.passages", texts.period(site.passages())));
        said.add(file.listGoes()
                .map(day -> texts.text("person.goes.list", texts.day(day)))
                .orElseGet(() -> texts.text("person.goes.list-later", texts.period(site.list()))));
        said.add(texts.text("person.goes.passes", texts.period(site.passNotes())));
        said.add(texts.text("person.goes.audit", texts.period(desk.operator().auditKept())));
        file.cutAt().ifPresent(most -> said.add(texts.text("person.cut", most)));
        return said;
    }

    private static List<String> erasure(Texts texts, PersonFile file, boolean frozen) {
        List<String> said = new ArrayList<>();
        said.add(texts.text(frozen ? "erase.frozen" : "erase.passages"));
        boolean listed = file.items().stream().anyMatch(item -> item.part() == Part.SITE_LIST);
        if (listed) {
            said.add(file.listGoes()
                    .map(day -> texts.text("erase.list", texts.day(day)))
                    .orElseGet(() -> texts.text("erase.list-later")));
        }
        return said;
    }

    /** @param order does what the form says, or names the text that says what is wrong */
    private void take(ServerRequest request, ServerResponse response, Function<Order, Optional<String>> order) {
        Optional<Form> sent = pages.form(request, response);
        if (sent.isEmpty()) {
            return;
        }
        Subject subject = subject(request);
        Optional<String> wrong = order.apply(new Order(
                sent.get(),
                subject.site,
                subject.card,
                Authentication.principal(request).name(),
                clock.instant()));
        if (wrong.isEmpty()) {
            Pages.redirect(response, subject.url());
            return;
        }
        response.status(UNPROCESSABLE);
        send(request, response, subject, List.of(pages.texts(request).text(wrong.get())), "person");
    }

    private record Order(Form form, PrivacyDesk.Site site, CardNumber card, String by, Instant now) {

        /** @return what stands in the field; empty if nothing does, or too much, or an identity number */
        Optional<String> text(String field, int most) {
            return PrivacyPages.text(form.value(field), most);
        }
    }

    /** A text that somebody wrote for the record, as it is kept. */
    static Optional<String> text(String given, int most) {
        return Optional.of(given.strip())
                .filter(text -> !text.isEmpty() && text.length() <= most)
                .filter(text -> !PersonFields.holdsIdentityNumber(text));
    }

    private void open(ServerRequest request, ServerResponse response) {
        take(request, response, order -> {
            Optional<Kind> kind = Arrays.stream(Kind.values())
                    .filter(each -> each.name().equals(order.form.value("kind")))
                    .findAny();
            Optional<LocalDate> received = PersonFields.day(order.form.value("receivedOn"))
                    .filter(day -> !day.isAfter(order.site.day(order.now)));
            Optional<String> grounds = order.text("grounds", PrivacyCases.TEXT_CHARS_MAX);
            if (kind.isEmpty() || received.isEmpty() || grounds.isEmpty()) {
                return Optional.of("privacy.fault.case");
            }
            desk.cases()
                    .open(
                            order.site.name(),
                            order.card,
                            kind.get(),
                            received.get(),
                            grounds.get(),
                            order.by,
                            order.now);
            return Optional.empty();
        });
    }

    private void close(ServerRequest request, ServerResponse response) {
        String id = request.path().pathParameters().get("id");
        take(request, response, order -> {
            Optional<Decision> decision = Arrays.stream(Decision.values())
                    .filter(each -> each.name().equals(order.form.value("decision")))
                    .findAny();
            Optional<String> answer = order.text("answer", PrivacyCases.TEXT_CHARS_MAX);
            boolean theirs = desk.cases().casesOf(order.site.name(), order.card).stream()
                    .anyMatch(each -> Long.toString(each.id()).equals(id));
            if (decision.isEmpty()
                    || answer.isEmpty()
                    || !theirs
                    || desk.cases()
                            .close(
                                    order.site.name(),
                                    Long.parseLong(id),
                                    decision.get(),
                                    answer.get(),
                                    order.by,
                                    order.now)
                            .isEmpty()) {
                return Optional.of("privacy.fault.answer");
            }
            return Optional.empty();
        });
    }

    private void freeze(ServerRequest request, ServerResponse response) {
        take(request, response, order -> {
            Optional<String> reason = order.text("reason", Restrictions.REASON_CHARS_MAX);
            if (reason.isEmpty()) {
                return Optional.of("privacy.fault.reason");
            }
            desk.restrictions().freeze(order.site.name(), order.card, reason.get(), order.by, order.now);
            return Optional.empty();
        });
    }

    private void lift(ServerRequest request, ServerResponse response) {
        take(
                request,
                response,
                order -> desk.restrictions().lift(order.site.name(), order.card, order.by, order.now)
                        ? Optional.empty()
                        : Optional.of("privacy.fault.not-frozen"));
    }

    private void correct(ServerRequest request, ServerResponse response) {
        take(request, response, order -> {
            String[] row = order.form.value("row").split("-", 2);
            Optional<String> words = order.text("words", RowCorrections.WORDS_CHARS_MAX);
            boolean named = row.length == 2 && List.of("LOG", "LIST").contains(row[0]) && row[1].matches("[0-9]{1,18}");
            if (!named
                    || words.isEmpty()
                    || desk.corrections()
                            .add(
                                    order.site.name(),
                                    order.card,
                                    RowCorrections.About.valueOf(row[0]),
                                    Long.parseLong(row[1]),
                                    words.get(),
                                    order.by,
                                    order.now)
                            .isEmpty()) {
                return Optional.of("privacy.fault.correction");
            }
            return Optional.empty();
        });
    }

    private void erase(ServerRequest request, ServerResponse response) {
        take(request, response, order -> {
            Optional<String> reason = order.text("reason", ErasureApi.REASON_CHARS_MAX);
            if (reason.isEmpty()) {
                return Optional.of("privacy.fault.reason");
            }
            if (desk.restrictions().frozen(order.site.name()).containsKey(order.card)) {
                return Optional.of("erase.frozen");
            }
            Erasure.Outcome outcome = desk.erasure()
                    .erase(
                            new Erasure.Scope(order.site.name(), Optional.of(order.card), Optional.empty()),
                            order.by,
                            reason.get(),
                            order.now);
            return outcome instanceof Erasure.Outcome.OnSite ? Optional.of("erase.on-site") : Optional.empty();
        });
    }
}
