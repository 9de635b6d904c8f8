package portvakt.sim.world;

import java.time.Duration;

/** Enrols gates anew by a code: another computer, with an empty SD card, in the place of one that is dead; or the same one, whose key may be stolen. */
final class Installer {

    private static final Duration COMES_MIN = Duration.ofSeconds(40);
    private static final Duration COMES_MAX = Duration.ofMinutes(8);
    private static final Duration AGAIN = Duration.ofSeconds(10);
    private static final double KEEPS_CARD = 0.4;

    private final World world;

    Installer(World world) {
        this.world = world;
    }

    void enrolAnew(GateNode gate, Dice die) {
        if (gate.isOut()) {
            return;
        }
        gate.takeOut();
        boolean keepsCard = die.chance(KEEPS_CARD);
        world.agenda().in(die.between(COMES_MIN, COMES_MAX), () -> enrol(gate, keepsCard));
    }

    /** As soon as the server can be reached. */
    private void enrol(GateNode gate, boolean keepsCard) {
        if (!world.server().isCaughtUp()) {
            world.agenda().in(AGAIN, () -> enrol(gate, keepsCard));
            return;
        }
        Enrolment enrolment = world.server().letIn(gate);
        world.copies().cutOff(gate);
        gate.enrolledAnew(enrolment, keepsCard);
        gate.start();
    }
}
