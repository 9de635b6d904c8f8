package portvakt.sim.site;

import portvakt.gate.port.Turnstile;

/** What can be heard of a gate's program. */
sealed interface Heard {

    /** An event entered its journal. */
    record Appended(GateEvent event) implements Heard {}

    /** Lamps and buzzer say something. */
    record Shown(Turnstile.Indication indication) implements Heard {}

    /** It does not run any more. */
    record Off() implements Heard {}
}
