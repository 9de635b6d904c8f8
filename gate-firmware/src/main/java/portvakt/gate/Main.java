package portvakt.gate;

import java.nio.file.Path;
import org.slf4j.bridge.SLF4JBridgeHandler;
import portvakt.gate.adapter.gpio.GuardedTurnstile;
import portvakt.gate.command.RunCommand;

/**
 * The gate's program. {@code run CONFIG}, as systemd calls it, goes past the command line's parser, of which this class names nothing: a
 * board that has just got its power back has better to do than to look at the other subcommands, which took a fifth of its start.
 */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        if (args.length == 2 && args[0].equals("run") && !args[1].startsWith("-")) {
            EarlyWork.begin();
            logOfLibraries();
            System.exit(new RunCommand(GuardedTurnstile::onRaspberryPi).run(Path.of(args[1])));
        }
        System.exit(Commands.line(GuardedTurnstile::onRaspberryPi).execute(args));
    }

    /** What libraries say through {@code java.util.logging} goes to the same log from here on. */
    static void logOfLibraries() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }
}
