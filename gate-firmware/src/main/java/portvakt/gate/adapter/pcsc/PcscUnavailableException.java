package portvakt.gate.adapter.pcsc;

/** There is no working reader now. The message is plain English for the service technician. */
final class PcscUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    PcscUnavailableException(String detail, Throwable cause) {
        super(detail, cause);
    }

    PcscUnavailableException(String detail) {
        super(detail);
    }
}
