package portvakt.protocol.mqtt;

/** The broker, or the way to it, did not do what was asked; ask again when connected. */
public final class BrokerException extends Exception {
    private static final long serialVersionUID = 1L;

    public BrokerException(String message) {
        super(message);
    }
}
