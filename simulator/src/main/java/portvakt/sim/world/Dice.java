package portvakt.sim.world;

import java.time.Duration;
import java.util.SplittableRandom;

/** One consumer's source of chance. Split off the seed in a fixed order, so that one consumer's draws shift nobody else's. */
public final class Dice {

    private static final int BYTE_BITS = 8;

    private final SplittableRandom random;

    public Dice(long seed) {
        this(new SplittableRandom(seed));
    }

    private Dice(SplittableRandom random) {
        this.random = random;
    }

    public Dice split() {
        return new Dice(random.split());
    }

    SplittableRandom random() {
        return random;
    }

    /** 0 to {@code bound - 1}. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    public double unit() {
        return random.nextDouble();
    }

    public boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** Between the two, evenly. */
    public Duration between(Duration least, Duration most) {
        return Duration.ofNanos(least.toNanos() + random.nextLong(most.toNanos() - least.toNanos() + 1));
    }

    /** The time until something that happens once in {@code mean} on average happens next. */
    public Duration until(Duration mean) {
        return Duration.ofNanos((long) (-Math.log(1 - random.nextDouble()) * mean.toNanos()) + 1);
    }

    void fill(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt(1 << BYTE_BITS);
        }
    }
}
