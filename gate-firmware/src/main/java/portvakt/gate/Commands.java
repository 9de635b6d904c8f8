package portvakt.gate;

import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import picocli.CommandLine;
import portvakt.gate.adapter.gpio.TurnstileConfig;
import portvakt.gate.adapter.http.HttpEnrolmentLink;
import portvakt.gate.command.EnrolCommand;
import portvakt.gate.command.JournalCommand;
import portvakt.gate.command.RescueCommand;
import portvakt.gate.command.RunCommand;
import portvakt.gate.command.SelftestCommand;
import portvakt.gate.port.Turnstile;

/** The gate's command line, {@code portvakt-gate SUBCOMMAND}. Ends with the subcommand's status, with 2 for wrong usage. */
@CommandLine.Command(
        name = "portvakt-gate",
        mixinStandardHelpOptions = true,
        description = "Reads cards, decides who may pass, drives the turnstile.")
public final class Commands {

    private Commands() {}

    /**
     * The program with all its subcommands.
     *
     * @param turnstiles makes the turnstile; locked when it returns
     */
    public static CommandLine line(Function<TurnstileConfig, Turnstile> turnstiles) {
        Main.logOfLibraries();
        return new CommandLine(new Commands())
                .addSubcommand(new RunCommand(turnstiles))
                .addSubcommand(new EnrolCommand(HttpEnrolmentLink::new, InstantSource.system()))
                .addSubcommand(new SelftestCommand(turnstiles, InstantSource.system()))
                .addSubcommand(new RescueCommand(InstantSource.system()))
                .addSubcommand(new JournalCommand(new CountDownLatch(1)));
    }
}
