package portvakt.sim.world;

import java.security.SecureRandom;

/** Looks like a source of secrets, and gives the same bytes for the same dice: keys and salts of a simulation repeat themselves. */
final class RepeatableRandom extends SecureRandom {

    private static final long serialVersionUID = 1L;

    private final transient Dice dice;

    RepeatableRandom(Dice dice) {
        super(null, null);
        this.dice = dice;
    }

    @Override
    public void nextBytes(byte[] bytes) {
        dice.fill(bytes);
    }
}
