package portvakt.sim.device.frame;

/**
 * The plane of a tilted code, through the point on the optical axis where one unit is one pixel. The axis is taken to go through
 * the code's centre, so a code at the edge of the frame is drawn as one in the middle would be.
 */
final class Plane {

    private final double focalPx;
    // The plane's own axes and its normal, as seen by the camera.
    private final double[] u;
    private final double[] v;
    private final double[] normal;

    Plane(CodePose pose, double focalPx) {
        this.focalPx = focalPx;
        double[] x = turned(new double[] {1, 0, 0}, pose);
        double[] y = turned(new double[] {0, 1, 0}, pose);
        this.u = x;
        this.v = y;
        this.normal = turned(new double[] {0, 0, 1}, pose);
    }

    /** Along the code's rows, where the ray through a point of the picture meets the plane. */
    double u(double dx, double dy) {
        return along(u, dx, dy);
    }

    /** Down the code's columns. */
    double v(double dx, double dy) {
        return along(v, dx, dy);
    }

    private double along(double[] axis, double dx, double dy) {
        double distance = normal[2] * focalPx / (normal[0] * dx + normal[1] * dy + normal[2] * focalPx);
        return axis[0] * distance * dx + axis[1] * distance * dy + axis[2] * (distance - 1) * focalPx;
    }

    private static double[] turned(double[] p, CodePose pose) {
        double[] rolled = turned(p, 0, 1, pose.rollDegrees());
        double[] tilted = turned(rolled, 1, 2, pose.tiltXDegrees());
        return turned(tilted, 0, 2, pose.tiltYDegrees());
    }

    private static double[] turned(double[] p, int from, int to, double degrees) {
        double cos = Math.cos(Math.toRadians(degrees));
        double sin = Math.sin(Math.toRadians(degrees));
        double[] q = p.clone();
        q[from] = cos * p[from] - sin * p[to];
        q[to] = sin * p[from] + cos * p[to];
        return q;
    }
}
