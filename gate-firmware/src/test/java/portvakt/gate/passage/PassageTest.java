package portvakt.gate.passage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.gate.access.Credential;
import portvakt.gate.passage.Passage.Cause;
import portvakt.gate.passage.Passage.Effect;
import portvakt.gate.passage.Passage.Event;
import portvakt.gate.passage.Passage.State;
import portvakt.protocol.Assurance;
import portvakt.protocol.CardNumber;

/** The turnstile is open for as long as it must be and no longer, and every grant ends as taken or not taken, once. */
class PassageTest {

    private static final long RELEASE_NS = 3_000_000_000L;
    private static final long TURN_NS = 2_000_000_000L;
    private static final long NOW = 7_000_000_000L;
    private static final Passage PASSAGE = new Passage(Duration.ofNanos(RELEASE_NS), Duration.ofNanos(TURN_NS));
    private static final Grant GRANT = grant(1);
    private static final Grant OTHER = grant(2);

    private static Grant grant(long sequence) {
        return new Grant(
                sequence,
                new Credential(
                        Optional.of(new CardNumber("4388261")),
                        Optional.empty(),
                        Assurance.CHIP_DATA,
                        Optional.empty(),
                        Optional.empty()));
    }

    private static final State LOCKED = new State.Locked();
    private static final State RELEASED = new State.Released(GRANT, NOW);
    private static final State SETTLING = new State.Settling(GRANT, NOW);
    private static final State FOR_EXIT = new State.ReleasedForExit(NOW);
    private static final State SETTLING_EXIT = new State.SettlingForExit(NOW);
    private static final State FREE = new State.Free(Optional.empty());
    private static final State FREE_GRANTED = new State.Free(Optional.of(GRANT));
    private static final State EXIT_FROM_NOW = new State.ReleasedForExit(NOW + RELEASE_NS);

    private static final Event GRANTED = new Event.Granted(OTHER);
    private static final Event REX = new Event.RequestToExit();
    private static final Event ARM = new Event.ArmTurned();
    private static final Event FIRE = new Event.FireStarted();
    private static final Event FIRE_OVER = new Event.FireEnded();
    private static final Event TICK = new Event.Tick();

    private static final Effect RELEASE = new Effect.Release();
    private static final Effect LOCK = new Effect.Lock();
    private static final Effect ASKED = new Effect.ExitRequested();

    private static Arguments row(State from, Event event, State to, Effect... effects) {
        return Arguments.of(from, event, to, List.of(effects));
    }

    static Stream<Arguments> transitions() {
        Effect fire = new Effect.FireReleaseStarted();
        Effect fireOver = new Effect.FireReleaseEnded();
        Effect taken = new Effect.Taken(GRANT);
        Effect notTaken = new Effect.NotTaken(GRANT);
        return Stream.of(
                row(LOCKED, GRANTED, new State.Released(OTHER, NOW + RELEASE_NS), RELEASE),
                row(LOCKED, REX, EXIT_FROM_NOW, ASKED, RELEASE),
                row(LOCKED, ARM, LOCKED, new Effect.Unattributed(Cause.FORCED)),
                row(LOCKED, FIRE, FREE, RELEASE, fire),
                row(LOCKED, FIRE_OVER, LOCKED),
                row(LOCKED, TICK, LOCKED),
                row(RELEASED, REX, RELEASED, ASKED),
                row(RELEASED, ARM, LOCKED, LOCK, taken),
                row(RELEASED, FIRE, FREE_GRANTED, RELEASE, fire),
                row(RELEASED, FIRE_OVER, RELEASED),
                row(RELEASED, TICK, new State.Settling(GRANT, NOW + TURN_NS), LOCK),
                row(SETTLING, REX, EXIT_FROM_NOW, notTaken, ASKED, RELEASE),
                row(SETTLING, ARM, LOCKED, taken),
                row(SETTLING, FIRE, FREE_GRANTED, RELEASE, fire),
                row(SETTLING, FIRE_OVER, SETTLING),
                row(SETTLING, TICK, LOCKED, notTaken),
                row(FOR_EXIT, REX, EXIT_FROM_NOW, ASKED, RELEASE),
                row(FOR_EXIT, ARM, LOCKED, LOCK, new Effect.Unattributed(Cause.REQUEST_TO_EXIT)),
                row(FOR_EXIT, FIRE, FREE, RELEASE, fire),
                row(FOR_EXIT, FIRE_OVER, FOR_EXIT),
                row(FOR_EXIT, TICK, new State.SettlingForExit(NOW + TURN_NS), LOCK),
                row(SETTLING_EXIT, REX, EXIT_FROM_NOW, ASKED, RELEASE),
                row(SETTLING_EXIT, ARM, LOCKED, new Effect.Unattributed(Cause.REQUEST_TO_EXIT)),
                row(SETTLING_EXIT, FIRE, FREE, RELEASE, fire),
                row(SETTLING_EXIT, FIRE_OVER, SETTLING_EXIT),
                row(SETTLING_EXIT, TICK, LOCKED),
                row(FREE, GRANTED, new State.Free(Optional.of(OTHER))),
                row(FREE_GRANTED, GRANTED, new State.Free(Optional.of(OTHER)), notTaken),
                row(FREE, REX, FREE, ASKED),
                row(FREE, ARM, FREE, new Effect.Unattributed(Cause.FIRE_RELEASE)),
                row(FREE_GRANTED, ARM, FREE, taken),
                row(FREE_GRANTED, FIRE, FREE_GRANTED),
                row(FREE, FIRE_OVER, LOCKED, LOCK, fireOver),
                row(FREE_GRANTED, FIRE_OVER, LOCKED, LOCK, notTaken, fireOver),
                row(FREE_GRANTED, TICK, FREE_GRANTED));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("transitions")
    void everyTransition(State from, Event event, State to, List<Effect> effects) {
        assertThat(PASSAGE.step(from, event, NOW)).isEqualTo(new Passage.Step(to, effects));
    }

    @Test
    void aTickBeforeTheDeadlineDoesNothing() {
        for (State state : List.of(RELEASED, SETTLING, FOR_EXIT, SETTLING_EXIT)) {
            assertThat(PASSAGE.step(state, TICK, NOW - 1)).isEqualTo(new Passage.Step(state, List.of()));
            assertThat(Passage.deadlineNs(state)).hasValue(NOW);
        }
    }

    @Test
    void aGrantWhileSomebodyGoesThroughIsAMistakeOfTheCaller() {
        for (State state : List.of(RELEASED, SETTLING, FOR_EXIT, SETTLING_EXIT)) {
            assertThat(Passage.accepts(state)).isFalse();
            assertThatThrownBy(() -> PASSAGE.step(state, GRANTED, NOW)).isInstanceOf(IllegalStateException.class);
        }
        assertThat(Passage.accepts(LOCKED)).isTrue();
        assertThat(Passage.accepts(FREE_GRANTED)).isTrue();
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 40);
    }

    /** What the effects have done to the world so far. */
    private static final class World {
        private boolean released;
        private long releasedAtNs;
        private boolean fire;
        private final TreeMap<Long, Integer> ends = new TreeMap<>();

        void apply(List<Effect> effects, long nowNs) {
            for (Effect effect : effects) {
                switch (effect) {
                    case Effect.Release _ -> {
                        released = true;
                        releasedAtNs = nowNs;
                    }
                    case Effect.Lock _ -> released = false;
                    case Effect.Taken taken -> ends.merge(taken.grant().sequence(), 1, Integer::sum);
                    case Effect.NotTaken notTaken -> ends.merge(notTaken.grant().sequence(), 1, Integer::sum);
                    case Effect.Unattributed _,
                            Effect.ExitRequested _,
                            Effect.FireReleaseStarted _,
                            Effect.FireReleaseEnded _ -> {}
                }
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theInvariantsHoldOverAnySequence(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        World world = new World();
        State state = LOCKED;
        long nowNs = random.nextLong();
        List<Long> granted = new ArrayList<>();
        for (int step = 0; step < 5_000; step++) {
            // Time goes on to the next event or deadline, whichever is first: an owner ticks when one is due.
            OptionalLong deadline = Passage.deadlineNs(state);
            long nextNs = nowNs + random.nextLong(RELEASE_NS);
            Event event = event(random, state, granted);
            if (deadline.isPresent() && deadline.getAsLong() - nextNs <= 0) {
                nextNs = deadline.getAsLong();
                event = TICK;
            }
            nowNs = nextNs;
            if (event instanceof Event.Granted grant) {
                granted.add(grant.grant().sequence());
            }
            world.fire = event instanceof Event.FireStarted || world.fire && !(event instanceof Event.FireEnded);
            Passage.Step next = PASSAGE.step(state, event, nowNs);
            state = next.state();
            world.apply(next.effects(), nowNs);

            assertThat(state instanceof State.Free).isEqualTo(world.fire);
            if (world.fire) {
                assertThat(world.released).as("fire frees").isTrue();
            } else if (world.released) {
                assertThat(nowNs - world.releasedAtNs).isLessThanOrEqualTo(RELEASE_NS);
                assertThat(Passage.deadlineNs(state)).isPresent();
            }
            Optional<Long> open = Passage.grant(state).map(Grant::sequence);
            for (long grant : granted) {
                assertThat(world.ends.getOrDefault(grant, 0)
                                + (open.filter(each -> each == grant).isPresent() ? 1 : 0))
                        .as("grant %d ends once", grant)
                        .isEqualTo(1);
            }
            granted.removeIf(grant -> world.ends.containsKey(grant) && random.nextInt(4) == 0);
        }
    }

    private static Event event(SplittableRandom random, State state, List<Long> granted) {
        return switch (random.nextInt(12)) {
            case 0 -> FIRE;
            case 1, 2 -> FIRE_OVER;
            case 3 -> REX;
            case 4, 5, 6 -> ARM;
            case 7 -> TICK;
            default -> Passage.accepts(state) ? new Event.Granted(grant(random.nextLong(1, Long.MAX_VALUE))) : TICK;
        };
    }
}
