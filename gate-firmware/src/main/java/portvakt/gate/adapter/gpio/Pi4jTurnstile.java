package portvakt.gate.adapter.gpio;

import com.pi4j.context.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.port.Turnstile;
import portvakt.gate.port.TurnstileSignal;

/**
 * A turnstile over the GPIO lines of a Pi4J context.
 *
 * <p>The relay's line is claimed in the locked state in the same act, before any other, and its state is set on the caller's
 * thread, so that {@link #release()} and {@link #lock()} have happened when they return. Pi4J's {@code pulse} and {@code blink}
 * are never used: they sleep on the caller's thread, and an interrupt leaves the line on. Everything else (inputs, lamps, buzzer,
 * the new try after a failed lock, signals) happens on one thread of this adapter.
 *
 * <p>A line that fails is a {@link TurnstileSignal.Fault}, never an exception; a lock that failed is tried again until it
 * succeeds or a release is asked for. The context belongs to whoever made it and is not shut down here.
 */
public final class Pi4jTurnstile implements Turnstile {

    private static final Logger LOG = LoggerFactory.getLogger(Pi4jTurnstile.class);
    private static final long LOCK_RETRY_MS = 50;
    private static final long SAMPLE_MS = 500;
    private static final int LOCK_TRIES_AT_CLOSE_MAX = 20;
    private static final long THREAD_END_MS = 1_000;

    /** A lamp or the buzzer; a failure is told once until it works again. */
    private static final class Indicator {
        private final OutputLine line;
        private boolean failing;

        Indicator(OutputLine line) {
            this.line = line;
        }

        Optional<String> set(boolean on) {
            Optional<String> failure = line.set(on);
            boolean news = failure.isPresent() && !failing;
            failing = failure.isPresent();
            return news ? failure : Optional.empty();
        }
    }

    private final TurnstileConfig config;
    private final ScheduledThreadPoolExecutor thread;
    private final PatternPlayer player;

    private final OutputLine relay;
    private final InputLine armSensor;
    private final Optional<InputLine> requestToExit;
    private final Optional<InputLine> fireAlarm;
    private final Optional<Indicator> greenLamp;
    private final Optional<Indicator> redLamp;
    private final Optional<Indicator> buzzer;
    private final List<OutputLine> outputs = new ArrayList<>();
    private final List<InputLine> inputs = new ArrayList<>();

    private final Object relayGuard = new Object();
    private boolean released;
    private boolean lockFailing;
    private boolean lockRetryPending;
    private boolean closed;

    private volatile Consumer<TurnstileSignal> inbox = signal -> {};
    private Future<?> armStuck;

    /**
     * Claims the lines.
     *
     * @throws TurnstileUnavailableException if one cannot be had; those already claimed are given back
     */
    public Pi4jTurnstile(Context context, TurnstileConfig config) {
        this.config = config;
        thread = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("turnstile").daemon().factory(), new ThreadPoolExecutor.DiscardPolicy());
        thread.setRemoveOnCancelPolicy(true);
        player = new PatternPlayer(thread, this::indicate);
        try {
            relay = claim(context, "relay", config.relay().release());
            armSensor = claim(context, "arm-sensor", config.armSensor());
            requestToExit = config.requestToExit().map(line -> claim(context, "request-to-exit", line));
            fireAlarm = config.fireAlarm().map(line -> claim(context, "fire-alarm", line));
            greenLamp = config.greenLamp().map(line -> new Indicator(claim(context, "green-lamp", line)));
            redLamp = config.redLamp().map(line -> new Indicator(claim(context, "red-lamp", line)));
            buzzer = config.buzzer().map(line -> new Indicator(claim(context, "buzzer", line)));
        } catch (TurnstileUnavailableException e) {
            giveBackLines();
            thread.shutdownNow();
            throw e;
        }
    }

    @Override
    public void start(Consumer<TurnstileSignal> inbox) {
        this.inbox = inbox;
        armSensor.start(this::armMoved, this::fault);
        requestToExit.ifPresent(input -> input.start(
                pressed -> {
                    if (pressed) {
                        signal(new TurnstileSignal.RequestToExit());
                    }
                },
                this::fault));
        fireAlarm.ifPresent(input -> input.start(active -> signal(new TurnstileSignal.Fire(active)), this::fault));
        thread.scheduleWithFixedDelay(
                () -> inputs.forEach(InputLine::sample), SAMPLE_MS, SAMPLE_MS, TimeUnit.MILLISECONDS);
    }

    /** Does nothing after {@link #close()}. */
    @Override
    public void release() {
        synchronized (relayGuard) {
            if (closed) {
                return;
            }
            released = true;
            lockFailing = false;
            relay.set(true).ifPresent(this::faultLater);
        }
    }

    @Override
    public void lock() {
        synchronized (relayGuard) {
            if (closed) {
                return;
            }
            released = false;
            tryToLock();
        }
    }

    @Override
    public void show(Indication indication) {
        thread.execute(() -> player.play(indication));
    }

    /** Locks first, then lets the lamps go dark, then gives the lines back. Takes at most about a second; may be called twice. */
    @Override
    public void close() {
        synchronized (relayGuard) {
            if (closed) {
                return;
            }
            closed = true;
            released = false;
            lockForGood();
        }
        thread.shutdownNow();
        boolean interrupted = false;
        try {
            if (!thread.awaitTermination(THREAD_END_MS, TimeUnit.MILLISECONDS)) {
                LOG.warn("the turnstile's thread is still busy; closing its lines all the same");
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        for (OutputLine output : outputs) {
            output.set(false).ifPresent(failure -> LOG.warn("at close: {}", failure));
        }
        giveBackLines();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private OutputLine claim(Context context, String role, TurnstileConfig.Output line) {
        OutputLine output = new OutputLine(context, role, line);
        outputs.add(output);
        return output;
    }

    private InputLine claim(Context context, String role, TurnstileConfig.Input line) {
        InputLine input = new InputLine(context, role, line, config.debounce(), thread);
        inputs.add(input);
        return input;
    }

    private void armMoved(boolean active) {
        if (armStuck != null) {
            armStuck.cancel(false);
            armStuck = null;
        }
        if (active) {
            armStuck = thread.schedule(
                    () -> fault("arm sensor stuck: line "
                            + config.armSensor().line() + " has been active for " + config.armStuckAfter()
                            + ". Nobody is counted until it lets go; check the sensor, its cable and the arm."),
                    config.armStuckAfter().toNanos(),
                    TimeUnit.NANOSECONDS);
            signal(new TurnstileSignal.ArmTurned());
        }
    }

    private void tryToLock() {
        Optional<String> failure = relay.set(false);
        if (failure.isEmpty()) {
            if (lockFailing) {
                LOG.warn("the relay is locked now, after failures");
            }
            lockFailing = false;
            return;
        }
        if (!lockFailing) {
            lockFailing = true;
            faultLater(failure.get());
        }
        if (!lockRetryPending) {
            lockRetryPending = true;
            thread.schedule(this::lockAgain, LOCK_RETRY_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void lockAgain() {
        synchronized (relayGuard) {
            lockRetryPending = false;
            if (!closed && !released && lockFailing) {
                tryToLock();
            }
        }
    }

    private void lockForGood() {
        Optional<String> failure = relay.set(false);
        for (int i = 1; failure.isPresent() && i < LOCK_TRIES_AT_CLOSE_MAX; i++) {
            failure = relay.set(false);
        }
        failure.ifPresent(detail -> LOG.error("THE RELAY MAY BE LEFT RELEASED: {}", detail));
    }

    private void giveBackLines() {
        for (InputLine input : inputs) {
            giveBack(input::shutdown);
        }
        for (OutputLine output : outputs.reversed()) {
            giveBack(output::shutdown);
        }
    }

    private static void giveBack(Runnable shutdown) {
        try {
            shutdown.run();
        } catch (RuntimeException e) {
            LOG.warn("a line could not be given back: {}", e.getMessage());
        }
    }

    private void indicate(IndicationPattern.Step step) {
        greenLamp.flatMap(lamp -> lamp.set(step.green())).ifPresent(this::fault);
        redLamp.flatMap(lamp -> lamp.set(step.red())).ifPresent(this::fault);
        buzzer.flatMap(sound -> sound.set(step.buzzer())).ifPresent(this::fault);
    }

    /** For calls from the loop's thread: signals go out on this adapter's thread alone. */
    private void faultLater(String detail) {
        thread.execute(() -> fault(detail));
    }

    private void fault(String detail) {
        LOG.warn("{}", detail);
        signal(new TurnstileSignal.Fault(detail));
    }

    private void signal(TurnstileSignal signal) {
        inbox.accept(signal);
    }
}
