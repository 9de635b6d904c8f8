package portvakt.server.web;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import portvakt.server.port.Accounts;
import portvakt.server.port.Principal;
import portvakt.server.port.Role;

/** Accounts in memory: locked for ten minutes after three failures. */
final class FakeAccounts implements Accounts {

    static final int FAILURES_MAX = 3;

    private record Account(String password, Role role) {}

    private final Map<String, Account> accounts = new ConcurrentHashMap<>();
    private final Map<String, Integer> failures = new HashMap<>();
    private final Map<String, Principal> sessions = new ConcurrentHashMap<>();
    private final Map<String, Principal> tokens = new ConcurrentHashMap<>();
    private final AtomicInteger made = new AtomicInteger();

    @Override
    public synchronized LogIn logIn(String name, char[] password, Instant now) {
        if (failures.getOrDefault(name, 0) >= FAILURES_MAX) {
            return new LogIn.LockedOut(now.plus(Duration.ofMinutes(10)));
        }
        Account account = accounts.get(name);
        if (account == null || !account.password().equals(new String(password))) {
            failures.merge(name, 1, Integer::sum);
            return new LogIn.Refused();
        }
        return new LogIn.Welcome(Principal.everywhere(name, account.role()));
    }

    @Override
    public void create(String name, char[] password, Role role) {
        if (password.length < 12 || accounts.putIfAbsent(name, new Account(new String(password), role)) != null) {
            throw new IllegalArgumentException("taken or too short");
        }
    }

    @Override
    public boolean isEmpty() {
        return accounts.isEmpty();
    }

    @Override
    public String openSession(Principal principal, Instant now) {
        String secret = "session-" + made.incrementAndGet();
        sessions.put(secret, principal);
        return secret;
    }

    @Override
    public Optional<Principal> session(String secret, Instant now) {
        return Optional.ofNullable(sessions.get(secret));
    }

    @Override
    public void closeSession(String secret) {
        sessions.remove(secret);
    }

    @Override
    public String createToken(String name, Role role) {
        return createToken(Principal.everywhere(name, role));
    }

    String createToken(Principal principal) {
        String secret = "token-" + made.incrementAndGet();
        tokens.put(secret, principal);
        return secret;
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
    public Optional<Principal> token(String secret) {
        return Optional.ofNullable(tokens.get(secret));
    }
}
