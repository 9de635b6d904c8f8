package portvakt.sim.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.sim.site.GateAnswer;
import portvakt.sim.site.SimulatedGate;

/**
 * A trickle of workers: they come, go, walk away, show a card that the register has suspended, or one that nobody knows. Only while
 * the bench lets them, and not where somebody is at the gates by hand.
 */
final class WorkingDay implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WorkingDay.class);
    private static final int EARLY_BIRDS = 6;

    private final Bench bench;
    private final SplittableRandom random = new SplittableRandom();
    private final List<CardNumber> all = new ArrayList<>();
    /** Whose card is to be valid again in a moment. */
    private Optional<CardNumber> suspended = Optional.empty();

    private boolean walkedAway;
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
            int early = 0;
            while (true) {
                boolean earlyBird = early < EARLY_BIRDS;
                CardNumber next = earlyBird ? all.get(early) : all.get(random.nextInt(all.size()));
                boolean happened = bench.unlessHandsAct(() -> {
                    if (earlyBird) {
                        passes(bench.site().entrance(), next);
                    } else {
                        somethingHappens(next);
                    }
                });
                if (happened) {
                    early++;
                }
                pause(happened && earlyBird ? 300 : 1_500, happened && earlyBird ? 900 : 6_000);
                putRight();
                if (walkedAway) {
                    // Nobody shows a card to an arm that is still free for somebody else.
                    walkedAway = false;
                    pause(5_000, 7_000);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("The workers go home");
        } catch (IOException e) {
            LOG.warn("The register could not push: {}. The workers go home", e.getMessage());
        }
    }

    private void somethingHappens(CardNumber somebody) throws InterruptedException, IOException {
        List<CardNumber> inside = bench.inside().stream().filter(all::contains).toList();
        int dice = random.nextInt(100);
        if (dice < 55) {
            passes(
                    inside.contains(somebody)
                            ? bench.site().exit()
                            : bench.site().entrance(),
                    somebody);
        } else if (dice < 80 && !inside.isEmpty()) {
            passes(bench.site().exit(), inside.get(random.nextInt(inside.size())));
        } else if (dice < 86) {
            suspendedComes(somebody, inside.contains(somebody));
        } else if (dice < 90) {
            bench.site().entrance().tap(bench.uidCard("04d1e5a7c9%04x".formatted(random.nextInt(1 << 16))));
        } else if (dice < 93) {
            bench.site().entrance().show(bench.fault(WorkbenchOrders.Fault.UNREADABLE));
        } else if (!inside.contains(somebody)) {
            // Granted, and then the phone rings.
            walkedAway = true;
            bench.site().entrance().tap(bench.card(somebody));
        }
    }

    private void passes(SimulatedGate gate, CardNumber card) throws InterruptedException {
        GateAnswer answer = gate.tap(bench.card(card));
        if (answer.decision().filter("GRANTED"::equals).isPresent()) {
            pause(200, 600);
            gate.pushArm();
        }
    }

    /**
     * The employer has slipped out of a register: the card is suspended, its holder turned away, and some seconds later it is put
     * right. A card that somebody has changed at the workbench is left alone.
     */
    private void suspendedComes(CardNumber card, boolean isInside) throws InterruptedException, IOException {
        if (bench.site().register().status(card) != CardStatus.VALID || isInside || bench.isChangedByHand(card)) {
            return;
        }
        bench.push(card, CardStatus.SUSPENDED);
        suspended = Optional.of(card);
        bench.site().entrance().tap(bench.card(card));
    }

    private void putRight() throws IOException, InterruptedException {
        Optional<CardNumber> card = suspended;
        suspended = Optional.empty();
        if (card.isPresent() && !bench.isChangedByHand(card.get())) {
            bench.push(card.get(), CardStatus.VALID);
        }
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
