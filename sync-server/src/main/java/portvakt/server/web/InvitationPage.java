package portvakt.server.web;

import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import portvakt.server.port.AccountKeeping.Account;
import portvakt.server.port.PasswordRule;
import portvakt.server.web.view.LogInView;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.PlainView;
import portvakt.server.web.view.Texts;

/** Where the holder of a one-time link chooses a password. The link is spent by it. */
final class InvitationPage {

    static final String PATH = "/invitation";

    private final AccountDesk desk;
    private final Pages pages;
    private final InstantSource clock;
    private final Runnable changed;

    InvitationPage(AccountDesk desk, Pages pages, InstantSource clock, Runnable changed) {
        this.desk = desk;
        this.pages = pages;
        this.clock = clock;
        this.changed = changed;
    }

    List<Route> routes() {
        return List.of(Route.open(Method.GET, PATH, this::show), Route.open(Method.POST, PATH, this::choose));
    }

    private void show(ServerRequest request, ServerResponse response) {
        String token = request.query().first("token").orElse("");
        Optional<Account> account = desk.keeping().linked(token, clock.instant());
        if (account.isPresent()) {
            send(request, response, account.get(), token, Optional.empty());
        } else {
            sendSpent(request, response);
        }
    }

    private void choose(ServerRequest request, ServerResponse response) {
        Optional<Form> sent = pages.form(request, response);
        if (sent.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        String token = sent.get().value("token");
        Optional<Account> account = desk.keeping().linked(token, now);
        if (account.isEmpty()) {
            sendSpent(request, response);
            return;
        }
        Texts texts = pages.texts(request);
        String name = account.get().name();
        char[] password = sent.get().value("password").toCharArray();
        Optional<PasswordRule.Fault> fault = PasswordRule.fault(name, password);
        if (fault.isPresent()) {
            response.status(LogInPages.UNPROCESSABLE);
            send(request, response, account.get(), token, fault.map(each -> LogInPages.passwordFault(texts, each)));
            return;
        }
        boolean redeemed = desk.keeping().redeem(token, password, now);
        Arrays.fill(password, '\0');
        if (!redeemed) {
            sendSpent(request, response);
            return;
        }
        desk.audit().note(name, "PASSWORD_SET", name, now);
        changed.run();
        Pages.redirect(response, LogInPages.PATH);
    }

    private void send(
            ServerRequest request, ServerResponse response, Account account, String token, Optional<String> error) {
        pages.send(
                response,
                "login",
                new LogInView(
                        frame(request, response),
                        LogInView.Kind.INVITATION,
                        token,
                        account.name(),
                        "",
                        PasswordRule.CHARS_MIN,
                        error,
                        Optional.empty()));
    }

    private void sendSpent(ServerRequest request, ServerResponse response) {
        response.status(Status.GONE_410);
        PageFrame frame = frame(request, response);
        pages.send(
                response,
                "plain",
                new PlainView(
                        frame,
                        frame.text("invitation.spent-title"),
                        frame.text("invitation.spent"),
                        Optional.of(new PlainView.Next(LogInPages.PATH, frame.text("login.title"), false))));
    }

    private PageFrame frame(ServerRequest request, ServerResponse response) {
        return pages.frame(request, response, LogInPages.PATH);
    }
}
