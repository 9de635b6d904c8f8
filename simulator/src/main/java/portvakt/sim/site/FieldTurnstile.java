package portvakt.sim.site;

import java.util.function.Consumer;
import portvakt.gate.port.Turnstile;
import portvakt.gate.port.TurnstileSignal;

/** The gate's turnstile adapter, which also tells what is shown to the person in front, and which loses its power on request. */
final class FieldTurnstile implements Turnstile {

    private final Turnstile turnstile;
    private final Consumer<Indication> shown;
    private volatile boolean cut;

    /** @param shown called on the gate's loop; must be quick */
    FieldTurnstile(Turnstile turnstile, Consumer<Indication> shown) {
        this.turnstile = turnstile;
        this.shown = shown;
    }

    /** The coil and the lamps lose their current; what the dead program still wants has no effect. Returns when it is locked. */
    void cut() {
        cut = true;
        turnstile.close();
    }

    @Override
    public void start(Consumer<TurnstileSignal> inbox) {
        turnstile.start(signal -> {
            if (!cut) {
                inbox.accept(signal);
            }
        });
    }

    /** The adapter does nothing after its end, so neither does this. */
    @Override
    public void release() {
        turnstile.release();
    }

    @Override
    public void lock() {
        turnstile.lock();
    }

    @Override
    public void show(Indication indication) {
        if (!cut) {
            turnstile.show(indication);
            shown.accept(indication);
        }
    }

    @Override
    public void close() {
        turnstile.close();
    }
}
