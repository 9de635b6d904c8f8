package portvakt.sim.device.frame;

import java.util.List;
import java.util.SplittableRandom;

/** Scenes that a gate's camera has trouble with, one kind of trouble each and then all together; each draws its frames from a seed. */
public enum HardScene {
    /** The sun on a glossy card: a white patch, hard contrast elsewhere. */
    NOON(4, 15, 8, 0, 0),
    /** A winter morning: little light, a noisy sensor. */
    WINTER(4, 15, 8, 0, 0),
    /** Held any way round, and tilted. */
    TURNED(4, 25, 180, 0, 0),
    /** Tilted by 35 to 50 degrees. */
    STEEP(4.5, 50, 10, 0, 0),
    /** Two pixels a module. */
    FAR(2.1, 10, 10, 0, 0),
    /** Out of focus by half a module. */
    DEFOCUSED(4, 10, 10, 2.1, 0),
    /** A hand that moves by a module while the shutter is open. */
    WAVED(4, 10, 10, 0.5, 4.5),
    /** Drops of mud. */
    MUDDY(4.5, 12, 15, 0.6, 0),
    /** Scratched and creased. */
    SCRATCHED(4.5, 12, 15, 0.6, 0),
    /** Some of each. */
    ALL(4, 20, 30, 0.8, 1.5);

    private final double modulePx;
    private final double tiltDegrees;
    private final double rollDegrees;
    private final double blurPx;
    private final double motionPx;

    HardScene(double modulePx, double tiltDegrees, double rollDegrees, double blurPx, double motionPx) {
        this.modulePx = modulePx;
        this.tiltDegrees = tiltDegrees;
        this.rollDegrees = rollDegrees;
        this.blurPx = blurPx;
        this.motionPx = motionPx;
    }

    /** One frame. */
    public byte[] render(FrameRenderer renderer, String text, SplittableRandom random) {
        CodePose pose = pose(text, random);
        return renderer.render(List.of(pose), hardship(random), optics(random), random);
    }

    private CodePose pose(String text, SplittableRandom random) {
        double least = this == STEEP ? 35 : 0;
        return new CodePose(
                text,
                modulePx * random.nextDouble(0.92, 1.08),
                sign(random) * random.nextDouble(least, tiltDegrees),
                this == STEEP ? random.nextDouble(-12, 12) : random.nextDouble(-tiltDegrees, tiltDegrees),
                random.nextDouble(-rollDegrees, rollDegrees),
                random.nextDouble(0.42, 0.58),
                random.nextDouble(0.45, 0.55));
    }

    private static double sign(SplittableRandom random) {
        return random.nextBoolean() ? 1 : -1;
    }

    private Hardship hardship(SplittableRandom random) {
        return switch (this) {
            case NOON -> new Hardship(0, 0, random.nextDouble(0.5, 1), 1);
            case WINTER -> new Hardship(0, 0, 0, random.nextDouble(0.1, 0.2));
            case MUDDY -> new Hardship(random.nextDouble(0.03, 0.1), 0, 0, 0.8);
            case SCRATCHED -> new Hardship(0, random.nextInt(3, 8), 0, 0.8);
            case ALL ->
                new Hardship(
                        random.nextDouble(0, 0.04),
                        random.nextInt(3),
                        random.nextDouble(0, 0.4),
                        random.nextDouble(0.25, 0.9));
            default -> Hardship.NONE;
        };
    }

    private Optics optics(SplittableRandom random) {
        double noise = this == WINTER ? random.nextDouble(4, 7) : random.nextDouble(2, 6);
        return new Optics(
                blurPx * random.nextDouble(0.85, 1.1),
                motionPx * random.nextDouble(0.7, 1.1),
                random.nextDouble(180),
                noise,
                this == NOON ? 1.1 : 0.85,
                this == NOON || this == ALL ? random.nextDouble(0, 0.5) : 0);
    }
}
