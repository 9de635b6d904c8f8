package portvakt.server.web;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import portvakt.server.port.Accounts;
import portvakt.server.port.Principal;
import portvakt.server.port.Principal.Grant;
import portvakt.server.port.Role;
import portvakt.server.port.Tokens;

/** Accounts and tokens in memory: locked for ten minutes after three failures. */
final class FakeAccounts implements Accounts, Tokens {

    static final int FAILURES_MAX = 3;

    /** An account; all fields under the lock of the fake. */
    static final class Entry {
        final long id;
        final String name;
        boolean outside;
        String password;
        String subject;
        String displayName;
        Set<Grant> grants = Set.of();
        Instant disabledAt;
        Instant endsAt;
        Instant lockedUntil;
        Instant lastLogInAt;
        String link;
        Instant linkUntil;
        int failures;

        Entry(long id, String name) {
            this.id = id;
            this.name = name;
        }

        boolean isOpen(Instant now) {
            return disabledAt == null && (endsAt == null || now.isBefore(endsAt));
        }

        Principal principal() {
            return new Principal(name, grants, Optional.empty());
        }
    }

    record SessionEntry(String name, Instant openedAt, Optional<String> outsideToken, Supplier<Principal> principal) {}

    final Map<String, Entry> entries = new LinkedHashMap<>();
    final Map<String, SessionEntry> sessions = new ConcurrentHashMap<>();
    private final Map<String, Token> tokens = new LinkedHashMap<>();
    private final AtomicInteger made = new AtomicInteger();

    synchronized Optional<Entry> add(String name) {
        if (entries.containsKey(name)) {
            return Optional.empty();
        }
        Entry entry = new Entry(entries.size() + 1, name);
        entries.put(name, entry);
        return Optional.of(entry);
    }

    @Override
    public synchronized LogIn logIn(String name, char[] password, Instant now) {
        Entry entry = entries.get(name);
        if (entry == null) {
            return new LogIn.Refused();
        }
        if (entry.lockedUntil != null && now.isBefore(entry.lockedUntil)) {
            return new LogIn.LockedOut(entry.lockedUntil);
        }
        if (entry.password == null || !entry.password.equals(new String(password))) {
            if (++entry.failures >= FAILURES_MAX) {
                entry.failures = 0;
                entry.lockedUntil = now.plus(Duration.ofMinutes(10));
            }
            return new LogIn.Refused();
        }
        return entry.isOpen(now) ? new LogIn.Welcome(entry.principal()) : new LogIn.Closed();
    }

    @Override
    public synchronized void create(String name, char[] password, Set<Grant> grants) {
        Entry entry = add(name).orElseThrow(() -> new IllegalArgumentException("taken"));
        entry.password = new String(password);
        entry.grants = Set.copyOf(grants);
    }

    @Override
    public synchronized boolean isEmpty() {
        return entries.values().stream().allMatch(entry -> entry.outside);
    }

    @Override
    public synchronized String openSession(String account, Optional<String> outsideToken, Instant now) {
        Entry entry = entries.get(account);
        if (entry == null) {
            throw new IllegalArgumentException("no such account");
        }
        entry.lastLogInAt = now;
        return open(account, outsideToken, now, entry::principal);
    }

    /** For somebody who has no account. */
    String openSession(Principal principal, Instant now) {
        return open(principal.name(), Optional.empty(), now, () -> principal);
    }

    private String open(String name, Optional<String> outsideToken, Instant now, Supplier<Principal> principal) {
        String secret = "session-" + made.incrementAndGet();
        sessions.put(secret, new SessionEntry(name, now, outsideToken, principal));
        return secret;
    }

    @Override
    public synchronized Optional<Principal> session(String secret, Instant now) {
        return Optional.ofNullable(sessions.get(secret))
                .filter(session -> entries.get(session.name) == null
                        || entries.get(session.name).isOpen(now))
                .map(session -> session.principal.get());
    }

    @Override
    public Optional<String> closeSession(String secret) {
        return Optional.ofNullable(sessions.remove(secret)).flatMap(SessionEntry::outsideToken);
    }

    @Override
    public synchronized Made make(Wish wish, String by, Instant now) {
        return keep(new Token(
                tokens.size() + 1,
                wish.name(),
                wish.grants(),
                wish.only(),
                now,
                by,
                now.plus(wish.validity()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    }

    private synchronized Made keep(Token token) {
        String secret = "token-" + made.incrementAndGet();
        tokens.put(secret, token);
        return new Made(token, secret);
    }

    String createToken(Principal principal) {
        return keep(new Token(
                        tokens.size() + 1,
                        principal.name(),
                        principal.grants(),
                        principal.only(),
                        TestServer.NOW,
                        "test",
                        TestServer.NOW.plus(Duration.ofDays(1)),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()))
                .secret();
    }

    /** @param role by its code; one that is not known is as if it were of a later version */
    String createToken(String name, String role) {
        return createToken(principal(name, role));
    }

    static Principal principal(String name, String role) {
        return Role.of(role)
                .map(known -> Principal.everywhere(name, known))
                .orElseGet(() -> new Principal(name, Set.of(), Optional.empty()));
    }

    @Override
    public synchronized List<Token> all() {
        return new ArrayList<>(tokens.values()).reversed();
    }

    @Override
    public Optional<Token> find(long id) {
        return all().stream().filter(token -> token.id() == id).findAny();
    }

    @Override
    public synchronized boolean revoke(long id, String by, Instant now) {
        Optional<Map.Entry<String, Token>> found = tokens.entrySet().stream()
                .filter(entry -> entry.getValue().id() == id && entry.getValue().counts(now))
                .findAny();
        found.ifPresent(entry ->
                entry.setValue(changed(entry.getValue(), Optional.empty(), Optional.of(now), Optional.of(by))));
        return found.isPresent();
    }

    private static Token changed(
            Token token, Optional<LocalDate> usedOn, Optional<Instant> revokedAt, Optional<String> revokedBy) {
        return new Token(
                token.id(),
                token.name(),
                token.grants(),
                token.only(),
                token.createdAt(),
                token.createdBy(),
                token.expiresAt(),
                usedOn.or(token::lastUsedOn),
                revokedAt,
                revokedBy);
    }

    @Override
    public synchronized Optional<Principal> principal(String secret, Instant now) {
        Optional<Token> token = Optional.ofNullable(tokens.get(secret)).filter(found -> found.counts(now));
        token.ifPresent(found -> tokens.put(
                secret,
                changed(
                        found,
                        Optional.of(LocalDate.ofInstant(now, ZoneOffset.UTC)),
                        Optional.empty(),
                        Optional.empty())));
        return token.map(Token::principal);
    }
}
