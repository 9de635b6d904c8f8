package portvakt.server.web.export;

/** An export that cannot be begun now. */
public final class ExportRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Why not. */
    public enum Cause {
        /** The account has as many as it may have. */
        ACCOUNT_BUSY,
        /** The server has as many as it may have. */
        SERVER_BUSY,
        /** The disk has no room. */
        DISK_FULL
    }

    private final Cause reason;

    public ExportRefusedException(Cause reason) {
        super(reason.name());
        this.reason = reason;
    }

    public Cause reason() {
        return reason;
    }
}
