package portvakt.sim.rig;

import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
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
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        int boardPort = Integer.parseInt(args[1]);
        Main gate = new Main(config -> new GuardedTurnstile(new LineBoardLines(boardPort).context(), config));
        System.exit(new CommandLine(gate).execute(args[0]));
    }
}
