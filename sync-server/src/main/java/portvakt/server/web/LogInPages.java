package portvakt.server.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import portvakt.server.port.Accounts;
import portvakt.server.web.view.LogInView;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.Texts;

/**
 * Log-in, log-out, and the one-time page that makes the first account. That page opens only to the link that the server wrote to
 * its log at start, and only as long as there is no account.
 */
final class LogInPages {

    static final String PATH = "/login";
    static final String SETUP_PATH = "/setup";

    private static final Status UNPROCESSABLE = Status.create(422);
    private static final int PASSWORD_LENGTH_MIN = 12;
    private static final String FIRST_ROLE = "admin";

    private final Accounts accounts;
    private final Cookies cookies;
    private final Languages languages;
    private final Templates templates;
    private final StaticFiles files;
    private final InstantSource clock;
    private final AtomicReference<String> setupToken = new AtomicReference<>();

    LogInPages(
            Accounts accounts,
            Cookies cookies,
            Languages languages,
            Templates templates,
            StaticFiles files,
            InstantSource clock) {
        this.accounts = accounts;
        this.cookies = cookies;
        this.languages = languages;
        this.templates = templates;
        this.files = files;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.get(PATH, Route.Protection.PUBLIC, this::show),
                Route.post(PATH, Route.Protection.PUBLIC, this::logIn),
                Route.post("/logout", Route.Protection.PAGE, this::logOut),
                Route.get(SETUP_PATH, Route.Protection.PUBLIC, this::showSetup),
                Route.post(SETUP_PATH, Route.Protection.PUBLIC, this::setUp));
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

    private void show(ServerRequest request, ServerResponse response) {
        sendLogIn(request, response, Optional.empty());
    }

    private void logIn(ServerRequest request, ServerResponse response) {
        Form form = Form.of(request);
        if (form.isForged(cookies)) {
            Form.refuse(response);
            return;
        }
        Instant now = clock.instant();
        Texts texts = languages.texts(request);
        char[] password = form.value("password").toCharArray();
        Accounts.LogIn outcome = accounts.logIn(form.value("name").strip(), password, now);
        Arrays.fill(password, '\0');
        switch (outcome) {
            case Accounts.LogIn.Welcome(Accounts.Principal principal) -> {
                cookies.session(request).ifPresent(accounts::closeSession);
                cookies.setSession(response, accounts.openSession(principal, now));
                redirect(response, "/");
            }
            case Accounts.LogIn.Refused _ -> {
                response.status(UNPROCESSABLE);
                sendLogIn(request, response, Optional.of(texts.text("login.refused")));
            }
            case Accounts.LogIn.LockedOut(Instant until) -> {
                response.status(Status.TOO_MANY_REQUESTS_429)
                        .header(
                                HeaderNames.RETRY_AFTER,
                                String.valueOf(Math.max(1, until.getEpochSecond() - now.getEpochSecond())));
                sendLogIn(request, response, Optional.of(texts.text("login.locked", texts.moment(until, now))));
            }
        }
    }

    private void logOut(ServerRequest request, ServerResponse response) {
        if (Form.of(request).isForged(cookies)) {
            Form.refuse(response);
            return;
        }
        cookies.session(request).ifPresent(accounts::closeSession);
        cookies.clearSession(response);
        redirect(response, PATH);
    }

    private void showSetup(ServerRequest request, ServerResponse response) {
        String token = request.query().first("token").orElse("");
        if (opensSetup(token)) {
            sendSetup(request, response, token, Optional.empty());
        } else {
            redirect(response, PATH);
        }
    }

    private void setUp(ServerRequest request, ServerResponse response) {
        Form form = Form.of(request);
        if (form.isForged(cookies)) {
            Form.refuse(response);
            return;
        }
        String token = form.value("token");
        if (!opensSetup(token)) {
            redirect(response, PATH);
            return;
        }
        Texts texts = languages.texts(request);
        String name = form.value("name").strip();
        char[] password = form.value("password").toCharArray();
        if (name.isEmpty() || password.length < PASSWORD_LENGTH_MIN) {
            response.status(UNPROCESSABLE);
            sendSetup(request, response, token, Optional.of(texts.text("setup.refused", PASSWORD_LENGTH_MIN)));
            return;
        }
        // Spent before use: of two who press the button at once, one makes the account.
        if (setupToken.getAndSet(null) != null) {
            accounts.create(name, password, FIRST_ROLE);
        }
        Arrays.fill(password, '\0');
        redirect(response, PATH);
    }

    private boolean opensSetup(String token) {
        String expected = setupToken.get();
        return expected != null
                && MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8))
                && accounts.isEmpty();
    }

    private void sendLogIn(ServerRequest request, ServerResponse response, Optional<String> error) {
        templates.send(
                response,
                "login",
                new LogInView(frame(request, response, PATH), false, "", PASSWORD_LENGTH_MIN, error));
    }

    private void sendSetup(ServerRequest request, ServerResponse response, String token, Optional<String> error) {
        templates.send(
                response,
                "login",
                new LogInView(frame(request, response, "/"), true, token, PASSWORD_LENGTH_MIN, error));
    }

    private PageFrame frame(ServerRequest request, ServerResponse response, String back) {
        return new PageFrame(
                languages.texts(request),
                files::url,
                FormToken.of(cookies.formSecret(request, response)),
                back,
                Optional.empty());
    }

    private static void redirect(ServerResponse response, String to) {
        response.status(Status.SEE_OTHER_303).header(HeaderNames.LOCATION, to).send();
    }
}
