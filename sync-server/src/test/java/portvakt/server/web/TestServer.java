package portvakt.server.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.helidon.health.HealthCheck;
import io.helidon.health.HealthCheckResponse;
import io.helidon.health.HealthCheckType;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import portvakt.protocol.Assurance;
import portvakt.protocol.Direction;
import portvakt.protocol.v1.ListAction;
import portvakt.protocol.v1.SitePolicy;
import portvakt.server.adapter.register.SecurityEventTokens;
import portvakt.server.list.SpreadLimits;
import portvakt.server.port.Gates.AppliedList;
import portvakt.server.port.Gates.Device;
import portvakt.server.port.Gates.Gate;
import portvakt.server.port.Gates.Vitals;
import portvakt.server.port.IdentityProvider;
import portvakt.server.port.KeyTrust;
import portvakt.server.port.Lists.PublishedList;
import portvakt.server.port.Principal;
import portvakt.server.port.Role;

/** The HTTP side on a free port, with fakes behind it and a client before it. */
final class TestServer implements AutoCloseable {

    static final Instant NOW = Instant.parse("2026-11-24T05:55:00Z");
    static final String ISSUER = "https://register.example";
    static final String AUDIENCE = "https://portvakt.example";
    static final String PASSWORD = "correct horse battery";

    final FakeEntryLog log = new FakeEntryLog();
    final FakeAccounts accounts = new FakeAccounts();
    final FakeAccountKeeping keeping = new FakeAccountKeeping(accounts);
    final FakeAccountAudit accountAudit = new FakeAccountAudit();
    final FakeLists lists = new FakeLists();
    final FakeSpreadLog spread = new FakeSpreadLog();
    final FakeRegister register = new FakeRegister();
    final FakeRecords records = new FakeRecords(register);
    final FakeReconciliations reconciliations = new FakeReconciliations();
    final FakeErasure erasure = new FakeErasure();
    final FakeAccessAudit audit = new FakeAccessAudit();
    final FakeSiteList siteList = new FakeSiteList();
    final FakePrivacy privacy = new FakePrivacy();
    final FakeEvidence evidence = new FakeEvidence();
    final FakeEnrolments enrolments = new FakeEnrolments();
    final FakeCardChips chips = new FakeCardChips();
    final FakePolicyChanges policyChanges = new FakePolicyChanges();
    final FakeGateRegistry registry = new FakeGateRegistry();
    final FakeGateAdmission admission = new FakeGateAdmission();
    final FakePresence presence = new FakePresence();
    final FakePasses passes = new FakePasses(records);
    final FakeMusters musters = new FakeMusters();
    final FakePassKeys passKeys = new FakePassKeys();
    final List<Gate> gates = new CopyOnWriteArrayList<>();
    final ECKey registerKey;
    final WebPart web;
    final HttpClient client =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    volatile boolean databaseUp = true;

    /** What the server's clock says; the pages' times are written for it as it is. */
    volatile Instant now = NOW;

    TestServer(Path folder) throws IOException, JOSEException {
        this(folder, true, false);
    }

    TestServer(Path folder, boolean withAccount, boolean secureCookies) throws IOException, JOSEException {
        this(folder, withAccount, secureCookies, Optional.empty(), OPERATOR);
    }

    TestServer(Path folder, boolean withAccount, boolean secureCookies, Optional<IdentityProvider> provider)
            throws IOException, JOSEException {
        this(folder, withAccount, secureCookies, provider, OPERATOR);
    }

    TestServer(Path folder, boolean withAccount, boolean secureCookies, PrivacyDesk.Operator operator)
            throws IOException, JOSEException {
        this(folder, withAccount, secureCookies, Optional.empty(), operator);
    }

    private TestServer(
            Path folder,
            boolean withAccount,
            boolean secureCookies,
            Optional<IdentityProvider> provider,
            PrivacyDesk.Operator operator)
            throws IOException, JOSEException {
        registerKey = new ECKeyGenerator(Curve.P_256).keyID("register-1").generate();
        Path jwks = folder.resolve("register.jwks");
        Files.writeString(jwks, new JWKSet(registerKey.toPublicJWK()).toString());
        if (withAccount) {
            accounts.create("kari", PASSWORD.toCharArray(), Role.SITE_MANAGER);
            accounts.create("vakt", PASSWORD.toCharArray(), Role.GUARD);
        }
        lists.published.put("hms-kort", published());
        lists.published.put("site-bjorvika", published());
        gates.add(gate("north", Direction.IN, true, NOW, List.of()));
        web = new WebPart(
                new WebConfig(
                        "127.0.0.1",
                        0,
                        URI.create("http://localhost/"),
                        secureCookies,
                        Optional.empty(),
                        WebConfig.ZONE_DEFAULT,
                        folder.resolve("exports")),
                log,
                () -> List.copyOf(gates),
                registry,
                admission,
                settings(),
                lists,
                new SpreadDesk(spread, SpreadLimits.DEFAULT),
                new RegisterDesk(
                        register,
                        records,
                        reconciliations,
                        Optional.of(new SecurityEventTokens(
                                new SecurityEventTokens.Settings(
                                        jwks, ISSUER, AUDIENCE, "hms-kort", Pattern.compile("[0-9]{7}")),
                                InstantSource.fixed(NOW))),
                        Optional.empty(),
                        "hms-kort",
                        Pattern.compile("[0-9]{7}"),
                        20),
                new EnrolmentDesk(enrolments, chips, List.of("bjorvika", "fornebu"), Pattern.compile("[0-9]{7}")),
                new PresenceDesk(
                        presence,
                        List.of(
                                new PresenceDesk.Site("bjorvika", "Bjørvika", ZoneId.of("Europe/Helsinki"), true),
                                new PresenceDesk.Site("fornebu", "Fornebu", WebConfig.ZONE_DEFAULT, false)),
                        WebConfig.ZONE_DEFAULT,
                        Pattern.compile("[0-9]{7}")),
                new PassDesk(passes, passKeys, register, lists, new SplittableRandom(1)),
                musters,
                new EvidenceDesk(evidence, erasure, evidence.authority(folder)),
                new AccountDesk(accounts, keeping, accounts, accountAudit, List.of("bjorvika", "fornebu"), provider),
                new PrivacyDesk(
                        audit,
                        siteList,
                        privacy,
                        privacy,
                        privacy,
                        privacy,
                        erasure,
                        List.of(privacySite("bjorvika", "Bjørvika"), privacySite("fornebu", "Fornebu")),
                        Pattern.compile("[0-9]{7}"),
                        URI.create("http://localhost/"),
                        operator),
                TestServer::trust,
                () -> now,
                List.of(new DatabaseCheck()),
                List.of(),
                Duration.ofMillis(200));
        web.start();
    }

    static final PrivacyDesk.Operator OPERATOR = new PrivacyDesk.Operator(
            Optional.of("Bygg-Eier AS"),
            Optional.of("personvern@bygg-eier.example"),
            Optional.empty(),
            Optional.of(new PrivacyDesk.InBoth("Sikre plassen.", "To secure the site.")),
            Optional.of(new PrivacyDesk.InBoth("Berettiget interesse.", "Legitimate interest.")),
            Optional.of(new PrivacyDesk.InBoth("Driftsleverandøren.", "The hosting firm.")),
            Optional.of(new PrivacyDesk.InBoth("Datatilsynet, Oslo", "The data protection authority, Oslo")),
            Period.ofYears(2));

    static final PrivacyDesk.Operator SILENT_OPERATOR = new PrivacyDesk.Operator(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Period.ofYears(2));

    private static PrivacyDesk.Site privacySite(String name, String title) {
        return new PrivacyDesk.Site(
                name, title, WebConfig.ZONE_DEFAULT, Period.ofDays(90), Period.ofMonths(6), Period.ofDays(30));
    }

    private final class DatabaseCheck implements HealthCheck {
        @Override
        public HealthCheckType type() {
            return HealthCheckType.READINESS;
        }

        @Override
        public String name() {
            return "database";
        }

        @Override
        public HealthCheckResponse call() {
            return HealthCheckResponse.builder().status(databaseUp).build();
        }
    }

    private SettingsDesk settings() {
        SettingsDesk.Policy usual = new SettingsDesk.Policy(
                Duration.ofHours(24),
                Duration.ofDays(3),
                Duration.ofDays(7),
                "GRANT_FLAGGED",
                "ATTENDED_ONLY",
                "DENY",
                true,
                Assurance.UNSIGNED_CODE,
                List.of());
        SettingsDesk.Stay usualStay = new SettingsDesk.Stay(
                WebConfig.ZONE_DEFAULT, Optional.empty(), Optional.empty(), "OFF", Duration.ofHours(16));
        SettingsDesk.Site ofBjorvika = new SettingsDesk.Site(
                "bjorvika",
                new SettingsDesk.Policy(
                        Duration.ofHours(12),
                        Duration.ofDays(2),
                        Duration.ZERO,
                        "GRANT_FLAGGED",
                        "ATTENDED_ONLY",
                        "DENY",
                        true,
                        Assurance.UID_ONLY,
                        List.of("north")),
                new SettingsDesk.Stay(
                        ZoneId.of("Europe/Helsinki"),
                        Optional.of(LocalTime.of(3, 0)),
                        Optional.of(Duration.ofHours(16)),
                        "HARD",
                        Duration.ofHours(16)));
        return new SettingsDesk(
                List.of(ofBjorvika, new SettingsDesk.Site("fornebu", usual, usualStay)),
                new SettingsDesk.Site("default", usual, usualStay),
                policyChanges,
                (site, policy) -> policy.grace().compareTo(policy.fresh()) < 0
                        ? Optional.empty()
                        : Optional.of(SitePolicy.newBuilder()
                                .setSite(site)
                                .setFreshMs(policy.fresh().toMillis())
                                .setGraceMs(policy.grace().toMillis())
                                .setClosedMs(policy.closed().toMillis())
                                .setWhenGrace(ListAction.valueOf("LIST_ACTION_" + policy.whenGrace()))
                                .setWhenStale(ListAction.valueOf("LIST_ACTION_" + policy.whenStale()))
                                .setWhenNone(ListAction.valueOf("LIST_ACTION_" + policy.whenNone()))
                                .setGrantOnUntrustedClock(policy.grantOnUntrustedClock())
                                .setMinimumAssurance(policy.minimumAssurance().wire())
                                .addAllAttendedGates(policy.attendedGates())
                                .build()),
                Pattern.compile("[0-9]{7}"));
    }

    static Gate gate(String name, Direction direction, boolean online, Instant seen, List<Device> devices) {
        return new Gate(
                "bjorvika",
                name,
                direction,
                online,
                Optional.of(seen),
                "0.1.0",
                "CLOCK_TRUST_SYNCHRONISED",
                812,
                812,
                Optional.of(41L),
                List.of(new AppliedList(
                        "hms-kort", 1, 4217, NOW.minusSeconds(180), NOW.minusSeconds(179), "FRESH", 0, 0)),
                devices,
                new Vitals(
                        Optional.of(NOW.minus(Duration.ofDays(3))),
                        Optional.of(1L),
                        Optional.of(0L),
                        Optional.of(54_100),
                        Optional.of(11_200_000_000L)));
    }

    private static PublishedList published() {
        return new PublishedList(
                "hms-kort", 1, 4217, 31, 12, 43, 4200, NOW.minusSeconds(180), NOW.plusSeconds(86400), "00ff");
    }

    private static KeyTrust.State trust() {
        return new KeyTrust.State(
                2,
                NOW,
                List.of(new KeyTrust.Root("0badcafe")),
                1,
                "21fe31df",
                List.of(new KeyTrust.Key("21fe31df", List.of("*"), true, false)),
                List.of(new KeyTrust.Epoch("hms-kort", 2)),
                true,
                Optional.of("Move it to a safe."));
    }

    FakeEntryLog.Row row(String kind, String gate, long sequence, Instant occurredAt) {
        return new FakeEntryLog.Row(log, kind, gate, sequence, occurredAt);
    }

    URI uri(String path) {
        return URI.create("http://localhost:" + web.port() + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(10));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    JsonNode api(String path) throws IOException, InterruptedException {
        return Json.MAPPER.readTree(get(path, "Authorization", "Bearer " + accounts.createToken("test", "program"))
                .body());
    }

    HttpResponse<String> post(String path, String cookie, Map<String, String> fields)
            throws IOException, InterruptedException {
        String body = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return send(cookie.isEmpty() ? request : request.header("Cookie", cookie));
    }

    /** A path with something that is there in the place of each parameter. */
    static String example(String path) {
        return path.replace("{list}", "hms-kort")
                .replace("{site}", "bjorvika")
                .replace("{uid}", "04a1b2c3d4e5f6")
                .replace("{number}", "4388261")
                .replace("{gate}", "north")
                .replace("{pass}", FakePasses.EXAMPLE.digits())
                .replace("{id}", "1")
                .replace("{card}", "4388261")
                .replace("{secret}", "secret-1");
    }

    /** A cookie header for a session of somebody, made without the log-in page. */
    String session(String name, String role) {
        return session(FakeAccounts.principal(name, role));
    }

    String session(Principal principal) {
        return "portvakt=" + accounts.openSession(principal, NOW);
    }

    static String cookie(HttpResponse<?> response) {
        return response.headers().allValues("Set-Cookie").stream()
                .map(cookie -> cookie.split(";", 2)[0])
                .collect(Collectors.joining("; "));
    }

    static String formToken(String page) {
        Matcher matcher =
                Pattern.compile("name=\"form-token\" value=\"([0-9a-f]{64})\"").matcher(page);
        if (!matcher.find()) {
            throw new AssertionError("no form token in " + page);
        }
        return matcher.group(1);
    }

    @Override
    public void close() {
        web.close();
        client.close();
    }
}
