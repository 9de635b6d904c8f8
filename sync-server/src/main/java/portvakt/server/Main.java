package portvakt.server;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.config.ConfigFile;

/** The server's command line. Ends with 0, with 1 for a fault that the message names, with 2 for wrong usage. */
@Command(
        name = "server",
        description = "Takes status updates, publishes signed lists, keeps and shows the entry log.",
        mixinStandardHelpOptions = true,
        subcommands = {Main.Provision.class, TrustCommand.class, VerifyLogCommand.class})
public final class Main implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    @Parameters(arity = "0..1", paramLabel = "CONFIG", description = "the settings, a YAML file")
    private Path config;

    @Spec
    private CommandSpec spec;

    private final List<ServerParts.Starter> starters;

    Main(List<ServerParts.Starter> starters) {
        this.starters = starters;
    }

    public static void main(String[] args) {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        System.exit(run(List.of(new WebStarter(List.of())), args));
    }

    /** @return the exit code */
    static int run(List<ServerParts.Starter> starters, String... args) {
        return new CommandLine(new Main(starters))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (config == null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Name the settings file, or a sub-command: server CONFIG");
        }
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        try (Server server = Server.start(ServerConfig.read(config), Clock.systemUTC(), starters)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stopCleanly(stop, stopped), "stop"));
            LOG.info("{} runs", server.parts().config().dataFolder());
            stop.await();
        } catch (ConfigFile.Invalid | ServerStartException e) {
            return complain(spec, e);
        }
        stopped.countDown();
        return 0;
    }

    /** The JVM lives until this returns, so that the database and the broker are closed and not cut off. */
    private static void stopCleanly(CountDownLatch stop, CountDownLatch stopped) {
        stop.countDown();
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static int complain(CommandSpec spec, Exception e) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(e.getMessage());
        err.flush();
        return 1;
    }

    /** Makes the folder of one gate. */
    @Command(
            name = "provision",
            description =
                    "Makes the folder that turns a computer into a gate of this server. The server must not run on"
                            + " the same H2 database meanwhile.",
            mixinStandardHelpOptions = true)
    static final class Provision implements Callable<Integer> {
        @Option(names = "--config", required = true, description = "the server's settings")
        private Path config;

        @Option(names = "--site", required = true, description = "name of the site: small letters, digits, hyphens")
        private String site;

        @Option(names = "--gate", required = true, description = "name of the gate on that site")
        private String gate;

        @Option(names = "--direction", required = true, description = "IN or OUT")
        private Direction direction;

        @Option(names = "--out", required = true, description = "a folder that is empty or not there")
        private Path out;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            try {
                GateAddress address = new GateAddress(site, gate);
                Server.provision(ServerConfig.read(config), Clock.systemUTC(), address, direction, out);
                spec.commandLine().getOut().println("Made " + out + ". Carry it to the gate, and keep no copy.");
                return 0;
            } catch (ConfigFile.Invalid | ServerStartException | IllegalArgumentException e) {
                return complain(spec, e);
            }
        }
    }
}
