package portvakt.server.web;

/** A wish for a pass that cannot be met. */
final class PassFaultException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong; a page says it in the reader's language, under {@code pass.fault.NAME}. */
    enum Fault {
        KIND("\"kind\" has to be CARD_ON_ORDER, PLACEMENT, VISITOR or DELIVERY."),
        TIMES("\"validFrom\" and \"validUntil\" have to be instants such as 2026-03-02T06:00:00Z, the second after the"
                + " first, neither after 2105."),
        OVER("The pass would be over already: \"validUntil\" has passed."),
        TOO_LONG("A pass of this kind is valid for " + PassWish.DAYS
                + " days at most. Issue another when this one ends."),
        NOTE("\"note\" has to be a text of at most " + portvakt.server.port.Passes.NOTE_CHARS_MAX
                + " characters, without line breaks."),
        IDENTITY_NUMBER("\"note\" seems to hold a national identity number. Leave it out; a name does.");

        private final String detail;

        Fault(String detail) {
            this.detail = detail;
        }

        /** For a caller of the API. */
        String detail() {
            return detail;
        }
    }

    private final Fault fault;

    PassFaultException(Fault fault) {
        super(fault.detail());
        this.fault = fault;
    }

    Fault fault() {
        return fault;
    }
}
