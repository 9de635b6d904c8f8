package portvakt.sim.rig;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import portvakt.protocol.CardStatus;
import portvakt.sim.world.Dice;

/** People at the gates and a clerk at the register, each on a thread of its own, for as long as the faults last. */
final class RigPeople {

    private static final int FIRST_CARD = 4_100_000;
    /** Cards whose status never changes; the next are changed all the time. */
    private static final int STEADY = 40;

    private static final int CHANGING = 20;
    private static final int REVOKED_EVERY = 10;
    private static final Duration TAP_PAUSE_MIN = Duration.ofMillis(150);
    private static final Duration TAP_PAUSE_MAX = Duration.ofMillis(900);
    private static final Duration CHANGE_PAUSE_MIN = Duration.ofMillis(50);
    private static final Duration CHANGE_PAUSE_MAX = Duration.ofMillis(600);
    private static final Duration OPENS_WITHIN = Duration.ofMillis(700);
    private static final int POLL_MS = 10;
    private static final double WALKS_THROUGH = 0.8;

    private final RigSite site;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong taps = new AtomicLong();
    private final AtomicReference<Throwable> failed = new AtomicReference<>();
    private volatile boolean stopped;

    RigPeople(RigSite site) {
        this.site = site;
    }

    /** Revoked once, at the beginning, and for good. */
    static List<String> revoked() {
        List<String> cards = new ArrayList<>();
        for (int number = 0; number < STEADY; number += REVOKED_EVERY) {
            cards.add(card(number));
        }
        return cards;
    }

    /** Valid for good. */
    static String valid() {
        return card(1);
    }

    private static String card(int number) {
        return String.valueOf(FIRST_CARD + number);
    }

    /** @param dice of what they do; each has its own */
    void start(Dice dice) {
        for (RigGate gate : site.gates()) {
            Dice own = dice.split();
            begin("people at " + gate.name(), () -> walk(gate, own));
        }
        Dice own = dice.split();
        begin("register", () -> change(own));
    }

    private interface Work {
        void run() throws InterruptedException, IOException;
    }

    private void begin(String name, Work work) {
        threads.add(Thread.ofPlatform().name(name).daemon().start(() -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException | RuntimeException e) {
                failed.compareAndSet(null, e);
            }
        }));
    }

    /** How many cards were shown so far. */
    long taps() {
        return taps.get();
    }

    /** Returns when all have gone home. @throws RuntimeException what one of them ran into */
    void stop() throws InterruptedException, IOException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        threads.clear();
        stopped = false;
        switch (failed.getAndSet(null)) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw new IllegalStateException("people failed");
        }
    }

    private void walk(RigGate gate, Dice dice) throws InterruptedException, IOException {
        while (!stopped) {
            TimeUnit.NANOSECONDS.sleep(
                    dice.between(TAP_PAUSE_MIN, TAP_PAUSE_MAX).toNanos());
            // Drawn whatever the gate does.
            String card = card(dice.below(STEADY + CHANGING));
            boolean walks = dice.chance(WALKS_THROUGH);
            if (!gate.program().isAlive() || !gate.program().isReady()) {
                continue;
            }
            gate.tap(card);
            taps.incrementAndGet();
            long untilNs = System.nanoTime() + OPENS_WITHIN.toNanos();
            while (!gate.turnstile().isFree() && System.nanoTime() < untilNs) {
                TimeUnit.MILLISECONDS.sleep(POLL_MS);
            }
            if (walks) {
                gate.turnstile().push();
            }
        }
    }

    private void change(Dice dice) throws InterruptedException {
        CardStatus[] statuses = CardStatus.values();
        while (!stopped) {
            TimeUnit.NANOSECONDS.sleep(
                    dice.between(CHANGE_PAUSE_MIN, CHANGE_PAUSE_MAX).toNanos());
            site.register().change(card(STEADY + dice.below(CHANGING)), statuses[dice.below(statuses.length)]);
            site.register().push();
        }
    }
}
