package portvakt.gate.adapter.gpio;

/** The turnstile's lines cannot be had at start. The message is for the installer: what, where, and what to do. */
public final class TurnstileUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TurnstileUnavailableException(String message) {
        super(message);
    }

    TurnstileUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
