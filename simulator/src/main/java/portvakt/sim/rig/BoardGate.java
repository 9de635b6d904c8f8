package portvakt.sim.rig;

import java.net.InetSocketAddress;
import portvakt.gate.Commands;
import portvakt.gate.adapter.gpio.GuardedTurnstile;
import portvakt.sim.device.LineBoard;
import portvakt.sim.device.LineBoardLines;

/**
 * The gate's program with its turnstile on a {@link LineBoard} of another process: {@code BoardGate CONFIG BOARD-HOST:PORT}. All
 * else is as on a Raspberry Pi; the process may be killed, and the board keeps what the kernel would.
 */
public final class BoardGate {

    private BoardGate() {}

    public static void main(String[] args) {
        String[] board = args[1].split(":", 2);
        InetSocketAddress address = new InetSocketAddress(board[0], Integer.parseInt(board[1]));
        System.exit(Commands.line(config -> new GuardedTurnstile(new LineBoardLines(address).context(), config))
                .execute("run", args[0]));
    }
}
