package portvakt.gate.adapter.pcsc;

/** A card that claims to be the site's, and did not prove it. The message says at which step, and nothing secret. */
final class NotAuthenticException extends Exception {
    private static final long serialVersionUID = 1L;

    NotAuthenticException(String message) {
        super(message);
    }
}
