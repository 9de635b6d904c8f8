package portvakt.protocol.sign;

/** A trust file that fewer root keys have signed than must. Nothing of it was looked at. */
public final class UnprovedTrustException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnprovedTrustException(String message) {
        super(message);
    }
}
