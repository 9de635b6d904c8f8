package portvakt.server.web;

import io.helidon.common.tls.Tls;
import io.helidon.health.HealthCheck;
import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.observe.ObserveFeature;
import io.helidon.webserver.observe.health.HealthObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.URI;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.server.port.EntryLog;
import portvakt.server.port.GateAdmission;
import portvakt.server.port.GateRegistry;
import portvakt.server.port.Gates;
import portvakt.server.port.KeyTrust;
import portvakt.server.port.Lists;
import portvakt.server.port.Musters;
import portvakt.server.web.export.ExportJobs;

/**
 * The HTTP side, wired by hand from the ports. {@link #start} once, {@link #close} once; both from one thread. Close this before
 * the broker and the database: it lets requests under way finish, for at most {@link #STOP_GRACE}.
 */
public final class WebPart implements AutoCloseable {

    static final Duration STOP_GRACE = Duration.ofSeconds(3);
    static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(WebPart.class);

    private final WebConfig config;
    private final EntryLog log;
    private final ServerMeters meters;
    private final SecurityHeaders securityHeaders;
    private final LogInPages logIn;
    private final ConsoleStream stream;
    private final MusterStream musterStream;
    private final ChipStream chipStream;
    private final ErrorPages errorPages;
    private final ExportJobs exportJobs;
    private final List<Route> routes;
    private final List<HttpService> further;
    private final WebServer server;
    private Optional<URI> setupLink = Optional.empty();
    private AutoCloseable meterListener = () -> {};

    /**
     * @param health  what has to be well for this server to be ready, named; asked at each {@code /observe/health}
     * @param further services of a program that is more than the server; they guard themselves
     * @throws IllegalArgumentException if the TLS keystore cannot be used; the message says what to do
     */
    public WebPart(
            WebConfig config,
            EntryLog log,
            Gates gates,
            GateRegistry registry,
            GateAdmission admission,
            SettingsDesk settings,
            Lists lists,
            SpreadDesk spread,
            RegisterDesk register,
            EnrolmentDesk enrolments,
            PresenceDesk presence,
            PassDesk passes,
            Musters musters,
            EvidenceDesk evidence,
            AccountDesk accounts,
            PrivacyDesk privacy,
            KeyTrust trust,
            InstantSource clock,
            List<HealthCheck> health,
            List<HttpService> further) {
        this(
                config,
                log,
                gates,
                registry,
                admission,
                settings,
                lists,
                spread,
                register,
                enrolments,
                presence,
                passes,
                musters,
                evidence,
                accounts,
                privacy,
                trust,
                clock,
                health,
                further,
                HEARTBEAT);
    }

    /** For tests that cannot wait for a heartbeat. */
    WebPart(
            WebConfig config,
            EntryLog log,
            Gates gates,
            GateRegistry registry,
            GateAdmission admission,
            SettingsDesk settings,
            Lists lists,
            SpreadDesk spread,
            RegisterDesk register,
            EnrolmentDesk enrolments,
            PresenceDesk presence,
            PassDesk passes,
            Musters musters,
            EvidenceDesk evidence,
            AccountDesk accounts,
            PrivacyDesk privacy,
            KeyTrust trust,
            InstantSource clock,
            List<HealthCheck> health,
            List<HttpService> further,
            Duration heartbeat) {
        this.config = config;
        this.log = log;
        this.meters = new ServerMeters(lists, spread, clock);
        this.securityHeaders = new SecurityHeaders(config.secureCookies());
        Cookies cookies = new Cookies(config.secureCookies());
        Languages languages = new Languages(cookies, config.zone());
        Templates templates = new Templates();
        StaticFiles files = new StaticFiles();
        Authentication authentication =
                new Authentication(accounts, cookies, new SameOrigin(config.publicUrl()), clock);
        Pages pages = new Pages(cookies, languages, templates, files);
        this.errorPages = new ErrorPages(pages);
        this.logIn = new LogInPages(accounts, pages, this::url, clock);
        PersonNotes notes = new PersonNotes(privacy);
        ConsolePage page = new ConsolePage(log, presence.presence(), gates, lists, notes, pages, clock);
        this.stream = new ConsoleStream(log, page, authentication, pages, meters, clock, heartbeat);
        MusterDesk muster = new MusterDesk(musters, presence.presence(), log, gates);
        SitePlaces places = new SitePlaces(presence, gates);
        this.musterStream = new MusterStream(muster, places, authentication, pages, clock);
        Exports exports = new Exports(log, gates, presence, clock);
        this.exportJobs = new ExportJobs(config.exports(), clock, Cookies::secret);
        ExportPages exportPages = new ExportPages(exports, exportJobs, pages, clock);
        CardDesk cardDesk = new CardDesk(enrolments, register, lists, log, places);
        CardPages cards = new CardPages(cardDesk, pages, clock);
        this.chipStream = new ChipStream(cardDesk, cards, authentication, pages, clock, heartbeat);
        CardPersonPage person = new CardPersonPage(cardDesk, cards, pages, clock);
        this.routes = Stream.of(
                        page.routes(),
                        new LogPage(log, gates, page, exportPages, config.zone(), pages, clock).routes(),
                        exportPages.routes(),
                        stream.routes(),
                        logIn.routes(),
                        languages.routes(),
                        files.routes(),
                        new EventApi(log).routes(),
                        new EventExport(exports, languages).routes(),
                        new Api(log, gates, lists, presence, clock).routes(),
                        new SpreadApi(lists, spread, clock).routes(),
                        new ListsPage(lists, spread, pages, clock).routes(),
                        new EnrolmentApi(enrolments, gates, clock).routes(),
                        new PresenceApi(presence, gates, clock).routes(),
                        new PresencePage(presence, log, places, notes, pages, clock).routes(),
                        new MusterPages(muster, places, musterStream, pages, clock).routes(),
                        new PassApi(passes, clock).routes(),
                        new PassPages(passes, pages, config.zone(), clock).routes(),
                        cards.routes(),
                        person.routes(),
                        new CardForms(cardDesk, cards, person, chipStream, pages, clock).routes(),
                        chipStream.routes(),
                        new DayPage(log, places, pages, clock).routes(),
                        new SettingsPage(settings, lists, places, pages, clock).routes(),
                        new GatePages(
                                        new GatePages.Desk(
                                                gates,
                                                registry,
                                                lists,
                                                enrolments.enrolments(),
                                                register.records(),
                                                places),
                                        pages,
                                        clock)
                                .routes(),
                        new GateCodesPage(admission, gates, places, accounts.audit(), pages, this::url, clock).routes(),
                        new EnrolEndpoint(admission, accounts.audit(), clock).routes(),
                        new EvidenceApi(evidence, register.records(), clock).routes(),
                        new ErasureApi(evidence.erasure(), clock).routes(),
                        new SiteListPage(privacy, notes, pages, clock).routes(),
                        new SiteListRowPage(privacy, notes, pages, clock).routes(),
                        new SiteListApi(privacy, notes, languages, clock).routes(),
                        new InspectPage(privacy, notes, pages, clock).routes(),
                        new PrivacyPages(privacy, pages, clock).routes(),
                        new PrivacyApi(privacy, clock).routes(),
                        new NoticePages(privacy, authentication, pages).routes(),
                        new AuditApi(privacy.audit()).routes(),
                        new AuditPage(privacy, config.zone(), pages).routes(),
                        new TrustApi(trust).routes(),
                        accountRoutes(accounts, pages, clock),
                        RegisterRoutes.of(register, lists, meters, clock),
                        new OpenApiDocument().routes())
                .flatMap(List::stream)
                .map(new ReadAudit(privacy.audit(), clock)::watch)
                .toList();
        this.further = further;
        this.server = server(authentication, health);
    }

    private List<Route> accountRoutes(AccountDesk accounts, Pages pages, InstantSource clock) {
        return Stream.of(
                        // Before the account's own page, whose path would take its last part for a number.
                        new TokensPage(accounts, pages, clock).routes(),
                        new UsersPage(accounts, pages, this::url, config.zone(), clock, stream::recheck).routes(),
                        new InvitationPage(accounts, pages, clock, stream::recheck).routes(),
                        new AccountPage(accounts, pages, clock, stream::recheck).routes(),
                        new TokenApi(accounts, clock).routes(),
                        accounts.outside()
                                .map(provider -> new ProviderLogIn(
                                                provider, accounts, pages, this::url, clock, stream::recheck)
                                        .routes())
                                .orElse(List.of()))
                .flatMap(List::stream)
                .toList();
    }

    /** What people type. */
    private URI url() {
        return config.port() == 0 ? localUrl() : config.publicUrl();
    }

    /**
     * Listens; returns when it does. Without any account it logs the link that makes the first one.
     *
     * @throws UncheckedIOException if it cannot listen there; closed then
     */
    public void start() {
        meterListener = log.listen(meters::committed);
        server.start();
        // Helidon only logs that it could not.
        if (!server.isRunning()) {
            close();
            String place = config.host() + " port " + config.port();
            throw new UncheckedIOException(
                    "console and API cannot listen at " + place
                            + ". Another program may use that port: stop it, or set web.port to another.",
                    new BindException(place));
        }
        setupLink = logIn.openSetup(url());
        setupLink.ifPresent(link -> LOG.warn("There is no account yet. Make the first one at {}", link));
        LOG.info("Console and API at {}", config.publicUrl());
    }

    /** The port that it listens at. */
    public int port() {
        return server.port();
    }

    /** The link that makes the first account, if there was none at start. */
    public Optional<URI> setupLink() {
        return setupLink;
    }

    List<Route> routes() {
        return routes;
    }

    @Override
    public void close() {
        stream.close();
        musterStream.close();
        chipStream.close();
        exportJobs.close();
        server.stop();
        meters.close();
        try {
            meterListener.close();
        } catch (Exception e) {
            LOG.warn("The entry log did not let go of the metrics", e);
        }
    }

    private URI localUrl() {
        return URI.create((config.tls().isPresent() ? "https" : "http") + "://localhost:" + port() + "/");
    }

    private WebServer server(Authentication authentication, List<HealthCheck> health) {
        WebServerConfig.Builder builder = WebServer.builder()
                .host(config.host())
                .port(config.port())
                // A page goes out in several writes; without this the last one waits for the browser's delayed
                // acknowledgement.
                .connectionOptions(options -> options.tcpNoDelay(true))
                .maxPayloadSize(ImportApi.FILE_BYTES_MAX)
                .shutdownGracePeriod(STOP_GRACE)
                // The program that wires the parts decides the order in which they stop.
                .shutdownHook(false)
                .addFeature(ObserveFeature.create(observe -> observe.addObserver(HealthObserver.create(
                        checks -> checks.details(true).useSystemServices(false).healthChecks(health)))))
                .routing(routing -> route(routing, authentication));
        config.tls().ifPresent(keystore -> builder.tls(tls(keystore)));
        return builder.build();
    }

    private void route(HttpRouting.Builder routing, Authentication authentication) {
        routing.addFilter(securityHeaders);
        routing.addFilter(new PayloadLimit());
        routes.forEach(route -> routing.route(route.method(), route.path(), authentication.guard(route)));
        further.forEach(routing::register);
        routing.error(HttpException.class, this::refuse);
        routing.error(Exception.class, this::fail);
    }

    private void refuse(ServerRequest request, ServerResponse response, HttpException e) {
        answer(request, response, e.status(), e.status().code() == 404 ? "There is nothing here." : e.getMessage());
    }

    private void fail(ServerRequest request, ServerResponse response, Exception e) {
        LOG.error(
                "{} {} failed", request.prologue().method(), told(request.path().path()), e);
        answer(
                request,
                response,
                Status.INTERNAL_SERVER_ERROR_500,
                "The server failed at this; its log says why. Try again in a moment.");
    }

    /** The address of an inspector's link is its secret. */
    private static String told(String path) {
        return path.startsWith(InspectPage.PATH + "/") ? InspectPage.PATH : path;
    }

    private void answer(ServerRequest request, ServerResponse response, Status status, String detail) {
        securityHeaders.set(response);
        if (request.path().path().startsWith("/api/")
                || request.path().path().startsWith("/register/")
                || request.path().path().startsWith("/enrol/")) {
            Problem.of(status, detail).send(response);
        } else {
            response.status(status);
            errorPages.send(request, response);
        }
    }

    private static Tls tls(WebConfig.TlsKeystore keystore) {
        char[] password = keystore.password();
        try (InputStream in = Files.newInputStream(keystore.file())) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, password);
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return Tls.builder().sslContext(context).build();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    keystore.file() + ": no usable TLS key (" + e.getClass().getSimpleName()
                            + "). It has to be a PKCS #12 file with key and certificate; check its password.",
                    e);
        }
    }
}
