package portvakt.server.port;

/** The database did not take it. The message is for the log; a caller keeps what it has and tries again later. */
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
