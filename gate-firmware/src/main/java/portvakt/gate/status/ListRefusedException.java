package portvakt.gate.status;

/** A list, or a part of one, that was not taken; the gate goes on with what it has. */
public final class ListRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ListRefusal refusal;

    ListRefusedException(ListRefusal refusal, String detail) {
        super(detail);
        this.refusal = refusal;
    }

    public ListRefusal refusal() {
        return refusal;
    }
}
