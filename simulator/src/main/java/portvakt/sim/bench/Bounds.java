package portvakt.sim.bench;

/** How few bits could do: the logarithm of the number of sets that there are, for each member. */
final class Bounds {

    private static final double LOG2_E = 1 / Math.log(2);

    private Bounds() {}

    /** For so many of 2^64 keys: log2 of (2^64 over n), by Stirling, good to a hundredth of a bit from n = 10 on. */
    static double randomKeyBits(int keys) {
        double log2OfFactorial = keys * (log2(keys) - LOG2_E) + log2(2 * Math.PI * keys) / 2;
        return Long.SIZE - log2OfFactorial / keys;
    }

    /** For numbers without gaps of which one of {@code run} is in the set, whichever it is: the entropy, for each member. */
    static double denseBits(int run) {
        double p = 1.0 / run;
        return -(p * log2(p) + (1 - p) * log2(1 - p)) / p;
    }

    private static double log2(double value) {
        return Math.log(value) * LOG2_E;
    }
}
