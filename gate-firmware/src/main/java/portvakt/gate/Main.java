package portvakt.gate;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import portvakt.gate.adapter.gpio.GuardedTurnstile;
import portvakt.gate.adapter.gpio.TurnstileConfig;
import portvakt.gate.adapter.http.HttpEnrolmentLink;
import portvakt.gate.command.EnrolCommand;
import portvakt.gate.command.JournalCommand;
import portvakt.gate.command.RescueCommand;
import portvakt.gate.command.RunCommand;
import portvakt.gate.command.SelftestCommand;
import portvakt.gate.port.Turnstile;

/** The gate's program, {@code portvakt-gate SUBCOMMAND}. Ends with the subcommand's status, with 2 for wrong usage. */
@CommandLine.Command(
        name = "portvakt-gate",
        mixinStandardHelpOptions = true,
        description = "Reads cards, decides who may pass, drives the turnstile.")
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        if (args.length == 2 && args[0].equals("run") && !args[1].startsWith("-")) {
            EarlyWork.begin();
            // As systemd calls it. A board that has just got its power back has better to do than to look at the other
            // subcommands:
            // they took a fifth of its start.
            logOfLibraries();
            System.exit(new RunCommand(GuardedTurnstile::onRaspberryPi).run(Path.of(args[1])));
        }
        System.exit(commands(GuardedTurnstile::onRaspberryPi).execute(args));
    }

    /** What libraries say through {@code java.util.logging} goes to the same log from here on. */
    static void logOfLibraries() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    /**
     * The program with all its subcommands.
     *
     * @param turnstiles makes the turnstile; locked when it returns
     */
    public static CommandLine commands(Function<TurnstileConfig, Turnstile> turnstiles) {
        logOfLibraries();
        return new CommandLine(new Main())
                .addSubcommand(new RunCommand(turnstiles))
                .addSubcommand(new EnrolCommand(HttpEnrolmentLink::new, InstantSource.system()))
                .addSubcommand(new SelftestCommand(turnstiles, InstantSource.system()))
                .addSubcommand(new RescueCommand(InstantSource.system()))
                .addSubcommand(new JournalCommand(new CountDownLatch(1)));
    }
}
