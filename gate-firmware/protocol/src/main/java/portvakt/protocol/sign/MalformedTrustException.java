package portvakt.protocol.sign;

/** Not a trust file, or one with something in it that must not be in one. Nothing of it may be kept or used. */
public final class MalformedTrustException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedTrustException(String message) {
        super(message);
    }
}
