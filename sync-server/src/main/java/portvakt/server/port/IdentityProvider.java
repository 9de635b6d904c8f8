package portvakt.server.port;

import java.net.URI;
import java.util.Optional;
import java.util.Set;
import portvakt.server.port.AccountKeeping.Outsider;
import portvakt.server.port.Principal.Grant;

/**
 * Somebody else who knows who people are: an OpenID provider (OpenID Connect Core 1.0, authorization code flow with PKCE). Safe for any
 * thread; asking it takes as long as its network does, some seconds at most.
 */
public interface IdentityProvider {

    /** It cannot be asked now. The message says what was tried and what to look at; it is for the operator. */
    final class AwayException extends Exception {
        private static final long serialVersionUID = 1L;

        public AwayException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** It does not vouch for this log-in, or what it says does not hold. The message is for the operator, and names nobody. */
    final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        public RefusedException(String message) {
            super(message);
        }
    }

    /** What one log-in is known by again. @param state comes back with the browser @param nonce with the ID token @param verifier of PKCE */
    record Challenge(String state, String nonce, String verifier) {}

    /**
     * Whom it vouches for.
     *
     * @param grants what its claims give; empty: the settings map none
     * @param token  the ID token, by which it knows the session again at log-out; empty text if it holds what must not be kept
     */
    record Vouched(Outsider outsider, Optional<Set<Grant>> grants, String token) {}

    /** What people call it. */
    String label();

    /** Whether roles come from it at each log-in. */
    boolean mapsRoles();

    /** Whether it did not answer when it was last asked. Does not wait; asks anew in the background when that was long ago. */
    boolean isAway();

    /** Where the browser is sent. @param callback where it is to send it back */
    URI logInUrl(Challenge challenge, URI callback) throws AwayException;

    /** Redeems the code that came back. A code counts once. */
    Vouched vouch(Challenge challenge, String code, URI callback) throws AwayException, RefusedException;

    /** Where its own session is ended; empty if it has no such place, or is away. @param back where it sends the browser then */
    Optional<URI> logOutUrl(String token, URI back);
}
