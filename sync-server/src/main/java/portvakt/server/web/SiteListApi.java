package portvakt.server.web;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import portvakt.protocol.CardNumber;
import portvakt.server.port.Right;
import portvakt.server.port.SiteList;
import portvakt.server.port.SiteList.Facts;
import portvakt.server.port.SiteList.Person;
import portvakt.server.port.SiteList.Source;
import portvakt.server.port.SiteList.Version;
import portvakt.server.web.view.Notes;
import portvakt.server.web.view.Texts;

/** The list of byggherreforskriften § 15 for programs that keep the crew list elsewhere. */
final class SiteListApi {

    private static final String PATH = "/api/v1/sites/{site}/site-list";
    private static final String ROW_PATH = PATH + "/rows/{id}";

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private record Row(
            long id,
            String name,
            LocalDate birthDate,
            String employer,
            String organisationNumber,
            SiteList.Engagement engagement,
            Optional<String> hirer,
            Optional<String> hirerOrganisationNumber,
            Optional<String> cardNumber) {

        static Row of(Version version) {
            Person person = version.person();
            return new Row(
                    version.row(),
                    person.name(),
                    person.born(),
                    person.employer(),
                    person.organisation().digits(),
                    person.engagement(),
                    person.hirer().map(SiteList.Hirer::name),
                    person.hirer().map(hirer -> hirer.organisation().digits()),
                    person.card().map(CardNumber::digits));
        }
    }

    private record Checked(String by, Instant at) {}

    private record Answer(
            String site,
            String title,
            Optional<String> address,
            Optional<String> client,
            Optional<LocalDate> workEndedOn,
            Optional<Checked> checked,
            List<Row> persons) {}

    private final PrivacyDesk desk;
    private final SiteList list;
    private final PersonNotes notes;
    private final Languages languages;
    private final InstantSource clock;

    SiteListApi(PrivacyDesk desk, PersonNotes notes, Languages languages, InstantSource clock) {
        this.notes = notes;
        this.languages = languages;
        this.desk = desk;
        this.list = desk.siteList();
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                PrivacyRoutes.api(Method.GET, PATH, Right.SEE_SITE_LIST, this::read),
                Route.api(Method.GET, PATH + "/export", Right.SEE_SITE_LIST, this::export),
                PrivacyRoutes.api(Method.POST, PATH + "/rows", Right.KEEP_SITE_LIST, this::add),
                PrivacyRoutes.api(Method.PUT, ROW_PATH, Right.KEEP_SITE_LIST, this::edit),
                PrivacyRoutes.api(Method.DELETE, ROW_PATH, Right.KEEP_SITE_LIST, this::remove),
                PrivacyRoutes.api(Method.POST, PATH + "/imports", Right.KEEP_SITE_LIST, this::take));
    }

    private PrivacyDesk.Site site(ServerRequest request) {
        return PrivacyRoutes.site(request, desk);
    }

    private void read(ServerRequest request, ServerResponse response) {
        PrivacyDesk.Site site = site(request);
        Optional<Facts> facts = list.facts(site.name());
        List<Version> rows = list.rows(site.name());
        Reading.shown(request, rows.size());
        Json.send(
                response,
                new Answer(
                        site.name(),
                        site.title(),
                        facts.map(Facts::address),
                        facts.map(Facts::client),
                        facts.flatMap(Facts::endedOn),
                        list.lastCheck(site.name()).map(check -> new Checked(check.account(), check.at())),
                        rows.stream().map(Row::of).toList()));
    }

    private void export(ServerRequest request, ServerResponse response) {
        EventQuery.refuseUnknown(request.query(), Set.of("format"));
        PrivacyDesk.Site site = site(request);
        String format = EventQuery.value(request.query(), "format").orElse("pdf");
        if (!SiteListFiles.FORMATS.contains(format)) {
            throw new ProblemException(Problem.parameter(
                    "format", "\"format\" has to be one of " + String.join(", ", SiteListFiles.FORMATS) + "."));
        }
        List<Version> rows = list.rows(site.name());
        Reading.shown(request, rows.size());
        Texts texts = languages.texts(request).in(site.zone());
        Notes said = notes.ofList(
                texts,
                Authentication.principal(request),
                rows.stream().map(Version::row).toList());
        SiteListFiles.send(
                response,
                format,
                list,
                site,
                rows,
                texts,
                RegisterRoutes.account(request),
                clock.instant(),
                row -> SiteListPage.marks(said, site, row));
    }

    private void add(ServerRequest request, ServerResponse response) {
        PrivacyDesk.Site site = site(request);
        Person person = person(request, site);
        refuseTaken(site, person, 0);
        response.status(Status.CREATED_201);
        Json.send(
                response,
                Row.of(list.add(site.name(), person, Source.HAND, RegisterRoutes.account(request), clock.instant())));
    }

    private void edit(ServerRequest request, ServerResponse response) {
        PrivacyDesk.Site site = site(request);
        Person person = person(request, site);
        refuseTaken(site, person, row(request));
        Json.send(
                response,
                list.edit(site.name(), row(request), person, RegisterRoutes.account(request), clock.instant())
                        .map(Row::of)
                        .orElseThrow(SiteListApi::noSuchRow));
    }

    private void refuseTaken(PrivacyDesk.Site site, Person person, long ownRow) {
        if (SiteListPage.isTaken(list, site.name(), person, ownRow)) {
            throw RegisterRoutes.problem(
                    Status.CONFLICT_409, "Another row of this list has that card number: change that row.");
        }
    }

    private void remove(ServerRequest request, ServerResponse response) {
        list.remove(site(request).name(), row(request), RegisterRoutes.account(request), clock.instant())
                .orElseThrow(SiteListApi::noSuchRow);
        response.status(Status.NO_CONTENT_204).send();
    }

    private void take(ServerRequest request, ServerResponse response) {
        PrivacyDesk.Site site = site(request);
        boolean csv = request.headers()
                .contentType()
                .map(type -> type.mediaType().text().equalsIgnoreCase("text/csv"))
                .orElse(false);
        if (!csv || !request.content().hasEntity()) {
            throw RegisterRoutes.problem(
                    Status.UNSUPPORTED_MEDIA_TYPE_415, "Send the file as the body, with the Content-Type text/csv.");
        }
        byte[] body = request.content().as(byte[].class);
        if (body.length > SiteListPage.CSV_CHARS_MAX) {
            throw RegisterRoutes.problem(
                    Status.REQUEST_ENTITY_TOO_LARGE_413,
                    "The file is larger than " + SiteListPage.CSV_CHARS_MAX + " bytes. Send it in parts.");
        }
        SiteListCsv.Read read = SiteListCsv.read(
                new String(body, StandardCharsets.UTF_8), desk.acceptedCardNumbers(), site.day(clock.instant()));
        if (read.problem().isPresent()) {
            throw RegisterRoutes.problem(
                    Status.BAD_REQUEST_400, read.problem().get().detail());
        }
        if (!read.faults().isEmpty()) {
            throw RegisterRoutes.problem(
                    Status.BAD_REQUEST_400,
                    "Nothing was taken. "
                            + read.faults().stream()
                                    .map(fault -> "Line " + fault.line() + ": " + fault.field() + " "
                                            + fault.fault().detail() + ".")
                                    .collect(Collectors.joining(" ")));
        }
        Json.send(response, list.take(site.name(), read.persons(), RegisterRoutes.account(request), clock.instant()));
    }

    private Person person(ServerRequest request, PrivacyDesk.Site site) {
        PersonFields.Read read =
                PersonFields.read(body(request), desk.acceptedCardNumbers(), site.day(clock.instant()));
        return read.person()
                .orElseThrow(() -> RegisterRoutes.problem(
                        Status.BAD_REQUEST_400, "Nothing was changed: " + PersonFields.details(read.faults()) + "."));
    }

    private static SortedMap<String, String> body(ServerRequest request) {
        ProblemException wrong = RegisterRoutes.problem(
                Status.BAD_REQUEST_400,
                "The body has to be a JSON object with texts alone, out of: " + String.join(", ", PersonFields.NAMES)
                        + ".");
        try {
            JsonNode body = request.content().hasEntity()
                    ? STRICT.readTree(request.content().as(byte[].class))
                    : null;
            if (body == null || !body.isObject()) {
                throw wrong;
            }
            SortedMap<String, String> values = new TreeMap<>();
            body.properties().forEach(field -> {
                if (!PersonFields.NAMES.contains(field.getKey())
                        || !field.getValue().isTextual()) {
                    throw wrong;
                }
                values.put(field.getKey(), field.getValue().textValue());
            });
            return values;
        } catch (IOException e) {
            // The parser's message would quote the body.
            throw wrong;
        }
    }

    private static long row(ServerRequest request) {
        String id = request.path().pathParameters().get("id");
        if (!id.matches("[0-9]{1,18}")) {
            throw noSuchRow();
        }
        return Long.parseLong(id);
    }

    private static ProblemException noSuchRow() {
        return RegisterRoutes.problem(Status.NOT_FOUND_404, "This list has no row of that number, or it was removed.");
    }
}
