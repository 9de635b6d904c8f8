package portvakt.sim.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;

/** {@code bench spread}. */
@CommandLine.Command(
        name = "spread",
        mixinStandardHelpOptions = true,
        description = "How fast a change spreads from the register to a fleet of gates; against plain MQTT.")
public final class SpreadCommand implements Callable<Integer> {

    private static final int UNUSABLE = 2;
    private static final int WRONG = 1;
    private static final int GATES = 1_000;
    private static final int GATES_QUICK = 20;
    private static final int GATES_MAX = 5_000;
    private static final int DELETE_TRIES_MAX = 20;
    private static final String LOG_LEVEL = "PORTVAKT_LOG";

    @CommandLine.Option(
            names = "--gates",
            paramLabel = "N",
            description = "how many gates; default 1000, with --quick 20. A thousand need 3 GB and 7,000 threads")
    private Optional<Integer> gates = Optional.empty();

    @CommandLine.Option(
            names = "--commits",
            paramLabel = "N",
            description =
                    "over how many commits, in five seconds, a firm of 50,000 is spread; default 500, and much traffic"
                            + " where the gates are many: with 500 about 3 MB a gate")
    private Optional<Integer> commits = Optional.empty();

    @CommandLine.Option(names = "--quick", description = "few gates and changes: half a minute instead of some")
    private boolean quick;

    @CommandLine.Option(
            names = "--data",
            paramLabel = "DIR",
            description = "where the server's files are made and deleted again; needs 200 MB;"
                    + " default: the system's folder for temporary files")
    private Path data = Path.of(System.getProperty("java.io.tmpdir"));

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** For picocli. */
    SpreadCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        int count = gates.orElse(quick ? GATES_QUICK : GATES);
        if (count < 1 || count > GATES_MAX) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--gates: from 1 to " + GATES_MAX + ", not " + count);
        }
        SpreadBench.Effort effort = quick ? SpreadBench.Effort.quick(count) : SpreadBench.Effort.full(count);
        int spread = commits.orElse(effort.commits());
        if (spread < 1 || spread > effort.firm()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--commits: from 1 to " + effort.firm() + ", not " + spread);
        }
        quiet();
        try {
            Path folder = Files.createTempDirectory(data, "portvakt-bench-");
            Thread onStop = new Thread(() -> delete(folder));
            Runtime.getRuntime().addShutdownHook(onStop);
            SpreadReport report = new SpreadBench(effort.withCommits(spread), folder, System.err).run();
            report.print(System.out);
            return report.verdict().isGood() ? 0 : WRONG;
        } catch (IOException e) {
            System.err.println("bench: " + e.getMessage());
            return UNUSABLE;
        } catch (IllegalStateException e) {
            System.err.println("bench: " + e.getMessage());
            return WRONG;
        }
    }

    /** A thousand gates that tell of each list would be all that one sees. Before the first logger is made. */
    private static void quiet() {
        if (System.getenv(LOG_LEVEL) == null && System.getProperty(LOG_LEVEL) == null) {
            System.setProperty(LOG_LEVEL, "ERROR");
        }
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    /** A server that is stopped in the middle may write for a moment more. */
    private static void delete(Path folder) {
        for (int tries = 1; Files.exists(folder); tries++) {
            try (Stream<Path> files = Files.walk(folder)) {
                List<Path> deepestFirst =
                        files.sorted(Comparator.reverseOrder()).toList();
                for (Path file : deepestFirst) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException | UncheckedIOException e) {
                if (tries == DELETE_TRIES_MAX) {
                    System.err.println("bench: cannot delete " + folder + "; delete it by hand: " + e);
                    return;
                }
            }
        }
    }
}
