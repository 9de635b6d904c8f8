package portvakt.server.web;

import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import portvakt.server.port.AccountKeeping.Account;
import portvakt.server.port.Accounts.LogIn;
import portvakt.server.port.PasswordRule;
import portvakt.server.port.Principal;
import portvakt.server.web.view.AccountView;
import portvakt.server.web.view.AccountWording;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.Texts;

/** Somebody's own account: roles, password, sessions. For everybody who is logged in. */
final class AccountPage {

    static final String PATH = "/account";

    private final AccountDesk desk;
    private final Pages pages;
    private final InstantSource clock;
    private final Runnable changed;

    AccountPage(AccountDesk desk, Pages pages, InstantSource clock, Runnable changed) {
        this.desk = desk;
        this.pages = pages;
        this.clock = clock;
        this.changed = changed;
    }

    List<Route> routes() {
        return List.of(
                own(Method.GET, PATH, this::show),
                own(Method.POST, PATH + "/password", this::changePassword),
                own(Method.POST, PATH + "/sessions/end", this::endSession));
    }

    private static Route own(Method method, String path, Handler handler) {
        return new Route(method, path, Route.Protection.PAGE, Optional.empty(), handler);
    }

    private void show(ServerRequest request, ServerResponse response) {
        boolean done = request.query().contains("changed");
        send(
                request,
                response,
                Optional.empty(),
                done ? Optional.of(pages.texts(request).text("account.changed")) : Optional.empty());
    }

    private void send(ServerRequest request, ServerResponse response, Optional<String> error, Optional<String> done) {
        Principal principal = Authentication.principal(request);
        Instant now = clock.instant();
        PageFrame frame = pages.frame(request, response, PATH);
        AccountWording wording = new AccountWording(frame.texts(), now);
        Optional<Account> account = desk.keeping().named(principal.name());
        pages.send(
                response,
                "account",
                new AccountView(
                        frame,
                        principal.name(),
                        account.flatMap(Account::displayName),
                        wording.grants(principal.grants()),
                        account.map(Account::outside).orElse(true),
                        PasswordRule.CHARS_MIN,
                        desk
                                .keeping()
                                .sessions(principal.name(), pages.cookies().session(request), now)
                                .stream()
                                .map(session ->
                                        new AccountView.Row(session.id(), wording.session(session), session.current()))
                                .toList(),
                        error,
                        done));
    }

    private void changePassword(ServerRequest request, ServerResponse response) {
        Optional<Form> sent = pages.form(request, response);
        if (sent.isEmpty()) {
            return;
        }
        String name = Authentication.principal(request).name();
        Texts texts = pages.texts(request);
        Instant now = clock.instant();
        char[] present = sent.get().value("present").toCharArray();
        char[] fresh = sent.get().value("password").toCharArray();
        // A wrong one counts as a failed log-in does: who has found an open session must not try passwords in it.
        Optional<String> error = PasswordRule.fault(name, fresh)
                .map(fault -> LogInPages.passwordFault(texts, fault))
                .or(() -> switch (desk.accounts().logIn(name, present, now)) {
                    case LogIn.Welcome _ -> Optional.empty();
                    case LogIn.Refused _, LogIn.Closed _ -> Optional.of(texts.text("account.wrong"));
                    case LogIn.LockedOut(Instant until) ->
                        Optional.of(texts.text("login.locked", texts.moment(until, now)));
                });
        if (error.isPresent()) {
            response.status(LogInPages.UNPROCESSABLE);
            send(request, response, error, Optional.empty());
        } else {
            desk.keeping()
                    .setPassword(name, fresh, pages.cookies().session(request).orElseThrow());
            desk.audit().note(name, "PASSWORD_CHANGED", name, now);
            changed.run();
            Pages.redirect(response, PATH + "?changed");
        }
        Arrays.fill(present, '\0');
        Arrays.fill(fresh, '\0');
    }

    private void endSession(ServerRequest request, ServerResponse response) {
        Optional<Form> sent = pages.form(request, response);
        if (sent.isEmpty()) {
            return;
        }
        String name = Authentication.principal(request).name();
        String session = sent.get().value("session");
        Set<String> own = desk.keeping().sessions(name, Optional.empty(), clock.instant()).stream()
                .map(each -> each.id())
                .collect(java.util.stream.Collectors.toSet());
        if (own.contains(session)) {
            desk.keeping().endSession(name, session);
            desk.audit().note(name, "SESSION_ENDED", name, clock.instant());
            changed.run();
        }
        Pages.redirect(response, PATH);
    }
}
