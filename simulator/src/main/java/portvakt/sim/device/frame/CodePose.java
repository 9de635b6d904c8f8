package portvakt.sim.device.frame;

/**
 * A QR code held in front of the camera.
 *
 * @param text         what it says
 * @param modulePx     side of one module when facing the camera, pixels
 * @param tiltXDegrees turned about the horizontal axis: its top leans away
 * @param tiltYDegrees turned about the vertical axis: its right side swings away
 * @param rollDegrees  turned in the plane of the picture
 * @param centreX      its centre, 0 the left edge of the frame to 1 the right
 * @param centreY      its centre, 0 the top edge of the frame to 1 the bottom
 */
public record CodePose(
        String text,
        double modulePx,
        double tiltXDegrees,
        double tiltYDegrees,
        double rollDegrees,
        double centreX,
        double centreY) {

    /** Upright in the middle of the frame, four pixels a module. */
    public static CodePose facing(String text) {
        return new CodePose(text, 4, 0, 0, 0, 0.5, 0.5);
    }

    public CodePose at(double x, double y) {
        return new CodePose(text, modulePx, tiltXDegrees, tiltYDegrees, rollDegrees, x, y);
    }
}
