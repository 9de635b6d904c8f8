package portvakt.sim.site;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import portvakt.sim.device.SimulatedTurnstile;

/**
 * How a gate stands at one moment: what is to be seen from outside, and what the gate itself knows while it has power.
 *
 * @param direction {@code IN} or {@code OUT}
 * @param power     whether its computer runs
 * @param cable     whether its network cable is in
 * @param relay     {@code RELEASED} or {@code LOCKED}
 * @param fire      whether the fire panel's contact is active
 * @param free      whether a push would turn the arm
 * @param turns     how many times the arm has turned since the start
 * @param clock     as it was wound, which needs no power
 * @param program   empty without power
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record GateState(
        String gate,
        String direction,
        boolean power,
        boolean cable,
        String relay,
        boolean fire,
        boolean free,
        int turns,
        SimulatedTurnstile.Indicators lamps,
        Wound clock,
        Optional<Program> program) {

    /** @param aheadMinutes of the world's time; negative: behind it */
    public record Wound(long aheadMinutes, boolean synchronised) {}

    /**
     * What the gate knows of itself.
     *
     * @param online       whether it is connected to the server's broker
     * @param journalLast  number of the newest event in its journal
     * @param acknowledged number of the newest event that the server has confirmed to have stored
     * @param queue        events that the server has not confirmed yet
     * @param time         as the gate takes it to be
     * @param trust        how far it believes that: {@code SYNCHRONISED}, {@code BOUNDED_BELOW} or {@code UNKNOWN}
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Program(
            boolean online,
            long journalLast,
            long acknowledged,
            long queue,
            Instant time,
            String trust,
            List<ListKnown> lists) {}

    /** A list that the gate decides by. @param ageMs from its signed time of issue, by the gate's clock */
    public record ListKnown(String list, long version, Instant issuedAt, long ageMs) {}
}
