package portvakt.gate.enrol;

/** No identity was had, and nothing has changed on this machine. The message is for the installer: what, and what to do. */
public final class EnrolmentFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Whether the same request may succeed a moment later: the network, and not the server, is in the way. */
    private final boolean passing;

    public EnrolmentFailedException(String message) {
        this(message, false, null);
    }

    public EnrolmentFailedException(String message, boolean passing, Throwable cause) {
        super(message, cause);
        this.passing = passing;
    }

    public boolean isPassing() {
        return passing;
    }
}
