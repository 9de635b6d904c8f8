package portvakt.sim.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.sim.site.GateAnswer;
import portvakt.sim.site.SimulatedGate;

/** A trickle of workers: they come, go, walk away, show a card that the register has suspended, or one that nobody knows. */
final class WorkingDay implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WorkingDay.class);
    private static final int EARLY_BIRDS = 6;

    private final Bench bench;
    private final SplittableRandom random = new SplittableRandom();
    private final List<CardNumber> all = new ArrayList<>();
    private final TreeSet<CardNumber> inside = new TreeSet<>();
    private final Thread thread = Thread.ofPlatform().name("workers").daemon().unstarted(this::run);

    WorkingDay(Bench bench) {
        this.bench = bench;
        bench.workers().forEach(worker -> all.add(worker.card()));
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            for (int i = 0; i < EARLY_BIRDS; i++) {
                enter(all.get(i));
                pause(300, 900);
            }
            while (true) {
                pause(1_500, 6_000);
                somethingHappens();
            }
        } catch (InterruptedException e) {
            LOG.debug("The workers go home");
        } catch (IOException e) {
            LOG.warn("The register could not push: {}. The workers go home", e.getMessage());
        }
    }

    private void somethingHappens() throws InterruptedException, IOException {
        int dice = random.nextInt(100);
        CardNumber somebody = all.get(random.nextInt(all.size()));
        if (dice < 55) {
            if (inside.contains(somebody)) {
                leave(somebody);
            } else {
                enter(somebody);
            }
        } else if (dice < 80 && !inside.isEmpty()) {
            leave(new ArrayList<>(inside).get(random.nextInt(inside.size())));
        } else if (dice < 86) {
            suspendedComes(somebody);
        } else if (dice < 90) {
            bench.site().entrance().tap(bench.uidCard("04d1e5a7c9%04x".formatted(random.nextInt(1 << 16))));
        } else if (dice < 93) {
            bench.site().entrance().show(bench.fault("UNREADABLE"));
        } else if (!inside.contains(somebody)) {
            // Granted, and then the phone rings.
            bench.site().entrance().tap(bench.card(somebody));
        }
    }

    private void enter(CardNumber card) throws InterruptedException {
        if (passes(bench.site().entrance(), card)) {
            inside.add(card);
        }
    }

    private void leave(CardNumber card) throws InterruptedException {
        if (passes(bench.site().exit(), card)) {
            inside.remove(card);
        }
    }

    private boolean passes(SimulatedGate gate, CardNumber card) throws InterruptedException {
        GateAnswer answer = gate.tap(bench.card(card));
        if (answer.decision().filter("GRANTED"::equals).isEmpty()) {
            return false;
        }
        pause(200, 600);
        return gate.pushArm().passage().filter("TAKEN"::equals).isPresent();
    }

    /** The employer has slipped out of a register: the card is suspended, its holder turned away, and then it is put right. */
    private void suspendedComes(CardNumber card) throws InterruptedException, IOException {
        if (bench.site().register().status(card) != CardStatus.VALID || inside.contains(card)) {
            return;
        }
        bench.push(card, CardStatus.SUSPENDED);
        bench.site().entrance().tap(bench.card(card));
        pause(2_000, 5_000);
        bench.push(card, CardStatus.VALID);
    }

    private void pause(int fromMs, int toMs) throws InterruptedException {
        Thread.sleep(Duration.ofMillis(random.nextInt(fromMs, toMs)));
    }

    @Override
    public void close() {
        if (!thread.isAlive()) {
            return;
        }
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
