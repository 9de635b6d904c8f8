package portvakt.sim.device.frame;

/**
 * What a site does to a code and its light, before lens and sensor see it.
 *
 * @param mud       share of the code's area under drops of mud, 0 to 1
 * @param scratches how many lines are scratched or creased across the code
 * @param glare     strength of the sun's reflection on it, 0 none to 1 white in its middle
 * @param light     1 as at noon, 0.1 as on a winter morning: what the sensor gets of the light, before its noise
 */
public record Hardship(double mud, int scratches, double glare, double light) {

    /** A clean code in good light. */
    public static final Hardship NONE = new Hardship(0, 0, 0, 1);
}
