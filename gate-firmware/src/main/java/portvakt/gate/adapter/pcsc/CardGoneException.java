package portvakt.gate.adapter.pcsc;

/** The card stopped answering: torn off, as a rule. Whether the reader went with it is for the caller to find out. */
public final class CardGoneException extends Exception {
    private static final long serialVersionUID = 1L;

    CardGoneException(String message, Throwable cause) {
        super(message, cause);
    }
}
