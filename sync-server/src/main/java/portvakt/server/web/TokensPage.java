package portvakt.server.web;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import portvakt.server.port.Principal;
import portvakt.server.port.Right;
import portvakt.server.port.Role;
import portvakt.server.port.Tokens;
import portvakt.server.port.Tokens.Made;
import portvakt.server.port.Tokens.Token;
import portvakt.server.port.Tokens.Wish;
import portvakt.server.web.view.AccountWording;
import portvakt.server.web.view.Choice;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.TokensView;

/** The tokens of programs: made, shown once, revoked. */
final class TokensPage {

    static final String PATH = UsersPage.PATH + "/tokens";

    private final AccountDesk desk;
    private final Pages pages;
    private final InstantSource clock;

    TokensPage(AccountDesk desk, Pages pages, InstantSource clock) {
        this.desk = desk;
        this.pages = pages;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.page(PATH, Right.MANAGE_ACCOUNTS, this::all),
                Route.form(PATH, Right.MANAGE_ACCOUNTS, this::make),
                Route.form(PATH + "/{id}/revoke", Right.MANAGE_ACCOUNTS, this::revoke));
    }

    /** What stands in the form's fields. */
    private record Entered(String name, String days, String role, String site, Set<String> rights) {
        static final Entered NONE =
                new Entered("", String.valueOf(Tokens.DAYS_DEFAULT), Role.PROGRAM.code(), "", Set.of());

        static Entered of(Form form) {
            return new Entered(
                    form.value("name").strip(),
                    form.value("days").strip(),
                    form.value(AccountForms.ROLE),
                    form.value(Scope.SITE),
                    Set.copyOf(form.fields().all("right", List::of)));
        }

        Optional<Set<Right>> only() {
            Set<Right> chosen = Arrays.stream(Right.values())
                    .filter(right -> rights.contains(right.name()))
                    .collect(Collectors.toSet());
            return chosen.isEmpty() ? Optional.empty() : Optional.of(chosen);
        }
    }

    private void all(ServerRequest request, ServerResponse response) {
        send(request, response, Entered.NONE, Optional.empty(), Optional.empty());
    }

    private void send(
            ServerRequest request,
            ServerResponse response,
            Entered entered,
            Optional<String> secret,
            Optional<String> error) {
        PageFrame frame = pages.frame(request, response, PATH);
        AccountWording wording = new AccountWording(frame.texts(), clock.instant());
        pages.send(
                response,
                "tokens",
                new TokensView(
                        frame,
                        desk.tokens().all().stream()
                                .map(token -> wording.token(token, PATH + "/" + token.id()))
                                .toList(),
                        entered.name,
                        entered.days,
                        Tokens.DAYS_MAX,
                        AccountForms.roles(frame.texts(), List.of(Role.values()), entered.role),
                        AccountForms.sites(frame.texts(), desk.sites(), entered.site),
                        Arrays.stream(Right.values())
                                .map(right -> new Choice(
                                        right.name(),
                                        frame.text("right." + right),
                                        entered.rights.contains(right.name())))
                                .toList(),
                        secret,
                        error));
    }

    private void make(ServerRequest request, ServerResponse response) {
        Optional<Form> sent = pages.form(request, response);
        if (sent.isEmpty()) {
            return;
        }
        Entered entered = Entered.of(sent.get());
        Optional<Wish> wish = wish(entered);
        Principal principal = Authentication.principal(request);
        if (wish.isEmpty()
                || !AccountForms.within(
                        principal, wish.get().grants(), wish.get().only())) {
            response.status(Status.BAD_REQUEST_400);
            send(
                    request,
                    response,
                    entered,
                    Optional.empty(),
                    Optional.of(pages.texts(request).text("token.fault", Tokens.DAYS_MAX)));
            return;
        }
        Made made = make(desk, wish.get(), principal, clock);
        response.status(Status.CREATED_201);
        send(request, response, Entered.NONE, Optional.of(made.secret()), Optional.empty());
    }

    /** Makes one and notes it. */
    static Made make(AccountDesk desk, Wish wish, Principal principal, InstantSource clock) {
        Made made = desk.tokens().make(wish, principal.name(), clock.instant());
        String subject = wish.name() + " (" + made.token().id() + "): "
                + wish.grants().stream().map(AccountForms::told).sorted().collect(Collectors.joining(", "))
                + wish.only()
                        .map(only -> ", only "
                                + only.stream().sorted().map(Right::name).collect(Collectors.joining(" ")))
                        .orElse("");
        desk.audit().note(principal.name(), "TOKEN_MADE", subject, clock.instant());
        return made;
    }

    private Optional<Wish> wish(Entered entered) {
        try {
            int days = Integer.parseInt(entered.days);
            // A right that the role does not give would give none, and the token would be of no use.
            return AccountForms.grant(entered.role, entered.site, desk.sites())
                    .filter(grant -> entered.only()
                            .map(only -> only.stream().anyMatch(grant.role()::has))
                            .orElse(true))
                    .map(grant -> new Wish(entered.name, Set.of(grant), entered.only(), days));
        } catch (IllegalArgumentException e) {
            // The page says what is right of each field.
            return Optional.empty();
        }
    }

    private void revoke(ServerRequest request, ServerResponse response) {
        if (pages.form(request, response).isEmpty()) {
            return;
        }
        Token token = desk.tokens().find(AccountForms.id(request)).orElseThrow(AccountForms::notFound);
        revoke(desk, token, Authentication.principal(request), clock);
        Pages.redirect(response, PATH);
    }

    /** @return false if it did not count any more */
    static boolean revoke(AccountDesk desk, Token token, Principal principal, InstantSource clock) {
        boolean revoked = desk.tokens().revoke(token.id(), principal.name(), clock.instant());
        if (revoked) {
            desk.audit()
                    .note(principal.name(), "TOKEN_REVOKED", token.name() + " (" + token.id() + ")", clock.instant());
        }
        return revoked;
    }
}
