package portvakt.gate.adapter.gpio;

import java.util.List;
import portvakt.gate.port.Turnstile.Indication;

/**
 * What lamps and buzzer do for an {@link Indication}: first {@code once}, then {@code repeated} for ever; a single repeated step
 * is held. Colour is never the only signal: granted and denied differ in the number of beeps, and free and wait blink.
 */
record IndicationPattern(List<Step> once, List<Step> repeated) {

    /** Lamps and buzzer for a while; the duration of a step that is held means nothing. */
    record Step(boolean green, boolean red, boolean buzzer, int durationMs) {}

    private static final Step DARK = new Step(false, false, false, 0);

    private static final IndicationPattern READY = new IndicationPattern(List.of(), List.of(DARK));

    private static final IndicationPattern GRANTED =
            new IndicationPattern(List.of(new Step(true, false, true, 500)), List.of(new Step(true, false, false, 0)));

    private static final IndicationPattern DENIED = new IndicationPattern(
            List.of(
                    new Step(false, true, true, 120),
                    new Step(false, true, false, 120),
                    new Step(false, true, true, 120),
                    new Step(false, true, false, 120),
                    new Step(false, true, true, 120)),
            List.of(new Step(false, true, false, 0)));

    private static final IndicationPattern WAIT = new IndicationPattern(
            List.of(
                    new Step(false, true, true, 120),
                    new Step(false, false, false, 120),
                    new Step(false, true, true, 120),
                    new Step(false, false, false, 250)),
            List.of(new Step(false, true, false, 250), new Step(false, false, false, 250)));

    private static final IndicationPattern FREE = new IndicationPattern(
            List.of(), List.of(new Step(true, false, false, 500), new Step(false, false, false, 500)));

    static IndicationPattern of(Indication indication) {
        return switch (indication) {
            case READY -> READY;
            case GRANTED -> GRANTED;
            case DENIED -> DENIED;
            case WAIT -> WAIT;
            case FREE -> FREE;
        };
    }

    /** @param index counts from 0; past {@code once} it goes round in {@code repeated} */
    Step step(int index) {
        return index < once.size() ? once.get(index) : repeated.get((index - once.size()) % repeated.size());
    }

    /** Nothing comes after this step. */
    boolean isHeld(int index) {
        return index >= once.size() && repeated.size() == 1;
    }

    /** Where to go on after this step; stays small however long the pattern runs. */
    int next(int index) {
        return index + 1 < once.size() + repeated.size() ? index + 1 : once.size();
    }
}
