package portvakt.sim.bench;

import java.util.Arrays;
import java.util.Locale;

/** Repeated measurements of one thing: the middle one counts, the extremes say how noisy the machine was. */
record Figures(double[] sorted) {

    static Figures of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("nothing was measured");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Figures(sorted);
    }

    double median() {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double least() {
        return sorted[0];
    }

    double most() {
        return sorted[sorted.length - 1];
    }

    /** How a number is shown. */
    enum Unit {
        NS {
            @Override
            String show(double ns) {
                if (ns < 1e4) {
                    return number(ns) + " ns";
                }
                return ns < 1e6 ? number(ns / 1e3) + " µs" : number(ns / 1e6) + " ms";
            }
        },
        BYTES {
            @Override
            String show(double bytes) {
                if (bytes < 1e4) {
                    return String.format(Locale.ROOT, "%,.0f B", bytes);
                }
                return bytes < 1e6 ? number(bytes / 1e3) + " kB" : number(bytes / 1e6) + " MB";
            }
        },
        BITS {
            @Override
            String show(double bits) {
                return number(bits) + " bits";
            }
        },
        COUNT {
            @Override
            String show(double count) {
                return number(count);
            }
        };

        abstract String show(double value);

        static String number(double value) {
            double size = Math.abs(value);
            return String.format(Locale.ROOT, size < 10 ? "%.2f" : size < 100 ? "%.1f" : "%,.0f", value);
        }
    }
}
