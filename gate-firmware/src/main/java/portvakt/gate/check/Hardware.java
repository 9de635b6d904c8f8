package portvakt.gate.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import portvakt.gate.access.CardRead;
import portvakt.gate.check.Finding.Check;
import portvakt.gate.port.CardReader;
import portvakt.gate.port.ReaderSignal;
import portvakt.gate.port.Turnstile;
import portvakt.gate.port.TurnstileSignal;

/**
 * Tries what hangs on the computer. The gate must not run meanwhile: a device has one owner.
 *
 * @param ready how long a device may take to say something by itself
 * @param turn  how long somebody has to do what they are asked
 * @param ask   tells somebody what to do now, by the key of the words
 */
public record Hardware(Duration ready, Duration turn, Consumer<String> ask) {

    private static final Duration RELAY_ON = Duration.ofSeconds(1);

    /** What somebody is asked to do at the turnstile. */
    public enum Act {
        ARM,
        EXIT,
        FIRE;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        private boolean isSeenIn(TurnstileSignal signal) {
            return switch (signal) {
                case TurnstileSignal.ArmTurned _ -> this == ARM;
                case TurnstileSignal.RequestToExit _ -> this == EXIT;
                case TurnstileSignal.Fire(boolean active) -> this == FIRE && active;
                case TurnstileSignal.Fault _ -> false;
            };
        }
    }

    /**
     * @param check what the reader is: {@link Check#READER} or {@link Check#SCANNER}
     * @param wait  whether somebody shows a card or a code
     */
    public Finding reader(Check check, CardReader reader, boolean wait) throws InterruptedException {
        BlockingQueue<ReaderSignal> signals = new LinkedBlockingQueue<>();
        try (reader) {
            reader.start(signals::add);
            ReaderSignal first = signals.poll(ready.toMillis(), TimeUnit.MILLISECONDS);
            return switch (first) {
                case null -> Finding.fail(check, "lost", reader.name() + ": -");
                case ReaderSignal.Lost lost -> Finding.fail(check, "lost", lost.detail());
                case ReaderSignal.Ready works -> wait ? card(check, signals) : Finding.ok(check, "ok", works.detail());
                case ReaderSignal.Presented shown -> read(check, shown.read());
            };
        }
    }

    private Finding card(Check check, BlockingQueue<ReaderSignal> signals) throws InterruptedException {
        ask.accept(check.name().toLowerCase(Locale.ROOT) + ".ask");
        ReaderSignal next = signals.poll(turn.toMillis(), TimeUnit.MILLISECONDS);
        return switch (next) {
            case null -> Finding.warn(check, "no-card");
            case ReaderSignal.Lost lost -> Finding.fail(check, "lost", lost.detail());
            case ReaderSignal.Ready _ -> Finding.warn(check, "no-card");
            case ReaderSignal.Presented shown -> read(check, shown.read());
        };
    }

    /** Numbers are masked. */
    private static Finding read(Check check, CardRead read) {
        return switch (read) {
            case CardRead.ChipData chip -> Finding.ok(check, "read", chip.card().masked() + ", " + chip.uid());
            case CardRead.AuthenticatedChip chip ->
                Finding.ok(check, "read", chip.card().masked() + ", " + chip.uid());
            case CardRead.UidOnly chip -> Finding.ok(check, "read", chip.uid());
            case CardRead.UnsignedCode code ->
                Finding.ok(check, "read", code.card().masked());
            case CardRead.SignedPass _ -> Finding.ok(check, "read", "pass");
            case CardRead.Unreadable unread -> Finding.warn(check, "unread", unread.reason());
        };
    }

    /**
     * @param acts  what somebody does; empty: the inputs are only looked at
     * @param relay whether to free the arm for a second
     */
    public List<Finding> turnstile(Turnstile turnstile, List<Act> acts, boolean relay) throws InterruptedException {
        BlockingQueue<TurnstileSignal> signals = new LinkedBlockingQueue<>();
        List<Finding> findings = new ArrayList<>();
        try (turnstile) {
            turnstile.start(signals::add);
            findings.add(atRest(signals));
            for (Act act : acts) {
                findings.add(watched(act, signals));
            }
            if (relay) {
                findings.add(pulsed(turnstile, signals));
            }
        }
        return findings;
    }

    /** What the inputs say before anybody touches anything: the worst of it. */
    private Finding atRest(BlockingQueue<TurnstileSignal> signals) throws InterruptedException {
        Finding worst = Finding.ok(Check.INPUTS, "ok");
        TurnstileSignal signal = signals.poll(ready.toMillis(), TimeUnit.MILLISECONDS);
        while (signal != null) {
            if (signal instanceof TurnstileSignal.Fire(boolean active) && active) {
                return Finding.warn(Check.INPUTS, "fire");
            }
            if (signal instanceof TurnstileSignal.Fault(String detail)) {
                worst = Finding.warn(Check.INPUTS, "fault", detail);
            }
            signal = signals.poll();
        }
        return worst;
    }

    private Finding watched(Act act, BlockingQueue<TurnstileSignal> signals) throws InterruptedException {
        signals.clear();
        ask.accept("inputs.ask-" + act.word());
        // Others may come first: a fault that is told once more, the arm that swings back.
        for (int i = 0; i < 10; i++) {
            Optional<TurnstileSignal> signal =
                    Optional.ofNullable(signals.poll(turn.toMillis(), TimeUnit.MILLISECONDS));
            if (signal.isEmpty()) {
                break;
            }
            if (act.isSeenIn(signal.get())) {
                return Finding.ok(Check.INPUTS, "seen-" + act.word());
            }
        }
        return Finding.fail(Check.INPUTS, "unseen-" + act.word());
    }

    private Finding pulsed(Turnstile turnstile, BlockingQueue<TurnstileSignal> signals) throws InterruptedException {
        signals.clear();
        Optional<String> fault;
        turnstile.release();
        try {
            fault = faultWithin(signals);
        } finally {
            turnstile.lock();
        }
        return fault.isPresent() ? Finding.fail(Check.RELAY, "fault", fault.get()) : Finding.ok(Check.RELAY, "ok");
    }

    private static Optional<String> faultWithin(BlockingQueue<TurnstileSignal> signals) throws InterruptedException {
        TurnstileSignal signal = signals.poll(RELAY_ON.toMillis(), TimeUnit.MILLISECONDS);
        return signal instanceof TurnstileSignal.Fault(String detail) ? Optional.of(detail) : Optional.empty();
    }
}
