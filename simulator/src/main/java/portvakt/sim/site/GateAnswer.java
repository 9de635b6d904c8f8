package portvakt.sim.site;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a gate did when something was done to it.
 *
 * @param decision {@code GRANTED} or {@code DENIED}; empty where nothing was decided
 * @param reason   why it was denied
 * @param flags    what was noted of a grant
 * @param sequence of the decision in the gate's journal
 * @param passage  {@code TAKEN}, {@code NOT_TAKEN}, {@code UNATTRIBUTED}, or {@code PENDING} while the turnstile is released
 * @param cause    of a passage that no card names: {@code FORCED}, {@code REQUEST_TO_EXIT} or {@code FIRE_RELEASE}
 * @param turned   whether the arm turned, where it was pushed
 * @param relay    how the relay switched since, oldest first
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record GateAnswer(
        String gate,
        Optional<String> decision,
        Optional<String> reason,
        List<String> flags,
        Optional<Long> sequence,
        Optional<String> list,
        Optional<Long> listVersion,
        Optional<Long> listAgeMs,
        Optional<Long> decideMicros,
        Optional<String> passage,
        Optional<String> cause,
        Optional<Boolean> turned,
        List<Relay> relay) {

    /** The relay was switched. */
    public record Relay(boolean on, Instant at) {}
}
