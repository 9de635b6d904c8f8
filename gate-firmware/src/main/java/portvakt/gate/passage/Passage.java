package portvakt.gate.passage;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The passage state machine of one turnstile: the one place for its transitions.
 *
 * <pre>
 *             Granted                      ArmTurned: taken
 *   ┌────────┐ ─────► ┌──────────┐ ───────────────────────────► Locked
 *   │ Locked │        │ Released │ time-out ► ┌──────────┐ ArmTurned: taken ► Locked
 *   └────────┘        └──────────┘            │ Settling │ time-out: not taken ► Locked
 *       │ RequestToExit                       └──────────┘
 *       └───────────► ┌─────────────────┐ ArmTurned ► Locked
 *                     │ ReleasedForExit │ time-out ► SettlingForExit ── ArmTurned, time-out ► Locked
 *                     └─────────────────┘
 *   any ── FireStarted ──► Free ── FireEnded ──► Locked
 * </pre>
 *
 * The turnstile is released in Released, ReleasedForExit and Free only, so for at most the release time, but for a fire. Settling
 * gives a turn that began in time the time to end. Only {@link Effect.Taken} puts a person on site.
 */
public final class Passage {

    /** Where the turnstile stands. */
    public sealed interface State {
        record Locked() implements State {}

        record Released(Grant grant, long untilNs) implements State {}

        record Settling(Grant grant, long untilNs) implements State {}

        record ReleasedForExit(long untilNs) implements State {}

        /** The time for the exit is over, a turn that began in it may still end. */
        record SettlingForExit(long untilNs) implements State {}

        /** Freed by the fire alarm. @param last whoever showed a card and has not been seen going through */
        record Free(Optional<Grant> last) implements State {}
    }

    /** What happened. */
    public sealed interface Event {
        /** Only in a state that {@link #accepts} one. */
        record Granted(Grant grant) implements Event {}

        record RequestToExit() implements Event {}

        record ArmTurned() implements Event {}

        record FireStarted() implements Event {}

        record FireEnded() implements Event {}

        /** Time has passed. */
        record Tick() implements Event {}
    }

    /** What is to be done, in order. */
    public sealed interface Effect {
        record Release() implements Effect {}

        record Lock() implements Effect {}

        record Taken(Grant grant) implements Effect {}

        record NotTaken(Grant grant) implements Effect {}

        /** Somebody went through whom no card names. */
        record Unattributed(Cause cause) implements Effect {}

        record ExitRequested() implements Effect {}

        record FireReleaseStarted() implements Effect {}

        record FireReleaseEnded() implements Effect {}
    }

    /** Why the arm could turn without a grant. */
    public enum Cause {
        REQUEST_TO_EXIT,
        FIRE_RELEASE,
        /** It could not: forced, or a sensor fault. */
        FORCED
    }

    public record Step(State state, List<Effect> effects) {}

    private final long releaseNs;
    private final long turnNs;

    /**
     * @param releaseTime from release to relock unless somebody goes through (ONVIF Door Control)
     * @param turnTime    how long a turn takes at most
     */
    public Passage(Duration releaseTime, Duration turnTime) {
        this.releaseNs = releaseTime.toNanos();
        this.turnNs = turnTime.toNanos();
    }

    /** Whether a grant may come now; else the card has to wait. */
    public static boolean accepts(State state) {
        return switch (state) {
            case State.Locked _, State.Free _ -> true;
            case State.Released _, State.Settling _, State.ReleasedForExit _, State.SettlingForExit _ -> false;
        };
    }

    /** Who is being let through, if anyone is known to be. */
    public static Optional<Grant> grant(State state) {
        return switch (state) {
            case State.Released released -> Optional.of(released.grant());
            case State.Settling settling -> Optional.of(settling.grant());
            case State.Free free -> free.last();
            case State.Locked _, State.ReleasedForExit _, State.SettlingForExit _ -> Optional.empty();
        };
    }

    /** When the state ends by itself: a {@link Event.Tick} is due then. */
    public static OptionalLong deadlineNs(State state) {
        return switch (state) {
            case State.Released released -> OptionalLong.of(released.untilNs());
            case State.Settling settling -> OptionalLong.of(settling.untilNs());
            case State.ReleasedForExit released -> OptionalLong.of(released.untilNs());
            case State.SettlingForExit settling -> OptionalLong.of(settling.untilNs());
            case State.Locked _, State.Free _ -> OptionalLong.empty();
        };
    }

    /** Computes; acts on nothing. @param nowNs uptime */
    public Step step(State state, Event event, long nowNs) {
        return switch (event) {
            case Event.Granted granted -> granted(state, granted.grant(), nowNs);
            case Event.RequestToExit _ -> exitRequested(state, nowNs);
            case Event.ArmTurned _ -> armTurned(state);
            case Event.FireStarted _ -> fireStarted(state);
            case Event.FireEnded _ -> fireEnded(state);
            case Event.Tick _ -> tick(state, nowNs);
        };
    }

    private Step granted(State state, Grant grant, long nowNs) {
        return switch (state) {
            case State.Locked _ ->
                new Step(new State.Released(grant, nowNs + releaseNs), List.of(new Effect.Release()));
            case State.Free free ->
                new Step(
                        new State.Free(Optional.of(grant)),
                        free.last().<Effect>map(Effect.NotTaken::new).stream().toList());
            case State.Released _, State.Settling _, State.ReleasedForExit _, State.SettlingForExit _ ->
                throw new IllegalStateException("a grant in " + state + ": ask accepts() first");
        };
    }

    private Step exitRequested(State state, long nowNs) {
        return switch (state) {
            case State.Locked _, State.ReleasedForExit _, State.SettlingForExit _ ->
                new Step(
                        new State.ReleasedForExit(nowNs + releaseNs),
                        List.of(new Effect.ExitRequested(), new Effect.Release()));
            // The one who was granted did not go in time; the one who leaves must not wait for that.
            case State.Settling settling ->
                new Step(
                        new State.ReleasedForExit(nowNs + releaseNs),
                        List.of(
                                new Effect.NotTaken(settling.grant()),
                                new Effect.ExitRequested(),
                                new Effect.Release()));
            case State.Released _, State.Free _ -> new Step(state, List.of(new Effect.ExitRequested()));
        };
    }

    private Step armTurned(State state) {
        return switch (state) {
            case State.Locked _ -> new Step(state, List.of(new Effect.Unattributed(Cause.FORCED)));
            case State.Released released -> locked(new Effect.Lock(), new Effect.Taken(released.grant()));
            case State.Settling settling -> locked(new Effect.Taken(settling.grant()));
            case State.ReleasedForExit _ -> locked(new Effect.Lock(), new Effect.Unattributed(Cause.REQUEST_TO_EXIT));
            case State.SettlingForExit _ -> locked(new Effect.Unattributed(Cause.REQUEST_TO_EXIT));
            case State.Free free ->
                new Step(
                        new State.Free(Optional.empty()),
                        List.of(free.last()
                                .<Effect>map(Effect.Taken::new)
                                .orElse(new Effect.Unattributed(Cause.FIRE_RELEASE))));
        };
    }

    private Step fireStarted(State state) {
        return switch (state) {
            case State.Free _ -> new Step(state, List.of());
            case State.Locked _, State.Released _, State.Settling _, State.ReleasedForExit _, State.SettlingForExit _ ->
                new Step(new State.Free(grant(state)), List.of(new Effect.Release(), new Effect.FireReleaseStarted()));
        };
    }

    private Step fireEnded(State state) {
        return switch (state) {
            case State.Free(Optional<Grant> last)
            when last.isPresent() ->
                locked(new Effect.Lock(), new Effect.NotTaken(last.get()), new Effect.FireReleaseEnded());
            case State.Free _ -> locked(new Effect.Lock(), new Effect.FireReleaseEnded());
            case State.Locked _, State.Released _, State.Settling _, State.ReleasedForExit _, State.SettlingForExit _ ->
                new Step(state, List.of());
        };
    }

    private Step tick(State state, long nowNs) {
        OptionalLong deadlineNs = deadlineNs(state);
        if (deadlineNs.isEmpty() || nowNs - deadlineNs.getAsLong() < 0) {
            return new Step(state, List.of());
        }
        return switch (state) {
            case State.Released released ->
                new Step(new State.Settling(released.grant(), nowNs + turnNs), List.of(new Effect.Lock()));
            case State.Settling settling -> locked(new Effect.NotTaken(settling.grant()));
            case State.ReleasedForExit _ ->
                new Step(new State.SettlingForExit(nowNs + turnNs), List.of(new Effect.Lock()));
            case State.SettlingForExit _ -> locked();
            case State.Locked _, State.Free _ -> throw new IllegalStateException(state + " has no deadline");
        };
    }

    private static Step locked(Effect... effects) {
        return new Step(new State.Locked(), List.of(effects));
    }
}
