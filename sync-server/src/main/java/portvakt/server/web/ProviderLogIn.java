package portvakt.server.web;

import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.server.port.AccountKeeping.Account;
import portvakt.server.port.AccountKeeping.Came;
import portvakt.server.port.AccountKeeping.State;
import portvakt.server.port.IdentityProvider;
import portvakt.server.port.IdentityProvider.AwayException;
import portvakt.server.port.IdentityProvider.Challenge;
import portvakt.server.port.IdentityProvider.RefusedException;
import portvakt.server.port.IdentityProvider.Vouched;
import portvakt.server.web.view.AccountWording;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.PlainView;

/**
 * Log-in by a provider: away to it, and back.
 *
 * <p>What the way back is known by hangs on one cookie with a secret of its own: state, nonce and PKCE verifier are hashes of it, so no
 * server has to remember anything, a restart voids no log-in, and nobody without the cookie can end one that somebody else began. That
 * cookie is the only one with SameSite=Lax. The provider sends the browser here from its own site, and with that request a browser sends
 * no Strict cookie, nor with a redirect that answers it; so the answer is a page, which leads on by itself from our own site.
 */
final class ProviderLogIn {

    static final String PATH = LogInPages.PATH + "/provider";
    static final String CALLBACK_PATH = LogInPages.PATH + "/callback";

    private static final Logger LOG = LoggerFactory.getLogger(ProviderLogIn.class);
    private static final String PROVIDER = "provider";

    private final IdentityProvider provider;
    private final AccountDesk desk;
    private final Pages pages;
    private final Supplier<URI> url;
    private final InstantSource clock;
    private final Runnable changed;

    ProviderLogIn(
            IdentityProvider provider,
            AccountDesk desk,
            Pages pages,
            Supplier<URI> url,
            InstantSource clock,
            Runnable changed) {
        this.provider = provider;
        this.desk = desk;
        this.pages = pages;
        this.url = url;
        this.clock = clock;
        this.changed = changed;
    }

    List<Route> routes() {
        return List.of(
                Route.open(Method.GET, PATH, this::leave), Route.open(Method.GET, CALLBACK_PATH, this::comeBack));
    }

    /** What the cookie of one log-in holds. @param to where to go on to; empty: where they may */
    record Flow(String secret, Instant begun, String to) {

        static final Duration VALID = Duration.ofMinutes(10);

        String text() {
            return secret + "." + begun.getEpochSecond() + "."
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(to.getBytes(StandardCharsets.UTF_8));
        }

        static Optional<Flow> read(String text, Instant now) {
            String[] parts = text.split("\\.", -1);
            try {
                return parts.length != 3
                        ? Optional.empty()
                        : Optional.of(new Flow(
                                        parts[0],
                                        Instant.ofEpochSecond(Long.parseLong(parts[1])),
                                        new String(Base64.getUrlDecoder().decode(parts[2]), StandardCharsets.UTF_8)))
                                .filter(flow -> now.isBefore(flow.begun.plus(VALID)));
            } catch (IllegalArgumentException | java.time.DateTimeException e) {
                // Not one of ours.
                return Optional.empty();
            }
        }

        /** Of the whole text: whoever changes the time or the address has another state. */
        Challenge challenge() {
            return new Challenge(hash("state"), hash("nonce"), hash("verifier"));
        }

        private String hash(String use) {
            return FormToken.sha256("portvakt log-in " + use + "\n" + text());
        }
    }

    private void leave(ServerRequest request, ServerResponse response) {
        String to = LocalPath.of(request.query().first("to").orElse("")).orElse("");
        Flow flow = new Flow(Cookies.secret(), clock.instant(), to);
        try {
            URI there = provider.logInUrl(flow.challenge(), callback());
            pages.cookies().setFlow(response, flow.text(), Flow.VALID);
            Pages.redirect(response, there.toString());
        } catch (AwayException e) {
            sayAway(request, response, e);
        }
    }

    private URI callback() {
        return url.get().resolve(CALLBACK_PATH);
    }

    private void comeBack(ServerRequest request, ServerResponse response) {
        Instant now = clock.instant();
        Optional<Flow> flow = pages.cookies().flow(request).flatMap(text -> Flow.read(text, now));
        pages.cookies().clearFlow(response);
        String state = request.query().first("state").orElse("");
        if (flow.isEmpty() || !same(state, flow.get().challenge().state())) {
            say(request, response, Status.BAD_REQUEST_400, "stale");
            return;
        }
        Optional<String> code = request.query().first("code").asOptional().filter(text -> !text.isBlank());
        if (code.isEmpty()) {
            // What the provider writes is not shown: anybody could have written it into a link.
            say(request, response, Status.FORBIDDEN_403, "refused");
            return;
        }
        try {
            Vouched vouched = provider.vouch(flow.get().challenge(), code.get(), callback());
            Optional<Came> came = desk.keeping().come(vouched.outsider(), vouched.grants(), now);
            came.ifPresent(known -> note(known, now));
            welcome(request, response, flow.get(), vouched, came.map(Came::account));
        } catch (AwayException e) {
            sayAway(request, response, e);
        } catch (RefusedException e) {
            LOG.warn("A log-in by the provider was refused: {}", e.getMessage());
            say(request, response, Status.FORBIDDEN_403, "refused");
        }
    }

    private static boolean same(String given, String expected) {
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
    }

    private void note(Came came, Instant now) {
        Account account = came.account();
        boolean first = account.lastLogInAt().isEmpty();
        if (first || !came.before().equals(account.grants())) {
            String roles = AccountWording.sorted(account.grants()).stream()
                    .map(AccountForms::told)
                    .collect(Collectors.joining(", "));
            desk.audit().note(PROVIDER, first ? "CAME" : "ROLES_MAPPED", account.name() + ": " + roles, now);
            changed.run();
        }
    }

    private void welcome(
            ServerRequest request, ServerResponse response, Flow flow, Vouched vouched, Optional<Account> account) {
        Instant now = clock.instant();
        if (account.isEmpty() || account.get().grants().isEmpty()) {
            say(request, response, Status.FORBIDDEN_403, "unknown");
            return;
        }
        if (account.get().state(now) != State.ACTIVE && account.get().state(now) != State.LOCKED) {
            say(request, response, Status.FORBIDDEN_403, "closed");
            return;
        }
        // A session of before the log-in does not become one of after it.
        pages.cookies().session(request).ifPresent(desk.accounts()::closeSession);
        pages.cookies()
                .setSession(
                        response, desk.accounts().openSession(account.get().name(), Optional.of(vouched.token()), now));
        PageFrame frame = pages.frame(request, response, LogInPages.PATH);
        pages.send(
                response,
                "plain",
                new PlainView(
                        frame,
                        frame.text("provider.in-title"),
                        frame.text("provider.in"),
                        Optional.of(new PlainView.Next(
                                flow.to().isEmpty() ? ConsolePage.PATH : flow.to(),
                                frame.text("provider.go-on"),
                                true))));
    }

    private void sayAway(ServerRequest request, ServerResponse response, AwayException e) {
        LOG.warn("A log-in by the provider did not work: {}", e.getMessage());
        say(request, response, Status.SERVICE_UNAVAILABLE_503, "away");
    }

    private void say(ServerRequest request, ServerResponse response, Status status, String what) {
        response.status(status);
        PageFrame frame = pages.frame(request, response, LogInPages.PATH);
        pages.send(
                response,
                "plain",
                new PlainView(
                        frame,
                        frame.text("provider." + what + "-title"),
                        frame.text("provider." + what, provider.label()),
                        Optional.of(new PlainView.Next(LogInPages.PATH, frame.text("provider.back"), false))));
    }
}
