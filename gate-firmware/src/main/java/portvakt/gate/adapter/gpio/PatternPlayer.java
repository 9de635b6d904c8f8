package portvakt.gate.adapter.gpio;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import portvakt.gate.port.Turnstile.Indication;

/** Plays one {@link IndicationPattern} at a time. All methods run on the given single thread. */
final class PatternPlayer {

    private final ScheduledExecutorService thread;
    private final Consumer<IndicationPattern.Step> lamps;
    private Future<?> pending;

    PatternPlayer(ScheduledExecutorService thread, Consumer<IndicationPattern.Step> lamps) {
        this.thread = thread;
        this.lamps = lamps;
    }

    /** Drops whatever is playing and begins. */
    void play(Indication indication) {
        if (pending != null) {
            pending.cancel(false);
            pending = null;
        }
        playFrom(IndicationPattern.of(indication), 0);
    }

    private void playFrom(IndicationPattern pattern, int index) {
        IndicationPattern.Step step = pattern.step(index);
        lamps.accept(step);
        if (!pattern.isHeld(index)) {
            pending = thread.schedule(
                    () -> playFrom(pattern, pattern.next(index)), step.durationMs(), TimeUnit.MILLISECONDS);
        }
    }
}
