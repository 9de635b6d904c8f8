package portvakt.server.web;

import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import portvakt.server.port.AccountKeeping;
import portvakt.server.port.AccountKeeping.Account;
import portvakt.server.port.AccountKeeping.Outcome;
import portvakt.server.port.AccountKeeping.State;
import portvakt.server.port.IdentityProvider;
import portvakt.server.port.Principal.Grant;
import portvakt.server.port.Right;
import portvakt.server.port.Role;
import portvakt.server.web.view.AccountWording;
import portvakt.server.web.view.PageFrame;
import portvakt.server.web.view.Texts;
import portvakt.server.web.view.UserView;
import portvakt.server.web.view.UsersView;

/** Users and roles: who has an account, what they may do and where, and who changed that. Of use without any script. */
final class UsersPage {

    static final String PATH = "/users";

    private static final String ONE_PATH = PATH + "/{id}";
    private static final int NOTES = 50;
    private static final Status CONFLICT = Status.CONFLICT_409;
    /** Those that a person can have. */
    private static final List<Role> ROLES =
            Arrays.stream(Role.values()).filter(role -> role != Role.PROGRAM).toList();

    private final AccountDesk desk;
    private final Pages pages;
    private final Supplier<URI> url;
    private final ZoneId zone;
    private final InstantSource clock;
    private final Runnable changed;

    /**
     * @param url     what people type, for the links
     * @param changed told after each change, so that open streams look again whether they may go on
     */
    UsersPage(AccountDesk desk, Pages pages, Supplier<URI> url, ZoneId zone, InstantSource clock, Runnable changed) {
        this.desk = desk;
        this.pages = pages;
        this.url = url;
        this.zone = zone;
        this.clock = clock;
        this.changed = changed;
    }

    List<Route> routes() {
        AccountKeeping keeping = desk.keeping();
        return List.of(
                Route.page(PATH, Right.MANAGE_ACCOUNTS, this::all),
                Route.form(PATH, Right.MANAGE_ACCOUNTS, this::invite),
                Route.page(ONE_PATH, Right.MANAGE_ACCOUNTS, this::one),
                Route.form(ONE_PATH + "/link", Right.MANAGE_ACCOUNTS, this::makeLink),
                change("/roles/give", "ROLE_GIVEN", (account, form) -> keeping.grant(account.id(), grant(form)), true),
                change(
                        "/roles/withdraw",
                        "ROLE_WITHDRAWN",
                        (account, form) -> keeping.withdraw(account.id(), grant(form)),
                        true),
                change("/end", "END_SET", (account, form) -> keeping.setEnd(account.id(), end(form)), false),
                change(
                        "/disable",
                        "DISABLED",
                        (account, form) -> keeping.disable(account.id(), clock.instant()),
                        false),
                change("/enable", "ENABLED", (account, form) -> keeping.enable(account.id()), false),
                change("/unlock", "UNLOCKED", (account, form) -> keeping.unlock(account.id()), false),
                change("/sessions/end", "SESSIONS_ENDED", (account, form) -> keeping.endSessions(account.id()), false));
    }

    private void all(ServerRequest request, ServerResponse response) {
        sendAll(request, response, new UsersView.Entered("", "", false), "", "", Optional.empty());
    }

    private void sendAll(
            ServerRequest request,
            ServerResponse response,
            UsersView.Entered entered,
            String role,
            String site,
            Optional<String> error) {
        PageFrame frame = pages.frame(request, response, PATH);
        AccountWording wording = new AccountWording(frame.texts(), clock.instant());
        pages.send(
                response,
                "users",
                new UsersView(
                        frame,
                        desk.keeping().all().stream()
                                .map(account -> wording.row(account, url(account)))
                                .toList(),
                        entered,
                        AccountForms.roles(frame.texts(), ROLES, role.isEmpty() ? Role.GUARD.code() : role),
                        AccountForms.sites(frame.texts(), desk.sites(), role.isEmpty() ? firstSite() : site),
                        desk.outside().isPresent(),
                        error,
                        desk.audit().newest(NOTES).stream().map(wording::note).toList()));
    }

    /** What is offered first: nobody gets a role everywhere because they overlooked a field. */
    private String firstSite() {
        return desk.sites().stream().findFirst().orElse(AccountForms.EVERYWHERE);
    }

    private static String url(Account account) {
        return PATH + "/" + account.id();
    }

    private void invite(ServerRequest request, ServerResponse response) {
        Optional<Form> sent = pages.form(request, response);
        if (sent.isEmpty()) {
            return;
        }
        Form form = sent.get();
        String name = form.value("name").strip();
        boolean outside = desk.outside().isPresent() && form.value("outside").equals("yes");
        UsersView.Entered entered = new UsersView.Entered(name, form.value("until"), outside);
        Texts texts = pages.texts(request);
        if (!AccountKeeping.isName(name)) {
            refuse(request, response, form, entered, texts.text("setup.name"));
            return;
        }
        Grant grant = grant(form);
        Optional<Account> made = desk.keeping().invite(name, Set.of(grant), end(form), outside);
        if (made.isEmpty()) {
            refuse(request, response, form, entered, texts.text("users.taken", name));
            return;
        }
        note(request, "INVITED", name + ": " + AccountForms.told(grant));
        response.status(Status.CREATED_201);
        sendOne(request, response, made.get(), outside ? Optional.empty() : link(made.get()), Optional.empty());
    }

    private void refuse(
            ServerRequest request, ServerResponse response, Form form, UsersView.Entered entered, String error) {
        response.status(Status.BAD_REQUEST_400);
        sendAll(request, response, entered, form.value(AccountForms.ROLE), form.value(Scope.SITE), Optional.of(error));
    }

    private Optional<UserView.Link> link(Account account) {
        Instant now = clock.instant();
        return desk.keeping()
                .makeLink(account.id(), now)
                .map(secret -> new UserView.Link(
                        url.get()
                                .resolve(InvitationPage.PATH + "?token="
                                        + URLEncoder.encode(secret, StandardCharsets.UTF_8))
                                .toString(),
                        "",
                        !account.set()));
    }

    private void one(ServerRequest request, ServerResponse response) {
        sendOne(request, response, account(request), Optional.empty(), Optional.empty());
    }

    private Account account(ServerRequest request) {
        return desk.keeping().find(AccountForms.id(request)).orElseThrow(AccountForms::notFound);
    }

    private void makeLink(ServerRequest request, ServerResponse response) {
        if (pages.form(request, response).isEmpty()) {
            return;
        }
        Account account = account(request);
        Optional<UserView.Link> link = link(account);
        if (link.isEmpty()) {
            throw new HttpException("an account of the provider has no password here", CONFLICT);
        }
        note(request, "LINK_MADE", account.name());
        sendOne(request, response, account, link, Optional.empty());
    }

    /** A form that changes an account and returns to it. @param withGrant whether the note says which role it was */
    private Route change(String path, String action, BiFunction<Account, Form, Outcome> work, boolean withGrant) {
        return Route.form(ONE_PATH + path, Right.MANAGE_ACCOUNTS, (request, response) -> {
            Optional<Form> sent = pages.form(request, response);
            if (sent.isEmpty()) {
                return;
            }
            Account account = account(request);
            switch (work.apply(account, sent.get())) {
                case DONE -> {
                    String of = withGrant ? ": " + AccountForms.told(grant(sent.get())) : "";
                    note(request, action, account.name() + of);
                    changed.run();
                    Pages.redirect(response, url(account));
                }
                case UNKNOWN -> throw AccountForms.notFound();
                case LAST_ADMIN -> {
                    response.status(CONFLICT);
                    String error = pages.texts(request).text("user.last-admin");
                    sendOne(request, response, account, Optional.empty(), Optional.of(error));
                }
            }
        });
    }

    private void note(ServerRequest request, String action, String subject) {
        desk.audit().note(Authentication.principal(request).name(), action, subject, clock.instant());
    }

    private Grant grant(Form form) {
        return AccountForms.grant(form.value(AccountForms.ROLE), form.value(Scope.SITE), desk.sites())
                .orElseThrow(() -> new HttpException("no such role or site", Status.BAD_REQUEST_400));
    }

    /** The first moment after the last day. */
    private Optional<Instant> end(Form form) {
        String until = form.value("until");
        if (until.isBlank()) {
            return Optional.empty();
        }
        try {
            LocalDate last = LocalDate.parse(until);
            // What is outside of these years no database has to know.
            if (last.getYear() >= 1970 && last.getYear() < 9999) {
                return Optional.of(last.plusDays(1).atStartOfDay(zone).toInstant());
            }
        } catch (DateTimeException e) {
            // Answered below, like a day out of bounds.
        }
        throw new HttpException("no such day", Status.BAD_REQUEST_400);
    }

    private void sendOne(
            ServerRequest request,
            ServerResponse response,
            Account before,
            Optional<UserView.Link> link,
            Optional<String> error) {
        Instant now = clock.instant();
        Account account = desk.keeping().find(before.id()).orElseThrow(AccountForms::notFound);
        PageFrame frame = pages.frame(request, response, url(account));
        AccountWording wording = new AccountWording(frame.texts(), now);
        boolean mapped = account.outside()
                && desk.outside().map(IdentityProvider::mapsRoles).orElse(false);
        pages.send(
                response,
                "user",
                new UserView(
                        frame,
                        url(account),
                        account.name(),
                        account.displayName(),
                        wording.state(account),
                        wording.css(account),
                        wording.lastLogIn(account),
                        account.outside(),
                        mapped,
                        AccountWording.sorted(account.grants()).stream()
                                .map(grant -> new UserView.Given(
                                        grant.role().code(),
                                        grant.site().orElse(AccountForms.EVERYWHERE),
                                        wording.grant(grant)))
                                .toList(),
                        AccountForms.roles(frame.texts(), ROLES, Role.GUARD.code()),
                        AccountForms.sites(frame.texts(), desk.sites(), firstSite()),
                        account.endsAt()
                                .map(end -> LocalDate.ofInstant(end.minusMillis(1), zone)
                                        .toString())
                                .orElse(""),
                        desk.keeping().sessions(account.name(), Optional.empty(), now).stream()
                                .map(wording::session)
                                .toList(),
                        account.state(now) == State.DISABLED,
                        account.state(now) == State.LOCKED,
                        link.map(made -> new UserView.Link(
                                made.url(), wording.linkOpen(account).orElse(""), made.fresh())),
                        link.isPresent() ? Optional.empty() : wording.linkOpen(account),
                        error));
    }
}
