package portvakt.gate.adapter.gpio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.pi4j.io.gpio.digital.DigitalState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import portvakt.gate.adapter.gpio.TurnstileConfig.Input;
import portvakt.gate.adapter.gpio.TurnstileConfig.Level;
import portvakt.gate.adapter.gpio.TurnstileConfig.Lock;
import portvakt.gate.adapter.gpio.TurnstileConfig.Output;
import portvakt.gate.adapter.gpio.TurnstileConfig.Pull;
import portvakt.gate.adapter.gpio.TurnstileConfig.Relay;
import portvakt.gate.port.Turnstile.Indication;
import portvakt.gate.port.TurnstileSignal;
import portvakt.gate.port.TurnstileSignal.ArmTurned;
import portvakt.gate.port.TurnstileSignal.Fault;
import portvakt.gate.port.TurnstileSignal.Fire;
import portvakt.gate.port.TurnstileSignal.RequestToExit;

/** The relay is released only between a release and a lock, whatever fails; and what the machine says is said once. */
class Pi4jTurnstileTest {

    private static final int RELAY = 22;
    private static final int ARM = 23;
    private static final int REX = 24;
    private static final int FIRE = 25;
    private static final int GREEN = 5;
    private static final int RED = 6;
    private static final int BUZZER = 13;

    private final BenchLines lines = new BenchLines();
    private final List<TurnstileSignal> signals = new CopyOnWriteArrayList<>();
    private Pi4jTurnstile turnstile;

    Pi4jTurnstileTest() {
        lines.drive(ARM, DigitalState.HIGH);
        lines.drive(REX, DigitalState.HIGH);
        lines.drive(FIRE, DigitalState.LOW);
    }

    @AfterEach
    void close() {
        lines.failing.clear();
        if (turnstile != null) {
            turnstile.close();
        }
        lines.close();
    }

    @Test
    void everyOutputIsClaimedOffAndNothingElseIsEverPut() {
        open(Level.HIGH);
        for (int line : List.of(RELAY, GREEN, RED, BUZZER)) {
            assertThat(lines.puts(line)).isNotEmpty().noneMatch(BenchLines.Put::high);
        }
    }

    @Test
    void relayThatIsActiveLowIsClaimedHigh() {
        open(Level.LOW);
        assertThat(lines.puts(RELAY)).isNotEmpty().allMatch(BenchLines.Put::high);
        turnstile.release();
        assertThat(lines.isHigh(RELAY)).isFalse();
        turnstile.lock();
        assertThat(lines.isHigh(RELAY)).isTrue();
        turnstile.release();
        turnstile.close();
        assertThat(lines.isHigh(RELAY)).isTrue();
    }

    /** A lock that is held by current: its relay is energised from the claim on, and falls off to release. */
    @ParameterizedTest
    @EnumSource(Level.class)
    void relayOfAFailSafeLockIsClaimedEnergised(Level active) {
        boolean energised = active == Level.HIGH;
        open(config(new Relay(RELAY, active, Lock.FAIL_SAFE), Duration.ofSeconds(10)));
        assertThat(lines.puts(RELAY)).isNotEmpty().allMatch(put -> put.high() == energised);
        turnstile.release();
        assertThat(lines.isHigh(RELAY)).isEqualTo(!energised);
        turnstile.lock();
        assertThat(lines.isHigh(RELAY)).isEqualTo(energised);
        turnstile.release();
        turnstile.close();
        assertThat(lines.isHigh(RELAY)).isEqualTo(energised);
    }

    @Test
    void releaseAndLockHaveHappenedOnTheCallersThreadWhenTheyReturn() {
        open(Level.HIGH);
        turnstile.release();
        assertThat(lines.puts(RELAY).getLast()).isEqualTo(new BenchLines.Put(RELAY, true, Thread.currentThread()));
        turnstile.lock();
        assertThat(lines.puts(RELAY).getLast()).isEqualTo(new BenchLines.Put(RELAY, false, Thread.currentThread()));
    }

    @Test
    void turnOfTheArmIsOneSignalThoughTheContactBouncesAtBothEnds() {
        open(Level.HIGH);
        burst(ARM, DigitalState.LOW);
        await().untilAsserted(() -> assertThat(signals).containsExactly(new ArmTurned()));
        burst(ARM, DigitalState.HIGH);
        burst(REX, DigitalState.LOW);
        await().until(() -> signals.contains(new RequestToExit()));
        assertThat(signals).containsExactly(new ArmTurned(), new RequestToExit());

        burst(ARM, DigitalState.LOW);
        await().untilAsserted(() ->
                assertThat(signals).containsExactly(new ArmTurned(), new RequestToExit(), new ArmTurned()));
    }

    @Test
    void sensorThatStaysActiveIsAFaultOnceAndOnlyOneTurn() {
        open(config(Level.HIGH, Duration.ofMillis(150)));
        lines.drive(ARM, DigitalState.LOW);
        await().until(() -> signals.size() >= 2);
        assertThat(signals).first().isEqualTo(new ArmTurned());
        assertThat(signals)
                .last()
                .satisfies(fault -> assertThat(fault.toString()).contains("arm sensor stuck", "line 23", "PT0.15S"));
        assertThat(signals).hasSize(2);
    }

    @Test
    void exitButtonHeldIsOneRequest() {
        open(Level.HIGH);
        lines.drive(REX, DigitalState.LOW);
        await().until(() -> signals.contains(new RequestToExit()));
        lines.drive(REX, DigitalState.HIGH);
        lines.drive(FIRE, DigitalState.HIGH);
        await().until(() -> signals.contains(new Fire(true)));
        assertThat(signals).containsExactly(new RequestToExit(), new Fire(true));
    }

    @Test
    void fireAtStartIsReportedAndItsEndToo() {
        lines.drive(FIRE, DigitalState.HIGH);
        open(Level.HIGH);
        await().untilAsserted(() -> assertThat(signals).containsExactly(new Fire(true)));
        lines.drive(FIRE, DigitalState.LOW);
        await().untilAsserted(() -> assertThat(signals).containsExactly(new Fire(true), new Fire(false)));
    }

    @Test
    void fireWhoseEdgeWasLostIsFoundByItsLevel() {
        open(Level.HIGH);
        // Once a later edge has come through, the first look at all inputs is over.
        lines.drive(REX, DigitalState.LOW);
        await().until(() -> signals.contains(new RequestToExit()));
        signals.clear();
        lines.driveSilently(FIRE, DigitalState.HIGH);
        await().untilAsserted(() -> assertThat(signals).containsExactly(new Fire(true)));
    }

    @Test
    void lockThatFailsIsAFaultAndIsTriedUntilItSucceeds() {
        open(Level.HIGH);
        turnstile.release();
        lines.failing.add(RELAY);
        assertThatCode(turnstile::lock).doesNotThrowAnyException();
        await().untilAsserted(() -> assertThat(signals).singleElement().isInstanceOf(Fault.class));
        assertThat(signals.getFirst().toString()).contains("relay (line 22) does not switch off", "no such device");
        assertThat(lines.isHigh(RELAY)).isTrue();

        lines.failing.remove(RELAY);
        await().until(() -> !lines.isHigh(RELAY));
        assertThat(signals).hasSize(1);
    }

    @Test
    void releaseAfterALockThatFailedIsNotTakenBackByALateNewTry() {
        open(Level.HIGH);
        lines.failing.add(RELAY);
        turnstile.lock();
        lines.failing.remove(RELAY);
        turnstile.release();
        int before = lines.puts(RELAY).size();
        // A pattern of more than half a second: whatever new try there was is over when it has been played.
        turnstile.show(Indication.GRANTED);
        await().until(() -> lines.puts(BUZZER).stream().anyMatch(BenchLines.Put::high) && !lines.isHigh(BUZZER));
        assertThat(lines.puts(RELAY)).hasSize(before);
        assertThat(lines.isHigh(RELAY)).isTrue();
    }

    @Test
    void releaseAndIndicationThatFailAreFaults() {
        open(Level.HIGH);
        lines.failing.addAll(List.of(RELAY, GREEN));
        assertThatCode(turnstile::release).doesNotThrowAnyException();
        turnstile.show(Indication.FREE);
        await().until(() -> signals.size() == 2);
        assertThat(signals.toString()).contains("relay (line 22) does not switch on", "green-lamp (line 5)");
    }

    @Test
    void patternsPlayOnTheAdaptersThreadAndANewOneReplacesTheOldAtOnce() {
        open(Level.HIGH);
        turnstile.show(Indication.DENIED);
        await().until(() -> lines.isHigh(BUZZER));
        assertThat(lines.isHigh(RED)).isTrue();
        turnstile.show(Indication.READY);
        await().until(() -> !lines.isHigh(RED) && !lines.isHigh(BUZZER));
        // Usually one; a busy machine may have got further before the new indication came.
        long beeps = beeps();
        await().during(Duration.ofMillis(600)).until(() -> beeps() == beeps);
        assertThat(lines.puts(BUZZER).getLast().thread().getName()).isEqualTo("turnstile");
    }

    @Test
    void deniedBeepsThreeTimesAndLeavesRedOn() {
        open(Level.HIGH);
        turnstile.show(Indication.DENIED);
        await().until(() -> beeps() == 3 && !lines.isHigh(BUZZER));
        assertThat(lines.isHigh(RED)).isTrue();
        assertThat(lines.isHigh(GREEN)).isFalse();
    }

    @Test
    void closeLocksGivesAllLinesBackAndMayBeCalledTwice() {
        open(Level.HIGH);
        turnstile.show(Indication.FREE);
        await().until(() -> lines.isHigh(GREEN));
        turnstile.release();
        turnstile.close();
        turnstile.close();
        turnstile.release();
        assertThat(lines.isHigh(RELAY)).isFalse();
        assertThat(lines.isHigh(GREEN)).isFalse();
        assertThat(List.of(RELAY, ARM, REX, FIRE, GREEN, RED, BUZZER)).noneMatch(lines::isClaimed);
        assertThat(lines.context().isShutdown()).isFalse();
    }

    @Test
    void lineThatIsBusyIsAnErrorThatNamesItAndLeavesNothingClaimed() {
        lines.unclaimable.add(RED);
        assertThatThrownBy(() -> open(Level.HIGH))
                .isInstanceOf(TurnstileUnavailableException.class)
                .hasMessageContaining("Line 6 (red-lamp)")
                .hasMessageContaining("busy")
                .hasMessageContaining("gpioinfo");
        assertThat(List.of(RELAY, ARM, REX, FIRE, GREEN, RED, BUZZER)).noneMatch(lines::isClaimed);
    }

    @Test
    void turnstileWithoutLampsAndButtonsWorks() {
        open(TurnstileConfig.of(new Relay(RELAY, Level.HIGH, Lock.FAIL_SECURE), new Input(ARM, Level.LOW, Pull.UP)));
        turnstile.show(Indication.DENIED);
        turnstile.release();
        lines.drive(ARM, DigitalState.LOW);
        await().untilAsserted(() -> assertThat(signals).containsExactly(new ArmTurned()));
    }

    private long beeps() {
        List<BenchLines.Put> puts = lines.puts(BUZZER);
        long beeps = 0;
        for (int i = 1; i < puts.size(); i++) {
            beeps += puts.get(i).high() && !puts.get(i - 1).high() ? 1 : 0;
        }
        return beeps;
    }

    private void burst(int line, DigitalState finalLevel) {
        for (int i = 0; i < 5; i++) {
            lines.drive(line, finalLevel);
            lines.drive(line, DigitalState.getInverseState(finalLevel));
        }
        lines.drive(line, finalLevel);
    }

    private void open(Level relayActive) {
        open(config(relayActive, Duration.ofSeconds(10)));
    }

    private void open(TurnstileConfig config) {
        turnstile = new Pi4jTurnstile(lines.context(), config);
        turnstile.start(signals::add);
    }

    private static TurnstileConfig config(Level relayActive, Duration armStuckAfter) {
        return config(new Relay(RELAY, relayActive, Lock.FAIL_SECURE), armStuckAfter);
    }

    private static TurnstileConfig config(Relay relay, Duration armStuckAfter) {
        return new TurnstileConfig(
                relay,
                new Input(ARM, Level.LOW, Pull.UP),
                Optional.of(new Input(REX, Level.LOW, Pull.UP)),
                Optional.of(new Input(FIRE, Level.HIGH, Pull.UP)),
                Optional.of(new Output(GREEN, Level.HIGH)),
                Optional.of(new Output(RED, Level.HIGH)),
                Optional.of(new Output(BUZZER, Level.HIGH)),
                Duration.ofMillis(10),
                armStuckAfter,
                List.of(),
                Optional.empty());
    }
}
