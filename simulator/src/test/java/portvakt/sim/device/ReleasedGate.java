package portvakt.sim.device;

import java.util.List;
import java.util.Optional;
import portvakt.gate.adapter.gpio.GuardedTurnstile;
import portvakt.gate.adapter.gpio.TurnstileConfig;

/**
 * A program that releases its turnstile and then does nothing, for {@link LockGuardIT} to kill.
 *
 * <p>Arguments: the board's port, then the lock command; without one there is no guard. Writes {@code released} when the relay is
 * on. A line on standard input is an orderly end.
 */
final class ReleasedGate {

    private ReleasedGate() {}

    public static void main(String[] arguments) throws Exception {
        List<String> lockCommand = List.of(arguments).subList(1, arguments.length);
        TurnstileConfig wiring = SimulatedTurnstileTest.config();
        TurnstileConfig config = new TurnstileConfig(
                wiring.relay(),
                wiring.armSensor(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                null,
                null,
                lockCommand,
                Optional.empty());
        try (LineBoardLines lines = new LineBoardLines(Integer.parseInt(arguments[0]));
                GuardedTurnstile turnstile = new GuardedTurnstile(lines.context(), config)) {
            turnstile.start(signal -> System.out.println(signal));
            turnstile.release();
            System.out.println("released");
            System.in.read();
        }
        System.out.println("closed");
    }
}
