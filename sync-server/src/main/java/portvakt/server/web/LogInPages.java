package portvakt.server.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import portvakt.server.port.AccountKeeping;
import portvakt.server.port.Accounts;
import portvakt.server.port.IdentityProvider;
import portvakt.server.port.PasswordRule;
import portvakt.server.port.Principal;
import portvakt.server.port.Role;
import portvakt.server.web.view.LogInView;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.PlainView;
import portvakt.server.web.view.Texts;

/**
 * Log-in, log-out, and the one-time page that makes the first account. That page opens only to the link that the server wrote to
 * its log at start, and only as long as there is no account.
 */
final class LogInPages {

    static final String PATH = "/login";
    static final String SETUP_PATH = "/setup";

    static final Status UNPROCESSABLE = Status.create(422);
    private static final Role FIRST_ROLE = Role.ADMIN;

    private static final String TO = "to";

    private final AccountDesk desk;
    private final Accounts accounts;
    private final Pages pages;
    private final Supplier<URI> url;
    private final InstantSource clock;
    private final AtomicReference<String> setupToken = new AtomicReference<>();

    LogInPages(AccountDesk desk, Pages pages, Supplier<URI> url, InstantSource clock) {
        this.desk = desk;
        this.accounts = desk.accounts();
        this.pages = pages;
        this.url = url;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.open(Method.GET, PATH, this::show),
                Route.open(Method.POST, PATH, this::logIn),
                new Route(Method.POST, "/logout", Route.Protection.PAGE, Optional.empty(), this::logOut),
                Route.open(Method.GET, SETUP_PATH, this::showSetup),
                Route.open(Method.POST, SETUP_PATH, this::setUp));
    }

    /** @return where the first account can be made, if there is none yet */
    Optional<URI> openSetup(URI publicUrl) {
        if (!accounts.isEmpty()) {
            return Optional.empty();
        }
        String token = Cookies.secret();
        setupToken.set(token);
        return Optional.of(publicUrl.resolve(SETUP_PATH + "?token=" + token));
    }

    /** Where somebody logs in who asked for a page, and comes back to it. */
    static String pathFor(ServerRequest request) {
        String asked = request.path().rawPath()
                + (request.query().isEmpty() ? "" : "?" + request.query().rawValue());
        boolean returns = request.prologue().method().equals(Method.GET) && !asked.equals(ConsolePage.PATH);
        return returns && LocalPath.of(asked).isPresent()
                ? PATH + "?" + TO + "=" + URLEncoder.encode(asked, StandardCharsets.UTF_8)
                : PATH;
    }

    private void show(ServerRequest request, ServerResponse response) {
        sendLogIn(request, response, to(request.query().first(TO).orElse("")), Optional.empty());
    }

    /** Where to go on to; empty if that is not on this server. */
    private static String to(String asked) {
        return LocalPath.of(asked).orElse("");
    }

    private void logIn(ServerRequest request, ServerResponse response) {
        Optional<Form> sent = pages.form(request, response);
        if (sent.isEmpty()) {
            return;
        }
        Form form = sent.get();
        Instant now = clock.instant();
        Texts texts = pages.texts(request);
        String to = to(form.value(TO));
        char[] password = form.value("password").toCharArray();
        Accounts.LogIn outcome = accounts.logIn(form.value("name").strip(), password, now);
        Arrays.fill(password, '\0');
        switch (outcome) {
            case Accounts.LogIn.Welcome(Principal principal) -> {
                pages.cookies().session(request).ifPresent(accounts::closeSession);
                pages.cookies().setSession(response, accounts.openSession(principal.name(), now));
                Pages.redirect(response, to.isEmpty() ? Pages.start(principal).orElse(AccountPage.PATH) : to);
            }
            case Accounts.LogIn.Refused _ -> {
                response.status(UNPROCESSABLE);
                sendLogIn(request, response, to, Optional.of(texts.text("login.refused")));
            }
            case Accounts.LogIn.Closed _ -> {
                response.status(Status.FORBIDDEN_403);
                sendLogIn(request, response, to, Optional.of(texts.text("login.closed")));
            }
            case Accounts.LogIn.LockedOut(Instant until) -> {
                response.status(Status.TOO_MANY_REQUESTS_429)
                        .header(
                                HeaderNames.RETRY_AFTER,
                                String.valueOf(Math.max(1, until.getEpochSecond() - now.getEpochSecond())));
                sendLogIn(request, response, to, Optional.of(texts.text("login.locked", texts.moment(until, now))));
            }
        }
    }

    private void logOut(ServerRequest request, ServerResponse response) {
        if (pages.form(request, response).isEmpty()) {
            return;
        }
        Optional<String> outside = pages.cookies().session(request).flatMap(accounts::closeSession);
        pages.cookies().clearSession(response);
        Optional<URI> there = desk.outside()
                .flatMap(provider -> outside.flatMap(
                        token -> provider.logOutUrl(token, url.get().resolve(PATH))));
        if (there.isEmpty()) {
            Pages.redirect(response, PATH);
            return;
        }
        // A page and no redirect: our forms may lead nowhere else, by our own content security policy (form-action).
        PageFrame frame = pages.frameAfterwards(request, response, PATH);
        pages.send(
                response,
                "plain",
                new PlainView(
                        frame,
                        frame.text("provider.out-title"),
                        frame.text("provider.out"),
                        Optional.of(
                                new PlainView.Next(there.get().toString(), frame.text("provider.out-go-on"), true))));
    }

    private void showSetup(ServerRequest request, ServerResponse response) {
        String token = request.query().first("token").orElse("");
        if (opensSetup(token)) {
            sendSetup(request, response, token, Optional.empty());
        } else {
            Pages.redirect(response, PATH);
        }
    }

    private void setUp(ServerRequest request, ServerResponse response) {
        Optional<Form> sent = pages.form(request, response);
        if (sent.isEmpty()) {
            return;
        }
        Form form = sent.get();
        String token = form.value("token");
        if (!opensSetup(token)) {
            Pages.redirect(response, PATH);
            return;
        }
        Texts texts = pages.texts(request);
        String name = form.value("name").strip();
        char[] password = form.value("password").toCharArray();
        Optional<String> fault = !AccountKeeping.isName(name)
                ? Optional.of(texts.text("setup.name"))
                : PasswordRule.fault(name, password).map(each -> passwordFault(texts, each));
        if (fault.isPresent()) {
            response.status(UNPROCESSABLE);
            sendSetup(request, response, token, fault);
            return;
        }
        // Spent before use: of two who press the button at once, one makes the account.
        if (setupToken.getAndSet(null) != null) {
            accounts.create(name, password, FIRST_ROLE);
            desk.audit().note(name, "FIRST_ACCOUNT", name, clock.instant());
        }
        Arrays.fill(password, '\0');
        Pages.redirect(response, PATH);
    }

    static String passwordFault(Texts texts, PasswordRule.Fault fault) {
        return texts.text("password.fault." + fault, PasswordRule.CHARS_MIN, PasswordRule.CHARS_MAX);
    }

    private boolean opensSetup(String token) {
        String expected = setupToken.get();
        return expected != null
                && MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8))
                && accounts.isEmpty();
    }

    private void sendLogIn(ServerRequest request, ServerResponse response, String to, Optional<String> error) {
        String back = to.isEmpty() ? PATH : PATH + "?" + TO + "=" + URLEncoder.encode(to, StandardCharsets.UTF_8);
        pages.send(
                response,
                "login",
                new LogInView(
                        pages.frame(request, response, back),
                        LogInView.Kind.LOG_IN,
                        "",
                        "",
                        to,
                        PasswordRule.CHARS_MIN,
                        error,
                        desk.outside().map(provider -> outside(provider, to))));
    }

    private static LogInView.Outside outside(IdentityProvider provider, String to) {
        String query = to.isEmpty() ? "" : "?" + TO + "=" + URLEncoder.encode(to, StandardCharsets.UTF_8);
        return new LogInView.Outside(
                provider.label(), provider.isAway() ? Optional.empty() : Optional.of(ProviderLogIn.PATH + query));
    }

    private void sendSetup(ServerRequest request, ServerResponse response, String token, Optional<String> error) {
        pages.send(
                response,
                "login",
                new LogInView(
                        pages.frame(request, response, "/"),
                        LogInView.Kind.SETUP,
                        token,
                        "",
                        "",
                        PasswordRule.CHARS_MIN,
                        error,
                        Optional.empty()));
    }
}
