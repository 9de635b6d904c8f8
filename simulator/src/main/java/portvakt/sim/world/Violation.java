package portvakt.sim.world;

/** What must not happen has happened. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String rule;

    /** @param rule a short stable name, by which a smaller run is known to fail for the same reason */
    public Violation(String rule, String detail) {
        super(rule + ": " + detail);
        this.rule = rule;
    }

    public Violation(String rule, String detail, Throwable cause) {
        super(rule + ": " + detail, cause);
        this.rule = rule;
    }

    public String rule() {
        return rule;
    }
}
