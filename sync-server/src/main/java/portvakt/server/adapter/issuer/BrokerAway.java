package portvakt.server.adapter.issuer;

/** The broker did not take it; what is committed stays, and goes out later. */
final class BrokerAway extends Exception {
    private static final long serialVersionUID = 1L;

    BrokerAway(String message) {
        super(message);
    }
}
