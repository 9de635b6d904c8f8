package portvakt.sim.pi;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import portvakt.protocol.CardNumber;
import portvakt.server.port.LogEntry;

/** What happens at a turnstile each day: cards, arm, exit button, fire. */
final class PassageScenarios {

    static final CardNumber WORKER = new CardNumber("4388261");
    static final CardNumber REVOKED = new CardNumber("4388300");

    /** Over the release time: the program's own delay on a slow processor. */
    private static final Duration LOCK_SLACK = Duration.ofMillis(1500);

    /** Longer than any release. */
    private static final Duration FREE_FOR = Duration.ofSeconds(8);

    private PassageScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario(
                        "passage",
                        "a valid card releases, the arm locks, the server has AccessTaken",
                        gate -> passage(gate)),
                new Scenario("time-out", "nobody goes through: locked within releaseTime", PassageScenarios::timeOut),
                new Scenario("denied", "a revoked card does not release", PassageScenarios::denied),
                new Scenario("exit", "the exit button is in the log", PassageScenarios::exitButton),
                new Scenario("fire", "fire frees, for as long as it lasts, and is in the log", PassageScenarios::fire));
    }

    private static String passage(PiGate gate) throws IOException, InterruptedException {
        long before = gate.server().newest();
        PiGate.Tap tap = gate.tapUntilReleased(WORKER);
        gate.turnArm();
        gate.lines().await(tap.mark(), PiGate.RELAY, false, PiGate.PATIENCE);
        gate.takeCardAway();
        LineLog.Pulse pulse = gate.lines().pulses(tap.mark(), PiGate.RELAY).getFirst();
        LogEntry granted = gate.server().await(before, "AccessGranted", PiGate.PATIENCE, PassageScenarios::isWorker);
        LogEntry taken = gate.server().await(before, "AccessTaken", PiGate.PATIENCE, PassageScenarios::isWorker);
        FailedException.unless(
                taken.grantedSequence().orElse(0L) == granted.sequence(), "AccessTaken names another grant");
        FailedException.unless(granted.assurance().orElse("").equals("CHIP_DATA"), "assurance " + granted.assurance());
        FailedException.unless(
                pulse.ms() < PiGate.RELEASE_TIME.plus(PiGate.TURN_TIME).toMillis(),
                "released for " + pulse.ms() + " ms");
        return String.format(Locale.ROOT, "card to relay %.1f s, relay on for %.0f ms", tap.seconds(), pulse.ms());
    }

    private static String timeOut(PiGate gate) throws IOException, InterruptedException {
        long before = gate.server().newest();
        PiGate.Tap tap = gate.tapUntilReleased(WORKER);
        gate.lines().await(tap.mark(), PiGate.RELAY, false, PiGate.PATIENCE);
        gate.takeCardAway();
        double ms = gate.lines().pulses(tap.mark(), PiGate.RELAY).getFirst().ms();
        FailedException.unless(
                Math.abs(ms - PiGate.RELEASE_TIME.toMillis()) < LOCK_SLACK.toMillis(), "released for " + ms + " ms");
        gate.server().await(before, "AccessNotTaken", PiGate.PATIENCE, PassageScenarios::isWorker);
        return String.format(Locale.ROOT, "relay on for %.0f ms of %d", ms, PiGate.RELEASE_TIME.toMillis());
    }

    private static String denied(PiGate gate) throws IOException, InterruptedException {
        long before = gate.server().newest();
        int mark = gate.lines().mark();
        gate.lay(REVOKED);
        LogEntry row = gate.server().await(before, "AccessDenied", PiGate.PATIENCE, any -> true);
        gate.takeCardAway();
        FailedException.unless(row.reason().orElse("").equals("CREDENTIAL_REVOKED"), "reason " + row.reason());
        FailedException.unless(gate.lines().since(mark, PiGate.RELAY).isEmpty(), "the relay moved for a revoked card");
        return "CREDENTIAL_REVOKED by list version " + row.listVersion().orElse(0L) + ", relay untouched";
    }

    /** The button's own contact opens the way; the gate releases too, and writes it down. */
    private static String exitButton(PiGate gate) throws IOException, InterruptedException {
        long before = gate.server().newest();
        int mark = gate.lines().mark();
        gate.press(PiGate.BUTTON);
        gate.lines().await(mark, PiGate.RELAY, true, PiGate.PATIENCE);
        gate.turnArm();
        gate.lines().await(mark, PiGate.RELAY, false, PiGate.PATIENCE);
        LogEntry pressed = gate.server().await(before, "RequestToExit", PiGate.PATIENCE, any -> true);
        gate.server().await(before, "UnattributedPassage", PiGate.PATIENCE, any -> true);
        return String.format(
                Locale.ROOT,
                "relay on for %.0f ms; RequestToExit is event %d, the way out follows it",
                gate.lines().pulses(mark, PiGate.RELAY).getFirst().ms(),
                pressed.sequence());
    }

    private static String fire(PiGate gate) throws IOException, InterruptedException {
        long before = gate.server().newest();
        int mark = gate.lines().mark();
        long alarmNs = System.nanoTime();
        gate.machine().agent().pull(PiGate.FIRE, true);
        LineLog.Change on;
        try {
            on = gate.lines().await(mark, PiGate.RELAY, true, PiGate.PATIENCE);
            gate.machine().run("sleep " + FREE_FOR.toSeconds(), PiGate.PATIENCE);
            FailedException.unless(gate.lines().isHigh(PiGate.RELAY), "the relay fell during the fire");
            gate.server().await(before, "FireReleaseStarted", PiGate.PATIENCE, any -> true);
        } finally {
            gate.machine().agent().pull(PiGate.FIRE, false);
        }
        gate.lines().await(mark, PiGate.RELAY, false, PiGate.PATIENCE);
        gate.server().await(before, "FireReleaseEnded", PiGate.PATIENCE, any -> true);
        return String.format(
                Locale.ROOT, "free %.0f ms after the contact, locked after its end", (on.hereNs() - alarmNs) / 1e6);
    }

    static boolean isWorker(LogEntry row) {
        return row.cardNumber().orElse("").endsWith(WORKER.digits().substring(4));
    }
}
