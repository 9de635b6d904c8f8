package portvakt.sim.device.frame;

import java.util.SplittableRandom;

/** Classes of frames, from a code on a table to one that a worker in a hurry waves; each draws its scenes from a seed. */
public enum Condition {
    CLEAN {
        @Override
        public CodePose pose(String text, SplittableRandom random) {
            return CodePose.facing(text).at(random.nextDouble(0.35, 0.65), random.nextDouble(0.4, 0.6));
        }

        @Override
        public Optics optics(SplittableRandom random) {
            return Optics.CLEAN;
        }
    },
    /** Tilted up to 35 degrees about both axes, and turned. */
    PERSPECTIVE {
        @Override
        public CodePose pose(String text, SplittableRandom random) {
            return tilted(text, 4, 35, random);
        }

        @Override
        public Optics optics(SplittableRandom random) {
            return Optics.CLEAN;
        }
    },
    /** Out of focus by 1 to 1.5 pixels. */
    BLUR {
        @Override
        public Optics optics(SplittableRandom random) {
            return new Optics(random.nextDouble(1, 1.5), 0, 0, 0, 1, 0);
        }
    },
    /** A cheap sensor at dusk. */
    NOISE {
        @Override
        public Optics optics(SplittableRandom random) {
            return new Optics(0, 0, 0, 25, 1, 0);
        }
    },
    /** Faded print behind a scratched cover. */
    LOW_CONTRAST {
        @Override
        public Optics optics(SplittableRandom random) {
            return new Optics(0.5, 0, 0, 3, random.nextDouble(0.15, 0.3), 0);
        }
    },
    /** The shadow of a hand's edge across the code. */
    SHADOW {
        @Override
        public Optics optics(SplittableRandom random) {
            return new Optics(0.5, 0, 0, 3, 1, random.nextDouble(0.5, 0.7));
        }
    },
    /** A hand that does not hold still. */
    MOTION {
        @Override
        public Optics optics(SplittableRandom random) {
            return new Optics(0.4, random.nextDouble(1, 3.5), random.nextDouble(180), 4, 1, 0);
        }
    },
    /** A little of everything: what a gate's camera sees on a common day. */
    MODERATE {
        @Override
        public CodePose pose(String text, SplittableRandom random) {
            return tilted(text, random.nextDouble(3.5, 5), 20, random);
        }

        @Override
        public Optics optics(SplittableRandom random) {
            return new Optics(
                    random.nextDouble(0.4, 1),
                    random.nextDouble(0, 1.5),
                    random.nextDouble(180),
                    random.nextDouble(4, 10),
                    random.nextDouble(0.6, 0.9),
                    random.nextDouble(0, 0.4));
        }
    },
    /** A lot of everything: a bad day. */
    HARD {
        @Override
        public CodePose pose(String text, SplittableRandom random) {
            return tilted(text, random.nextDouble(2.5, 4), 40, random);
        }

        @Override
        public Optics optics(SplittableRandom random) {
            return new Optics(
                    random.nextDouble(1, 1.6),
                    random.nextDouble(1, 3),
                    random.nextDouble(180),
                    random.nextDouble(10, 20),
                    random.nextDouble(0.4, 0.7),
                    random.nextDouble(0.2, 0.6));
        }
    };

    /** How the code is held; upright with a slight turn unless the class says otherwise. */
    public CodePose pose(String text, SplittableRandom random) {
        return tilted(text, 4, 3, random);
    }

    public abstract Optics optics(SplittableRandom random);

    private static CodePose tilted(String text, double modulePx, double tiltMax, SplittableRandom random) {
        return new CodePose(
                text,
                modulePx,
                random.nextDouble(-tiltMax, tiltMax),
                random.nextDouble(-tiltMax, tiltMax),
                random.nextDouble(-tiltMax, tiltMax),
                random.nextDouble(0.4, 0.6),
                random.nextDouble(0.42, 0.58));
    }
}
