package portvakt.server;

/** The server cannot start. The message is for the operator and complete. */
public final class ServerStartException extends Exception {
    private static final long serialVersionUID = 1L;

    ServerStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
