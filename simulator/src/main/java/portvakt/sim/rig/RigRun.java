package portvakt.sim.rig;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import portvakt.sim.world.Dice;

/**
 * One run: a round of faults while people walk and the register speaks, and the audit after it.
 *
 * @param events of all gates since the site was made
 * @param failed why; null: nothing is wrong
 */
record RigRun(long seed, RigPlan plan, long taps, long events, Duration settled, Throwable failed) {

    /** How long faults begin. */
    static final Duration LENGTH = Duration.ofSeconds(6);

    /** @throws InterruptedException when somebody wants it to end */
    static RigRun of(long seed, RigSite site) throws InterruptedException {
        Dice dice = new Dice(seed);
        Dice faults = dice.split();
        RigPlan plan = RigPlan.draw(faults, site.possible(), site.gates().size(), LENGTH);
        RigPeople people = new RigPeople(site);
        RigAudit audit = new RigAudit(site);
        long mendedNs = System.nanoTime();
        Throwable failed = null;
        try {
            people.start(dice.split());
            try {
                new RigBlows(site).strike(plan, LENGTH.toMillis());
            } finally {
                people.stop();
            }
            mendedNs = System.nanoTime();
            audit.settle();
            audit.tryCards();
            audit.check();
        } catch (IOException | SQLException | RuntimeException e) {
            failed = e;
        }
        return new RigRun(
                seed, plan, people.taps(), audit.events(), Duration.ofNanos(System.nanoTime() - mendedNs), failed);
    }

    /** What repeats its faults, in their order. */
    String command(int gates) {
        return "./portvakt rig --runs 1 --seed " + seed + " --gates " + gates;
    }
}
