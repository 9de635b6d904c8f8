package portvakt.sim.world;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Does a part's rounds: one a moment after it is woken, and else when the last one said. */
final class PacedRounds {

    private static final Duration SOON_MIN = Duration.ofMillis(1);
    private static final Duration SOON_MAX = Duration.ofMillis(30);

    private final Agenda agenda;
    private final Dice dice;
    private final Consumer<Runnable> guard;
    private final Supplier<Duration> round;
    private long atNs = Long.MAX_VALUE;

    /** @param guard runs a piece of the program, if that still runs @param round returns how long to wait for the next */
    PacedRounds(Agenda agenda, Dice dice, Consumer<Runnable> guard, Supplier<Duration> round) {
        this.agenda = agenda;
        this.dice = dice;
        this.guard = guard;
        this.round = round;
    }

    void soon() {
        in(dice.between(SOON_MIN, SOON_MAX));
    }

    private void in(Duration delay) {
        long at = agenda.nowNs() + delay.toNanos();
        if (at < atNs) {
            atNs = at;
            agenda.at(at, () -> guard.accept(this::turn));
        }
    }

    private void turn() {
        if (agenda.nowNs() >= atNs) {
            atNs = Long.MAX_VALUE;
            in(round.get());
        }
    }
}
