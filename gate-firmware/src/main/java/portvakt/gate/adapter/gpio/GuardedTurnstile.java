package portvakt.gate.adapter.gpio;

import com.pi4j.context.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.port.Turnstile;
import portvakt.gate.port.TurnstileSignal;

/**
 * A turnstile together with the {@link LockGuard} that locks it when this program is killed: the form in which the gate runs.
 * The guard is armed before the first line is claimed. At close the order is: lock, give the lines back, let the guard lock.
 */
public final class GuardedTurnstile implements Turnstile {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedTurnstile.class);

    private final Context context;
    private final Turnstile turnstile;
    private final Optional<LockGuard> guard;
    private final List<String> early = new ArrayList<>();
    private Consumer<TurnstileSignal> inbox;

    /**
     * @param context with providers for digital inputs and outputs; shut down by {@link #close()}, and when this fails
     * @throws TurnstileUnavailableException if a line cannot be had
     */
    public GuardedTurnstile(Context context, TurnstileConfig config) {
        this.context = context;
        if (config.lockCommand().isEmpty()) {
            guard = Optional.empty();
            warn(
                    "lockCommand is not set: if the gate is killed (kill -9, out of memory) during a release, the arm may stay"
                            + " released until the gate is started again. See docs/turnstile.md.");
        } else {
            guard = Optional.of(new LockGuard(config.lockCommand(), this::warn));
            guard.get().start();
        }
        try {
            turnstile = new Pi4jTurnstile(context, config);
        } catch (TurnstileUnavailableException e) {
            context.shutdown();
            guard.ifPresent(LockGuard::close);
            throw e;
        }
    }

    /**
     * The turnstile of a real Raspberry Pi.
     *
     * @throws TurnstileUnavailableException if this machine is none, or a line cannot be had
     */
    public static GuardedTurnstile onRaspberryPi(TurnstileConfig config) {
        return new GuardedTurnstile(RaspberryPi.newContext(config.chip()), config);
    }

    /** What was found wanting before anybody listened comes first, as faults. */
    @Override
    public void start(Consumer<TurnstileSignal> inbox) {
        synchronized (early) {
            this.inbox = inbox;
            early.forEach(detail -> inbox.accept(new TurnstileSignal.Fault(detail)));
            early.clear();
        }
        turnstile.start(inbox);
    }

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
        turnstile.show(indication);
    }

    @Override
    public void close() {
        turnstile.close();
        try {
            context.shutdown();
        } catch (RuntimeException e) {
            LOG.warn("the GPIO context could not be shut down: {}", e.getMessage());
        }
        guard.ifPresent(LockGuard::close);
    }

    private void warn(String detail) {
        LOG.warn("{}", detail);
        synchronized (early) {
            if (inbox == null) {
                early.add(detail);
            } else {
                inbox.accept(new TurnstileSignal.Fault(detail));
            }
        }
    }
}
