package portvakt.server.web;

import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import portvakt.protocol.CardNumber;
import portvakt.server.port.Principal;
import portvakt.server.port.Right;
import portvakt.server.port.SiteList;
import portvakt.server.port.SiteList.Facts;
import portvakt.server.port.SiteList.NewLink;
import portvakt.server.port.SiteList.Person;
import portvakt.server.port.SiteList.Source;
import portvakt.server.port.SiteList.Version;
import portvakt.server.web.view.Notes;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.PassesView;
import portvakt.server.web.view.SiteListView;
import portvakt.server.web.view.SiteListWording;
import portvakt.server.web.view.Texts;

/** The page of the list that byggherreforskriften § 15 asks for: to be shown, kept and handed to an inspector. Of use without any script. */
final class SiteListPage {

    static final String PATH = "/site-list";

    /** Largest file, in characters. */
    static final int CSV_CHARS_MAX = 1024 * 1024;

    private static final Duration SEEN_WITHIN = Duration.ofDays(30);
    private static final int SEEN_MAX = 50;
    private static final int LINKS_SHOWN = 20;
    private static final int LINK_HOURS_MAX = 7 * 24;
    private static final Status UNPROCESSABLE = Status.create(422);

    private final PrivacyDesk desk;
    private final SiteList list;
    private final PersonNotes notes;
    private final Pages pages;
    private final InstantSource clock;

    SiteListPage(PrivacyDesk desk, PersonNotes notes, Pages pages, InstantSource clock) {
        this.notes = notes;
        this.desk = desk;
        this.list = desk.siteList();
        this.pages = pages;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.page(PATH, Right.SEE_SITE_LIST, this::show),
                Route.form(PATH + "/facts", Right.KEEP_SITE_LIST, this::state),
                Route.form(PATH + "/check", Right.KEEP_SITE_LIST, this::check),
                Route.form(PATH + "/rows", Right.KEEP_SITE_LIST, this::add),
                Route.form(PATH + "/import", Right.KEEP_SITE_LIST, this::take),
                Route.form(PATH + "/links", Right.KEEP_SITE_LIST, this::makeLink),
                Route.form(PATH + "/{site}/links/{id}/revoke", Right.KEEP_SITE_LIST, this::revoke));
    }

    /** Whether a file may be sent there. */
    static boolean takesFile(String path) {
        return path.equals(PATH + "/import") || path.matches("/api/v1/sites/[^/]+/site-list/imports");
    }

    /** What a page is to show beside the list. */
    private record Told(
            SortedMap<String, String> values,
            List<String> wrong,
            List<String> errors,
            Optional<String> newLink,
            String csv,
            Optional<String> notice) {

        static final Told NOTHING =
                new Told(new TreeMap<>(), List.of(), List.of(), Optional.empty(), "", Optional.empty());

        Told errors(List<String> said) {
            return new Told(values, wrong, said, newLink, csv, notice);
        }
    }

    private void show(ServerRequest request, ServerResponse response) {
        List<PrivacyDesk.Site> sites = sites(request, Right.SEE_SITE_LIST);
        Optional<String> asked = Scope.ofPage(Authentication.principal(request), Right.SEE_SITE_LIST, request.query());
        PrivacyDesk.Site site = asked.isPresent()
                ? site(sites, asked.get())
                : sites.stream().findFirst().orElseThrow(() -> new HttpException("no site", Status.NOT_FOUND_404));
        // Somebody seen at a gate: what their chip said stands in the form.
        SortedMap<String, String> values = new TreeMap<>();
        for (String name : List.of(PersonFields.NAME, PersonFields.EMPLOYER, PersonFields.CARD)) {
            request.query().first(name).asOptional().ifPresent(value -> values.put(name, value));
        }
        Optional<String> notice = request.query()
                .first("taken")
                .asOptional()
                .filter(counts -> counts.matches("[0-9]{1,6}-[0-9]{1,6}-[0-9]{1,6}"))
                .map(counts -> {
                    String[] parts = counts.split("-");
                    return pages.texts(request)
                            .text(
                                    "site-list.csv.taken",
                                    Integer.valueOf(parts[0]),
                                    Integer.valueOf(parts[1]),
                                    Integer.valueOf(parts[2]));
                });
        send(request, response, site, new Told(values, List.of(), List.of(), Optional.empty(), "", notice));
    }

    private List<PrivacyDesk.Site> sites(ServerRequest request, Right right) {
        Principal principal = Authentication.principal(request);
        return desk.sites().stream()
                .filter(site -> principal.may(right, site.name()))
                .toList();
    }

    private static PrivacyDesk.Site site(List<PrivacyDesk.Site> sites, String name) {
        return sites.stream()
                .filter(site -> site.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new HttpException("no such site", Status.NOT_FOUND_404));
    }

    private void send(ServerRequest request, ServerResponse response, PrivacyDesk.Site site, Told told) {
        PageFrame frame = pages.frame(request, response, PATH);
        Texts texts = frame.texts().in(site.zone());
        SiteListWording wording = new SiteListWording(texts);
        Instant now = clock.instant();
        boolean keeps = Authentication.principal(request).may(Right.KEEP_SITE_LIST, site.name());
        Optional<Facts> facts = list.facts(site.name());
        List<Version> rows = list.rows(site.name());
        Optional<SiteList.Check> check = list.lastCheck(site.name());
        Notes said = notes.ofList(
                texts,
                Authentication.principal(request),
                rows.stream().map(Version::row).toList());
        Reading.at(request, Optional.of(site.name()));
        Reading.shown(request, rows.size());
        pages.send(
                response,
                "site-list",
                new SiteListView(
                        frame,
                        sites(request, Right.SEE_SITE_LIST).stream()
                                .map(each -> new PassesView.Place(each.title(), url(each.name()), each.equals(site)))
                                .toList(),
                        wording.sheet(
                                site.name(),
                                site.title(),
                                facts,
                                rows,
                                row -> SiteListRowPage.url(site.name(), row.row()),
                                row -> marks(said, site, row)),
                        keeps,
                        check.map(wording::checked),
                        check.filter(last -> site.day(last.at()).equals(site.day(now)))
                                .isPresent(),
                        new SiteListView.FactsForm(
                                facts.map(Facts::address).orElse(""),
                                facts.map(Facts::client).orElse(""),
                                facts.flatMap(Facts::endedOn)
                                        .map(LocalDate::toString)
                                        .orElse(""),
                                site.day(now).toString()),
                        keeps ? seen(site, now) : List.of(),
                        new SiteListView.PersonForm(
                                PATH + "/rows", told.values, told.wrong, texts.text("site-list.add")),
                        told.errors,
                        keeps
                                ? list.links(site.name(), LINKS_SHOWN).stream()
                                        .map(link -> wording.link(
                                                link,
                                                PATH + "/" + site.name() + "/links/" + link.id() + "/revoke",
                                                now))
                                        .toList()
                                : List.of(),
                        told.newLink,
                        told.csv,
                        told.notice));
    }

    /** Whose data is frozen, and what is held against the row. */
    static List<String> marks(Notes notes, PrivacyDesk.Site site, Version row) {
        return Stream.concat(
                        notes.ofPerson(site.name(), row.person().card().map(CardNumber::digits)).stream(),
                        notes.ofRow(row.row()).stream())
                .toList();
    }

    private List<SiteListView.Seen> seen(PrivacyDesk.Site site, Instant now) {
        return list.seen(site.name(), now.minus(SEEN_WITHIN), SEEN_MAX).stream()
                .map(seen -> new SiteListView.Seen(
                        seen.name(),
                        seen.employer().orElse(""),
                        seen.card().digits(),
                        url(site.name()) + "&" + PersonFields.NAME + "=" + encoded(seen.name()) + "&"
                                + PersonFields.EMPLOYER + "="
                                + encoded(seen.employer().orElse("")) + "&" + PersonFields.CARD + "="
                                + seen.card().digits() + "#add"))
                .toList();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String url(String site) {
        return PATH + "?site=" + site;
    }

    /** @param order does what the form says, or tells what is wrong with it */
    private void take(ServerRequest request, ServerResponse response, Function<Order, Optional<Told>> order) {
        Optional<Form> sent = pages.form(request, response);
        if (sent.isEmpty()) {
            return;
        }
        PrivacyDesk.Site site =
                site(sites(request, Right.KEEP_SITE_LIST), sent.get().value(Scope.SITE));
        Optional<Told> told = order.apply(new Order(
                sent.get(), site, Authentication.principal(request).name(), pages.texts(request), clock.instant()));
        if (told.isEmpty()) {
            Pages.redirect(response, url(site.name()));
            return;
        }
        if (!told.get().errors.isEmpty()) {
            response.status(UNPROCESSABLE);
        }
        send(request, response, site, told.get());
    }

    private record Order(Form form, PrivacyDesk.Site site, String author, Texts texts, Instant now) {}

    private void state(ServerRequest request, ServerResponse response) {
        take(request, response, order -> {
            String address = order.form.value("address").strip();
            String client = order.form.value("client").strip();
            String ended = order.form.value("endedOn").strip();
            Optional<LocalDate> endedOn = PersonFields.day(ended);
            if (address.isEmpty()
                    || client.isEmpty()
                    || address.length() > SiteList.ADDRESS_CHARS_MAX
                    || client.length() > SiteList.NAME_CHARS_MAX
                    || PersonFields.holdsIdentityNumber(address + "\n" + client)) {
                return Optional.of(Told.NOTHING.errors(List.of(order.texts.text("site-list.facts.fault"))));
            }
            if (!ended.isEmpty()
                    && endedOn.filter(day -> !day.isAfter(order.site.day(order.now)))
                            .isEmpty()) {
                return Optional.of(Told.NOTHING.errors(List.of(order.texts.text("site-list.ended.fault"))));
            }
            list.state(order.site.name(), address, client, endedOn, order.author, order.now);
            return Optional.empty();
        });
    }

    private void check(ServerRequest request, ServerResponse response) {
        take(request, response, order -> {
            list.check(order.site.name(), order.author, order.now);
            return Optional.empty();
        });
    }

    private void add(ServerRequest request, ServerResponse response) {
        take(request, response, order -> {
            SortedMap<String, String> values = values(order.form);
            PersonFields.Read read = PersonFields.read(values, desk.acceptedCardNumbers(), order.site.day(order.now));
            if (read.person().isEmpty()) {
                return Optional.of(new Told(
                        values,
                        List.copyOf(read.faults().keySet()),
                        errors(order.texts, read),
                        Optional.empty(),
                        "",
                        Optional.empty()));
            }
            if (isTaken(list, order.site.name(), read.person().get(), 0)) {
                return Optional.of(new Told(
                        values,
                        List.of(PersonFields.CARD),
                        List.of(order.texts.text("site-list.fault.card-taken")),
                        Optional.empty(),
                        "",
                        Optional.empty()));
            }
            boolean seen = read.person()
                    .get()
                    .card()
                    .filter(card -> list.seen(order.site.name(), order.now.minus(SEEN_WITHIN), SEEN_MAX).stream()
                            .anyMatch(each -> each.card().equals(card)))
                    .isPresent();
            list.add(order.site.name(), read.person().get(), seen ? Source.GATE : Source.HAND, order.author, order.now);
            return Optional.empty();
        });
    }

    /** Whether another row has that card's number. */
    static boolean isTaken(SiteList list, String site, Person person, long ownRow) {
        return person.card().isPresent()
                && list.rows(site).stream()
                        .anyMatch(row ->
                                row.row() != ownRow && row.person().card().equals(person.card()));
    }

    static SortedMap<String, String> values(Form form) {
        SortedMap<String, String> values = new TreeMap<>();
        PersonFields.NAMES.forEach(name -> values.put(name, form.value(name)));
        return values;
    }

    static List<String> errors(Texts texts, PersonFields.Read read) {
        return read.faults().entrySet().stream().map(each -> error(texts, each)).toList();
    }

    private static String error(Texts texts, Map.Entry<String, PersonFields.Fault> each) {
        return texts.text("site-list." + each.getKey()) + ": " + texts.text("site-list.fault." + each.getValue());
    }

    private void take(ServerRequest request, ServerResponse response) {
        Optional<Form> sent = pages.form(request, response);
        if (sent.isEmpty()) {
            return;
        }
        Texts texts = pages.texts(request);
        PrivacyDesk.Site site =
                site(sites(request, Right.KEEP_SITE_LIST), sent.get().value(Scope.SITE));
        Instant now = clock.instant();
        String csv = sent.get().value("csv");
        SiteListCsv.Read read = csv.length() > CSV_CHARS_MAX
                ? new SiteListCsv.Read(List.of(), List.of(), Optional.of(SiteListCsv.Problem.TOO_MANY))
                : SiteListCsv.read(csv, desk.acceptedCardNumbers(), site.day(now));
        List<String> errors = read.problem().isPresent()
                ? List.of(texts.text("site-list.csv." + read.problem().get()))
                : read.faults().stream()
                        .map(fault -> texts.text(
                                "site-list.csv.line",
                                fault.line(),
                                texts.text("site-list." + fault.field()),
                                texts.text("site-list.fault." + fault.fault())))
                        .toList();
        if (!errors.isEmpty()) {
            response.status(UNPROCESSABLE);
            send(
                    request,
                    response,
                    site,
                    new Told(new TreeMap<>(), List.of(), errors, Optional.empty(), csv, Optional.empty()));
            return;
        }
        SiteList.Taken taken = list.take(
                site.name(), read.persons(), Authentication.principal(request).name(), now);
        Pages.redirect(
                response,
                url(site.name()) + "&taken=" + taken.added() + "-" + taken.edited() + "-" + taken.unchanged());
    }

    private void makeLink(ServerRequest request, ServerResponse response) {
        take(request, response, order -> {
            String hours = order.form.value("hours");
            if (!hours.matches("[0-9]{1,3}")
                    || Integer.parseInt(hours) < 1
                    || Integer.parseInt(hours) > LINK_HOURS_MAX) {
                return Optional.of(Told.NOTHING.errors(List.of(order.texts.text("site-list.link.fault"))));
            }
            NewLink made = list.makeLink(
                    order.site.name(),
                    order.now.plus(Duration.ofHours(Integer.parseInt(hours))),
                    order.author,
                    order.now);
            String address = desk.publicUrl()
                    .resolve(InspectPage.PATH.substring(1) + "/" + made.secret())
                    .toString();
            // Shown now and never again, so there is no page to lead to.
            return Optional.of(
                    new Told(new TreeMap<>(), List.of(), List.of(), Optional.of(address), "", Optional.empty()));
        });
    }

    private void revoke(ServerRequest request, ServerResponse response) {
        Optional<Form> sent = pages.form(request, response);
        if (sent.isEmpty()) {
            return;
        }
        PrivacyDesk.Site site = site(
                sites(request, Right.KEEP_SITE_LIST),
                request.path().pathParameters().get(Scope.SITE));
        String id = request.path().pathParameters().get("id");
        if (!id.matches("[0-9]{1,18}")
                || !list.revoke(
                        site.name(),
                        Long.parseLong(id),
                        Authentication.principal(request).name(),
                        clock.instant())) {
            throw new HttpException("no such link that opens", Status.NOT_FOUND_404);
        }
        Pages.redirect(response, url(site.name()));
    }
}
