package portvakt.server.port;

import java.time.Instant;
import java.util.Optional;

/** People and programs that may log in. Secrets go in and never come out. Safe for any thread; a log-in takes about 100 ms. */
public interface Accounts {

    /** What a log-in attempt came to. */
    sealed interface LogIn {
        record Welcome(Principal principal) implements LogIn {}

        /** Wrong name or password; which one is not said. */
        record Refused() implements LogIn {}

        /** Too many failures; not even the right password is tried before then. */
        record LockedOut(Instant until) implements LogIn {}
    }

    LogIn logIn(String name, char[] password, Instant now);

    /** @throws IllegalArgumentException if the name is taken, or the password shorter than 12 characters */
    void create(String name, char[] password, Role role);

    boolean isEmpty();

    /** A session for somebody logged in: the secret for the cookie, kept hashed. */
    String openSession(Principal principal, Instant now);

    Optional<Principal> session(String secret, Instant now);

    void closeSession(String secret);

    /** Makes a token for programs; shown once, kept hashed. */
    String createToken(String name, Role role);

    Optional<Principal> token(String secret);
}
