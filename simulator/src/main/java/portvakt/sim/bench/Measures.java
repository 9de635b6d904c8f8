package portvakt.sim.bench;

/** What the measures are called in the table. */
final class Measures {

    static final String HIT_MEAN = "look-up, listed, mean";
    static final String HIT_P50 = "look-up, listed, p50";
    static final String HIT_P99 = "look-up, listed, p99";
    static final String MISS_MEAN = "look-up, not listed, mean";
    static final String MISS_P50 = "look-up, not listed, p50";
    static final String MISS_P99 = "look-up, not listed, p99";
    static final String JVM = "cold start: JVM until main";
    static final String KEY = "cold start: public key";
    static final String OPEN = "cold start: open and prove";
    static final String ANSWER = "cold start: first answers";
    static final String HEAP = "heap after collection";
    static final String FILE = "bytes on disk";
    static final String BITS = "bits a card on disk";
    static final String DELTA = "delta, durable";
    static final String WRITTEN = "delta, bytes written";
    static final String FORCES = "delta, fsyncs";
    static final String MESSAGE = "delta, message";

    private Measures() {}
}
