package portvakt.sim.world;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import portvakt.server.port.Musters;

/**
 * An alarm to practise: all gates are freed, everybody goes out through whichever is next, the office holds a muster with what the server
 * has, ticks off who has come, and everything is locked again.
 */
final class FireDrill {

    private static final Duration EVERYBODY_OUT_MIN = Duration.ofMinutes(3);
    private static final Duration EVERYBODY_OUT_MAX = Duration.ofMinutes(5);
    private static final Duration ASKS_AGAIN = Duration.ofSeconds(10);
    private static final String WHO = "anne";

    private final World world;
    private boolean underWay;
    private boolean goingOut;
    private Optional<Musters.Muster> muster = Optional.empty();

    FireDrill(World world) {
        this.world = world;
    }

    void start(Dice die) {
        if (underWay || world.gates().stream().anyMatch(gate -> gate.turnstile().isFire())) {
            return;
        }
        underWay = true;
        goingOut = true;
        world.trace().line("site", "a fire drill");
        world.gates().forEach(gate -> gate.touch(() -> gate.turnstile().fire(true)));
        world.crowd().evacuate();
        begins();
        world.agenda().in(die.between(EVERYBODY_OUT_MIN, EVERYBODY_OUT_MAX), this::ends);
    }

    /** Whether everybody is going out, for which the gates stay free. */
    boolean isGoingOut() {
        return goingOut;
    }

    /** As soon as there is a server to ask. */
    private void begins() {
        if (!underWay) {
            return;
        }
        world.server().drill((musters, now) -> {
            muster = Optional.of(musters.start(World.SITE, true, WHO, now));
            Set<String> listed = new TreeSet<>();
            musters.people(muster.get(), now)
                    .forEach(person -> person.cardNumber().ifPresent(listed::add));
            world.musters().roll(listed);
            world.marks().reached("a muster was held in a fire drill");
        });
        if (muster.isEmpty()) {
            world.agenda().in(ASKS_AGAIN, this::begins);
        }
    }

    /** As soon as there is a server to ask: until then the same muster goes on, and another drill would be shown its roll. */
    private void closes(Musters.Muster held) {
        world.server().drill((musters, now) -> {
            for (Musters.Person person : musters.people(held, now)) {
                musters.tick(held, person.id(), true, WHO, now);
            }
            if (musters.people(held, now).stream().anyMatch(person -> !person.isFound())) {
                throw new Violation("a tick at the muster was lost", "muster " + held.id());
            }
            musters.end(held, WHO, now);
            muster = Optional.empty();
            underWay = false;
        });
        if (muster.isPresent()) {
            world.agenda().in(ASKS_AGAIN, () -> closes(held));
        }
    }

    private void ends() {
        boolean free = world.gates().stream().allMatch(gate -> gate.turnstile().isFire());
        if (free && world.isBusy() && world.crowd().isAnybodyInside()) {
            throw new Violation("fire, and somebody does not get out", "in " + EVERYBODY_OUT_MIN);
        }
        goingOut = false;
        muster.ifPresentOrElse(this::closes, () -> underWay = false);
        world.crowd().allClear();
        world.gates().stream()
                .filter(gate -> gate.turnstile().isFire())
                .forEach(gate -> gate.touch(() -> gate.turnstile().fire(false)));
    }
}
