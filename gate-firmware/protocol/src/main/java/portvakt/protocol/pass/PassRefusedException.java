package portvakt.protocol.pass;

/** A code that begins as a pass is none. */
public final class PassRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final PassRefusal refusal;

    /** Without a stack trace: anyone can show any number of these to a camera. */
    PassRefusedException(PassRefusal refusal) {
        super("no pass that counts: " + refusal, null, false, false);
        this.refusal = refusal;
    }

    public PassRefusal refusal() {
        return refusal;
    }
}
