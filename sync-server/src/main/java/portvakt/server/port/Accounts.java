package portvakt.server.port;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import portvakt.server.port.Principal.Grant;

/**
 * Who logs in, and whose session it is. What somebody may do is read at each call, so a role taken away counts at once. Secrets go
 * in and never come out. Safe for any thread; a log-in takes about 100 ms.
 */
public interface Accounts {

    /** What a log-in attempt came to. */
    sealed interface LogIn {
        record Welcome(Principal principal) implements LogIn {}

        /** Wrong name or password; which one is not said. */
        record Refused() implements LogIn {}

        /** The right password of an account that is disabled, or whose time is over. */
        record Closed() implements LogIn {}

        /** Too many failures; not even the right password is tried before then. */
        record LockedOut(Instant until) implements LogIn {}
    }

    LogIn logIn(String name, char[] password, Instant now);

    /**
     * Makes an account that may log in at once.
     *
     * @throws IllegalArgumentException if the name is taken or no name, or {@link PasswordRule} refuses the password
     */
    void create(String name, char[] password, Set<Grant> grants);

    /** The same with one role everywhere. */
    default void create(String name, char[] password, Role role) {
        create(name, password, Set.of(new Grant(role, Optional.empty())));
    }

    /** Whether there is no local account. Those of a provider do not count: else its first guest would shut out the first administrator. */
    boolean isEmpty();

    /**
     * A session for somebody logged in: the secret for the cookie, kept hashed.
     *
     * @param account the account's name
     * @throws IllegalArgumentException if there is no such account
     */
    default String openSession(String account, Instant now) {
        return openSession(account, Optional.empty(), now);
    }

    /** @param outsideToken the ID token by which a provider vouched for them, which it wants to see at log-out */
    String openSession(String account, Optional<String> outsideToken, Instant now);

    /** Empty if the session is over, or the account is disabled or at its end. */
    Optional<Principal> session(String secret, Instant now);

    /** @return the ID token that the session was opened with, if any */
    Optional<String> closeSession(String secret);
}
