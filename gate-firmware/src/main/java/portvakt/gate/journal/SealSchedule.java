package portvakt.gate.journal;

import java.time.Duration;

/**
 * When a gate's journal is to be sealed: soon after the start, after so many events, and after so long with any. Immutable; times
 * are uptimes.
 *
 * @param sealed      sequence of the last seal of this run; 0: none yet
 * @param dueAtNs     from then on a single new event is enough
 * @param notBeforeNs a seal that failed is not tried again before then
 */
public record SealSchedule(long sealed, long dueAtNs, long notBeforeNs) {

    public static final int EVENTS_MAX = 1_000;
    public static final Duration TIME_MAX = Duration.ofHours(1);
    static final Duration RETRY = Duration.ofMinutes(1);

    /** A program that starts vouches for what it finds, as soon as it can. */
    public static SealSchedule starting(long nowNs) {
        return new SealSchedule(0, nowNs, nowNs);
    }

    /** @param last the journal's newest event */
    public boolean isDue(long last, long nowNs) {
        long events = last - sealed;
        return events > 0 && nowNs - notBeforeNs >= 0 && (nowNs - dueAtNs >= 0 || events >= EVENTS_MAX);
    }

    /** @param sequence of the seal */
    public SealSchedule sealed(long sequence, long nowNs) {
        return new SealSchedule(sequence, nowNs + TIME_MAX.toNanos(), nowNs);
    }

    public SealSchedule failed(long nowNs) {
        return new SealSchedule(sealed, dueAtNs, nowNs + RETRY.toNanos());
    }
}
