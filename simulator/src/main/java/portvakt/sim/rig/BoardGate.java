package portvakt.sim.rig;

import portvakt.gate.Main;
import portvakt.gate.adapter.gpio.GuardedTurnstile;
import portvakt.sim.device.LineBoard;
import portvakt.sim.device.LineBoardLines;

/**
 * The gate's program with its turnstile on a {@link LineBoard} of another process: {@code BoardGate CONFIG BOARD-PORT}. All
 * else is as on a Raspberry Pi; the process may be killed, and the board keeps what the kernel would.
 */
public final class BoardGate {

    private BoardGate() {}

    public static void main(String[] args) {
        int boardPort = Integer.parseInt(args[1]);
        System.exit(Main.commands(config -> new GuardedTurnstile(new LineBoardLines(boardPort).context(), config))
                .execute("run", args[0]));
    }
}
