package portvakt.sim.pi;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** People go through, and in the middle of it the power is cut. One thread. */
final class TapsAndCut {

    private static final int PASSAGES_MAX = 2;
    private static final int LAID_WITHIN_MS = 2_000;
    private static final int RELEASED_WITHIN_MS = 50;
    private static final int TURNED_WITHIN_MS = 600;

    /** What was under way. */
    enum Moment {
        LAID("after the card was laid"),
        RELEASED("after the relay went on"),
        TURNED("after the arm began to turn");

        private final String words;

        Moment(String words) {
            this.words = words;
        }
    }

    /**
     * @param afterMs  from the moment to the cut
     * @param through  passages that were over before; the gate has to know them
     * @param releases times that the relay went on
     */
    record Cut(Moment moment, int afterMs, int through, int releases) {
        @Override
        public String toString() {
            return afterMs + " ms " + moment.words + ", " + through + " gone through before";
        }
    }

    private final SplittableRandom random;

    TapsAndCut(SplittableRandom random) {
        this.random = random;
    }

    /** Cuts the power of a gate that is ready; the machine is off afterwards. */
    Cut run(PiGate gate) throws IOException, InterruptedException {
        int mark = gate.lines().mark();
        int through = random.nextInt(PASSAGES_MAX + 1);
        for (int i = 0; i < through; i++) {
            gate.passage(PassageScenarios.WORKER);
        }
        int last = gate.lines().mark();
        Moment moment = moment();
        gate.lay(PassageScenarios.WORKER);
        if (moment != Moment.LAID) {
            gate.lines().await(last, PiGate.RELAY, true, PiGate.PATIENCE);
        }
        if (moment == Moment.TURNED) {
            gate.machine().agent().pull(PiGate.ARM, false);
        }
        int afterMs = random.nextInt(
                switch (moment) {
                    case LAID -> LAID_WITHIN_MS;
                    case RELEASED -> RELEASED_WITHIN_MS;
                    case TURNED -> TURNED_WITHIN_MS;
                });
        TimeUnit.MILLISECONDS.sleep(afterMs);
        gate.machine().cutPower();
        gate.takeCardAway();
        int releases = (int) gate.lines().since(mark, PiGate.RELAY).stream()
                .filter(LineLog.Change::high)
                .count();
        return new Cut(moment, afterMs, through, releases);
    }

    /** Half of the cuts at the release: that is when the gate writes. */
    private Moment moment() {
        return switch (random.nextInt(4)) {
            case 0 -> Moment.LAID;
            case 1 -> Moment.TURNED;
            default -> Moment.RELEASED;
        };
    }
}
