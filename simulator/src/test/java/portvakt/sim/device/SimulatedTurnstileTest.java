package portvakt.sim.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import portvakt.gate.adapter.gpio.Pi4jTurnstile;
import portvakt.gate.adapter.gpio.TurnstileConfig;
import portvakt.gate.adapter.gpio.TurnstileConfig.Input;
import portvakt.gate.adapter.gpio.TurnstileConfig.Level;
import portvakt.gate.adapter.gpio.TurnstileConfig.Lock;
import portvakt.gate.adapter.gpio.TurnstileConfig.Output;
import portvakt.gate.adapter.gpio.TurnstileConfig.Pull;
import portvakt.gate.adapter.gpio.TurnstileConfig.Relay;
import portvakt.gate.port.Turnstile.Indication;
import portvakt.gate.port.TurnstileSignal;
import portvakt.gate.port.TurnstileSignal.ArmTurned;
import portvakt.gate.port.TurnstileSignal.Fire;
import portvakt.gate.port.TurnstileSignal.RequestToExit;

/** The simulated machine does with the gate's real adapter what a turnstile does, and no more. */
class SimulatedTurnstileTest {

    private final SimulatedTurnstile machine = new SimulatedTurnstile(config());
    private final List<TurnstileSignal> signals = new CopyOnWriteArrayList<>();
    private final Pi4jTurnstile turnstile = new Pi4jTurnstile(machine.context(), config());

    SimulatedTurnstileTest() {
        turnstile.start(signals::add);
    }

    @AfterEach
    void close() {
        turnstile.close();
        machine.close();
    }

    @Test
    void armTurnsOnlyWhileReleased() {
        assertThat(machine.push()).isFalse();
        turnstile.release();
        assertThat(machine.push()).isTrue();
        await().untilAsserted(() -> assertThat(signals).containsExactly(new ArmTurned()));
        turnstile.lock();
        assertThat(machine.push()).isFalse();
        assertThat(machine.turns()).isEqualTo(1);
    }

    @Test
    void relayChangesAreWrittenDownWithTheirTimes() {
        turnstile.release();
        turnstile.lock();
        assertThat(machine.relayChanges()).extracting(RelayChange::on).containsExactly(true, false);
        assertThat(machine.relayChanges().get(1).nanos())
                .isGreaterThanOrEqualTo(machine.relayChanges().get(0).nanos());
    }

    @Test
    void everyTurnIsCountedOnceThoughTheContactBounces() {
        machine.bounce(4);
        turnstile.release();
        machine.push();
        machine.push();
        await().untilAsserted(() -> assertThat(signals).containsExactly(new ArmTurned(), new ArmTurned()));
    }

    @Test
    void fireFreesTheArmByItsOwnWire() {
        machine.fire(true);
        await().until(() -> signals.contains(new Fire(true)));
        assertThat(machine.relayOn()).isFalse();
        assertThat(machine.push()).isTrue();
        machine.fire(false);
        assertThat(machine.push()).isFalse();
        await().untilAsserted(
                        () -> assertThat(signals).containsExactly(new Fire(true), new ArmTurned(), new Fire(false)));
    }

    @Test
    void weldedRelayAndForcedArmLetPeopleThroughALockedTurnstile() {
        machine.weldRelay(true);
        assertThat(machine.push()).isTrue();
        machine.weldRelay(false);
        assertThat(machine.push()).isFalse();
        machine.forceTurn();
        await().untilAsserted(() -> assertThat(signals).containsExactly(new ArmTurned(), new ArmTurned()));
    }

    @Test
    void stuckSensorHidesFurtherTurns() {
        machine.armSensorStuck(true);
        turnstile.release();
        assertThat(machine.push()).isTrue();
        machine.armSensorStuck(false);
        machine.pressRex();
        await().until(() -> signals.contains(new RequestToExit()));
        assertThat(signals).containsExactly(new ArmTurned(), new RequestToExit());
    }

    @Test
    void lampsAndBuzzerCanBeSeenAndListenersHearOfThem() {
        AtomicInteger changes = new AtomicInteger();
        machine.addListener(changed -> changes.incrementAndGet());
        turnstile.show(Indication.GRANTED);
        await().until(() -> machine.indicators().equals(new SimulatedTurnstile.Indicators(true, false, true)));
        await().until(() -> machine.indicators().equals(new SimulatedTurnstile.Indicators(true, false, false)));
        assertThat(changes).hasPositiveValue();
    }

    @Test
    void restartedAdapterFindsTheSameMachine() {
        turnstile.release();
        turnstile.close();
        assertThat(machine.relayOn()).isFalse();
        try (Pi4jTurnstile second = new Pi4jTurnstile(machine.context(), config())) {
            second.start(signals::add);
            second.release();
            assertThat(machine.push()).isTrue();
            await().untilAsserted(() -> assertThat(signals).containsExactly(new ArmTurned()));
        }
    }

    @Test
    void lockThatTheChipRefusedComesThroughWhenItWorksAgain() {
        turnstile.release();
        machine.mockLines().fail(config().relay().line(), true);
        turnstile.lock();
        assertThat(machine.relayOn()).isTrue();
        machine.mockLines().fail(config().relay().line(), false);
        await().until(() -> !machine.relayOn());
    }

    @Test
    void turnstileOnABoardHasNoContextOfItsOwn() {
        try (LineBoard board = new LineBoard();
                SimulatedTurnstile onBoard = SimulatedTurnstile.on(board, config())) {
            assertThatThrownBy(onBoard::context)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("LineBoardLines");
        }
    }

    /** An active-low relay and a fire contact that opens, so that no level is right by chance. */
    static TurnstileConfig config() {
        return new TurnstileConfig(
                new Relay(22, Level.LOW, Lock.FAIL_SECURE),
                new Input(23, Level.LOW, Pull.UP),
                Optional.of(new Input(24, Level.LOW, Pull.UP)),
                Optional.of(new Input(25, Level.HIGH, Pull.UP)),
                Optional.of(new Output(5, Level.HIGH)),
                Optional.of(new Output(6, Level.HIGH)),
                Optional.of(new Output(13, Level.HIGH)),
                null,
                Duration.ofSeconds(10),
                List.of(),
                Optional.empty());
    }
}
