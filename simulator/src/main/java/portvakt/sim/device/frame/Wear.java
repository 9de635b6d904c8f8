package portvakt.sim.device.frame;

import java.util.SplittableRandom;

/** Marks that a site leaves on one code in a frame: drawn over it, in the picture's plane. One thread. */
final class Wear {

    private static final double MUD = 70;
    private static final double SCRATCH = 160;

    private final double[] light;
    private final int width;
    private final int height;
    private final double centreX;
    private final double centreY;
    private final double sizePx;

    /** @param sizePx length of the code's sides */
    Wear(double[] light, int width, int height, CodePose code, double sizePx) {
        this.light = light;
        this.width = width;
        this.height = height;
        this.centreX = code.centreX() * width;
        this.centreY = code.centreY() * height;
        this.sizePx = sizePx;
    }

    void suffer(Hardship hardship, SplittableRandom random) {
        double wanted = hardship.mud() * sizePx * sizePx;
        for (double covered = 0; covered < wanted; ) {
            double radius = sizePx * random.nextDouble(0.02, 0.07);
            drop(somewhere(random), somewhere(random), radius);
            covered += Math.PI * radius * radius;
        }
        for (int i = 0; i < hardship.scratches(); i++) {
            scratch(
                    somewhere(random),
                    somewhere(random),
                    random.nextDouble(Math.PI),
                    sizePx * random.nextDouble(0.006, 0.014));
        }
        if (hardship.glare() > 0) {
            glare(somewhere(random), somewhere(random), sizePx * random.nextDouble(0.15, 0.3), hardship.glare());
        }
    }

    /** A place on the code, from its centre. */
    private double somewhere(SplittableRandom random) {
        return random.nextDouble(-0.5, 0.5) * sizePx;
    }

    private void drop(double dx, double dy, double radius) {
        paint((x, y, before) -> Math.hypot(x - dx, y - dy) < radius ? MUD : before);
    }

    private void scratch(double dx, double dy, double angle, double halfWidth) {
        double nx = -Math.sin(angle);
        double ny = Math.cos(angle);
        paint((x, y, before) -> Math.abs((x - dx) * nx + (y - dy) * ny) < halfWidth ? SCRATCH : before);
    }

    private void glare(double dx, double dy, double radius, double strength) {
        paint((x, y, before) -> {
            double share = strength * Math.exp(-((x - dx) * (x - dx) + (y - dy) * (y - dy)) / (2 * radius * radius));
            return before + (255 - before) * share;
        });
    }

    private interface Paint {
        /** @param x from the code's centre, pixels */
        double at(double x, double y, double before);
    }

    private void paint(Paint paint) {
        int reach = (int) Math.ceil(sizePx);
        for (int y = Math.max(0, (int) centreY - reach); y < Math.min(height, centreY + reach); y++) {
            for (int x = Math.max(0, (int) centreX - reach); x < Math.min(width, centreX + reach); x++) {
                int at = y * width + x;
                light[at] = paint.at(x - centreX, y - centreY, light[at]);
            }
        }
    }
}
