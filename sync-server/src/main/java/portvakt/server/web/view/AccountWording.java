package portvakt.server.web.view;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import portvakt.server.port.AccountAudit;
import portvakt.server.port.AccountKeeping.Account;
import portvakt.server.port.AccountKeeping.Session;
import portvakt.server.port.Principal.Grant;
import portvakt.server.port.Right;
import portvakt.server.port.Tokens.Token;

/** Accounts and tokens in words. Immutable. */
public final class AccountWording {

    private final Texts texts;
    private final Instant now;

    public AccountWording(Texts texts, Instant now) {
        this.texts = texts;
        this.now = now;
    }

    public String grant(Grant grant) {
        return texts.text("role.at", texts.text("role." + grant.role().code()), where(grant));
    }

    private String where(Grant grant) {
        return grant.site().orElseGet(() -> texts.text("role.everywhere"));
    }

    public List<String> grants(Set<Grant> grants) {
        return sorted(grants).stream().map(this::grant).toList();
    }

    public static List<Grant> sorted(Set<Grant> grants) {
        return grants.stream()
                .sorted(Comparator.comparing(Grant::role)
                        .thenComparing(grant -> grant.site().orElse("")))
                .toList();
    }

    public String state(Account account) {
        return switch (account.state(now)) {
            case ACTIVE ->
                account.endsAt()
                        .map(end -> texts.text("user.state.ACTIVE_UNTIL", texts.date(end.minusMillis(1))))
                        .orElseGet(() -> texts.text("user.state.ACTIVE"));
            case INVITED -> texts.text("user.state.INVITED");
            case LOCKED ->
                texts.text(
                        "user.state.LOCKED", texts.moment(account.lockedUntil().orElseThrow(), now));
            case DISABLED ->
                texts.text(
                        "user.state.DISABLED", texts.date(account.disabledAt().orElseThrow()));
            case ENDED ->
                texts.text(
                        "user.state.ENDED",
                        texts.date(account.endsAt().orElseThrow().minusMillis(1)));
        };
    }

    public String css(Account account) {
        return switch (account.state(now)) {
            case ACTIVE -> "good";
            case INVITED -> "calm";
            case LOCKED -> "warn";
            case DISABLED, ENDED -> "bad";
        };
    }

    public String lastLogIn(Account account) {
        return account.lastLogInAt()
                .map(at -> texts.text("user.last", texts.dateAndTime(at)))
                .orElseGet(() -> texts.text("user.never"));
    }

    public UsersView.Row row(Account account, String url) {
        String name = account.displayName()
                .map(display -> account.name() + " (" + display + ")")
                .orElse(account.name());
        return new UsersView.Row(url, name, grants(account.grants()), lastLogIn(account), state(account), css(account));
    }

    public String session(Session session) {
        return texts.text(
                "session.text", texts.dateAndTime(session.openedAt()), texts.moment(session.lastUsedAt(), now));
    }

    public UsersView.Note note(AccountAudit.Note note) {
        String key = "audit.account." + note.action();
        return new UsersView.Note(
                texts.dateAndTime(note.at()),
                note.actor(),
                texts.has(key) ? texts.text(key) : note.action(),
                note.subject());
    }

    public TokensView.Row token(Token token, String url) {
        boolean open = token.counts(now);
        String state = token.revokedAt()
                .map(at -> texts.text(
                        "token.revoked", texts.date(at), token.revokedBy().orElse("")))
                .orElseGet(() -> texts.text(open ? "token.until" : "token.over", texts.date(token.expiresAt())));
        return new TokensView.Row(
                url,
                token.name(),
                grants(token.grants()),
                token.only().map(this::rights).orElse(""),
                texts.text("token.made", token.createdBy(), texts.date(token.createdAt())),
                token.lastUsedOn()
                        .map(day -> texts.text("token.used", texts.date(noon(day))))
                        .orElseGet(() -> texts.text("token.unused")),
                state,
                open ? "good" : "bad",
                open);
    }

    private static Instant noon(LocalDate day) {
        return day.atTime(12, 0).toInstant(ZoneOffset.UTC);
    }

    private String rights(Set<Right> rights) {
        return rights.stream()
                .sorted()
                .map(right -> texts.text("right." + right))
                .collect(Collectors.joining(" · "));
    }

    public Optional<String> linkOpen(Account account) {
        return account.linkUntil().filter(now::isBefore).map(texts::dateAndTime);
    }
}
