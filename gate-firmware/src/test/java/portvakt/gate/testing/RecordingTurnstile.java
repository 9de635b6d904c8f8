package portvakt.gate.testing;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import portvakt.gate.port.Turnstile;
import portvakt.gate.port.TurnstileSignal;

/** A {@link Turnstile} that writes down what it is told, and breaks when the test says so. */
public final class RecordingTurnstile implements Turnstile {

    private final Consumer<String> log;
    private final Set<String> broken = new TreeSet<>();
    private boolean released;
    private Indication shown = Indication.READY;

    /** @param log takes {@code "release"}, {@code "lock"}, {@code "show DENIED"} */
    public RecordingTurnstile(Consumer<String> log) {
        this.log = log;
    }

    /** @param act "release", "lock" or "show" */
    public synchronized void breakAt(String act) {
        broken.add(act);
    }

    public synchronized void repair() {
        broken.clear();
    }

    public synchronized boolean isReleased() {
        return released;
    }

    public synchronized Indication shown() {
        return shown;
    }

    private void act(String act) {
        if (broken.contains(act)) {
            throw new IllegalStateException("broken at " + act);
        }
    }

    @Override
    public void start(Consumer<TurnstileSignal> inbox) {
        log.accept("start");
    }

    @Override
    public synchronized void release() {
        act("release");
        released = true;
        log.accept("release");
    }

    @Override
    public synchronized void lock() {
        act("lock");
        released = false;
        log.accept("lock");
    }

    @Override
    public synchronized void show(Indication indication) {
        act("show");
        shown = indication;
        log.accept("show " + indication);
    }

    @Override
    public synchronized void close() {
        released = false;
        log.accept("close");
    }
}
