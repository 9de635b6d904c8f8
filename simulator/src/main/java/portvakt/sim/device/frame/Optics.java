package portvakt.sim.device.frame;

/**
 * What lens, light and sensor do to a frame.
 *
 * @param blurPx        standard deviation of the lens's blur, pixels
 * @param motionPx      length of the smear that a moving hand leaves, pixels
 * @param motionDegrees direction of the smear, 0 to the right
 * @param noise         standard deviation of the sensor's noise, gray levels of 255
 * @param contrast      1 as printed, 0 plain gray
 * @param shadow        share of the light that a shadow's edge across the code takes away, 0 none to 1 all
 */
public record Optics(
        double blurPx, double motionPx, double motionDegrees, double noise, double contrast, double shadow) {

    /** A perfect camera in even light. */
    public static final Optics CLEAN = new Optics(0, 0, 0, 0, 1, 0);
}
