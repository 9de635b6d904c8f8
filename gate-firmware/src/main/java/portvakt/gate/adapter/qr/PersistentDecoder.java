package portvakt.gate.adapter.qr;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Looks again, in other pictures made of the same frame ({@link Enhancement}), when nothing was found in the frame itself. Begins each time
 * where it stopped, so that every kind of picture gets its turn however slow the board: no step is begun once the frame has cost its budget.
 * Where nothing has changed since all steps found nothing, as when nobody is there, a frame gets one step.
 */
public final class PersistentDecoder implements CodeDecoder {

    /** For one frame; the step that is under way is finished. */
    public static final Duration BUDGET = Duration.ofMillis(120);

    private static final Enhancement.Step[] STEPS = Enhancement.Step.values();

    private final CodeDecoder decoder;
    private final LongSupplier nanoTime;
    private final long budgetNs;
    private final Enhancement enhancement = new Enhancement();
    private final StillScene scene = new StillScene();
    private int next;
    private int fruitless;

    public PersistentDecoder() {
        this(BUDGET);
    }

    /** @param budget for one frame; the longest there is makes what is read a matter of the frames alone */
    public PersistentDecoder(Duration budget) {
        this(new PairedDecoder(), System::nanoTime, budget);
    }

    PersistentDecoder(CodeDecoder decoder, LongSupplier nanoTime, Duration budget) {
        this.budgetNs = budget.toNanos();
        this.decoder = decoder;
        this.nanoTime = nanoTime;
    }

    @Override
    public List<FoundCode> decode(GrayFrame frame) {
        long beganNs = nanoTime.getAsLong();
        List<FoundCode> found = decoder.decode(frame);
        if (!found.isEmpty()) {
            fruitless = 0;
            return found;
        }
        if (!scene.isStill(frame)) {
            fruitless = 0;
        }
        int steps = fruitless >= STEPS.length ? 1 : STEPS.length;
        for (int step = 0; step < steps && nanoTime.getAsLong() - beganNs < budgetNs; step++) {
            found = decoder.decode(enhancement.apply(STEPS[next], frame));
            if (!found.isEmpty()) {
                // What helped this time is tried first the next time: the light is the same.
                fruitless = 0;
                return found;
            }
            next = (next + 1) % STEPS.length;
            fruitless++;
        }
        return found;
    }
}
