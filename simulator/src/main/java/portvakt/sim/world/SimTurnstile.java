package portvakt.sim.world;

import java.util.function.Consumer;
import portvakt.gate.port.Turnstile;
import portvakt.gate.port.TurnstileSignal;

/**
 * A turnstile's arm, relay, sensor, button and fire input. It outlives the gate's program: each run of that has it anew by
 * {@link #program}. Fire frees the arm by a wire of its own, whatever the program does.
 */
public final class SimTurnstile {

    /** Hears what the relay is told, before it obeys. */
    public interface Watch {
        void released();

        void locked();

        /** The button inside was pressed. */
        void exitPressed();

        void fire(boolean active);
    }

    private final Watch watch;
    private boolean relay;
    private boolean fire;
    private boolean relayStuck;
    private boolean sensorStuck;
    private Consumer<TurnstileSignal> inbox = _ -> {};
    private Turnstile.Indication shown = Turnstile.Indication.READY;

    SimTurnstile(Watch watch) {
        this.watch = watch;
    }

    /** For one run of the gate's program. */
    Turnstile program() {
        return new Turnstile() {
            @Override
            public void start(Consumer<TurnstileSignal> to) {
                inbox = to;
                if (fire) {
                    to.accept(new TurnstileSignal.Fire(true));
                }
            }

            @Override
            public void release() {
                obey();
                watch.released();
                relay = true;
            }

            @Override
            public void lock() {
                obey();
                watch.locked();
                relay = false;
            }

            @Override
            public void show(Indication indication) {
                shown = indication;
            }

            @Override
            public void close() {
                relay = false;
            }
        };
    }

    private void obey() {
        if (relayStuck) {
            throw new IllegalStateException("the relay's line does not answer");
        }
    }

    /** The program is gone: what holds the relay's line locks it. */
    void programGone() {
        inbox = _ -> {};
        relay = false;
        watch.locked();
    }

    public boolean isReleased() {
        return relay;
    }

    /** Whether somebody can go through. */
    public boolean turns() {
        return relay || fire;
    }

    public boolean isFire() {
        return fire;
    }

    public Turnstile.Indication shown() {
        return shown;
    }

    /** Somebody has gone through. */
    public void turned() {
        if (!sensorStuck) {
            inbox.accept(new TurnstileSignal.ArmTurned());
        }
    }

    /** Somebody inside presses the button. */
    public void pressExit() {
        watch.exitPressed();
        inbox.accept(new TurnstileSignal.RequestToExit());
    }

    void fire(boolean active) {
        fire = active;
        watch.fire(active);
        inbox.accept(new TurnstileSignal.Fire(active));
    }

    void setRelayStuck(boolean stuck) {
        relayStuck = stuck;
    }

    public boolean isRelayStuck() {
        return relayStuck;
    }

    void setSensorStuck(boolean stuck) {
        sensorStuck = stuck;
    }

    public boolean isSensorStuck() {
        return sensorStuck;
    }
}
