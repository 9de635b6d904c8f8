package portvakt.sim.outage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;

/** {@code bench drain}, {@code bench kills} and {@code bench console}. */
public final class OutageCommands {

    private static final int UNUSABLE = 2;
    private static final int WRONG = 1;
    private static final int DELETE_TRIES_MAX = 20;
    private static final int EVENTS_MAX = 5_000_000;
    private static final int KILLS_MAX = 10_000;
    private static final int GATES_MAX = 50;
    private static final int BROWSERS_MAX = 2_000;
    private static final Duration AWAY = Duration.ofDays(30);
    private static final String LOG_LEVEL = "PORTVAKT_LOG";

    private OutageCommands() {}

    /** {@code bench drain}. */
    @CommandLine.Command(
            name = "drain",
            mixinStandardHelpOptions = true,
            description =
                    "A gate's journal of 30 days without a server goes up, and who taps meanwhile is seen at once.")
    public static final class Drain implements Callable<Integer> {

        @CommandLine.Option(
                names = "--events",
                paramLabel = "N",
                description = "in the journal; default 1000000, with --quick 50000")
        private Optional<Integer> events = Optional.empty();

        @CommandLine.Option(names = "--quick", description = "a small journal: half a minute instead of ten")
        private boolean quick;

        @CommandLine.Option(
                names = "--data",
                paramLabel = "DIR",
                description = "where journal and database are made and deleted again; needs 4 GB for a million events;"
                        + " default: the system's folder for temporary files")
        private Path data = Path.of(System.getProperty("java.io.tmpdir"));

        @CommandLine.Spec
        private CommandLine.Model.CommandSpec spec;

        /** For picocli. */
        Drain() {}

        @Override
        public Integer call() {
            int count = within(spec, "--events", events.orElse(quick ? 50_000 : 1_000_000), EVENTS_MAX);
            return inFolder(data, folder -> {
                DrainReport report = new DrainBench(new DrainBench.Effort(count, AWAY), folder, System.err).run();
                report.print(System.out);
                return report.isGood();
            });
        }
    }

    /** {@code bench kills}. */
    @CommandLine.Command(
            name = "kills",
            mixinStandardHelpOptions = true,
            description = "The server is killed again and again while gates send; its log has to be their journals.")
    public static final class Kills implements Callable<Integer> {

        @CommandLine.Option(
                names = "--kills",
                paramLabel = "N",
                description = "how often; default 100, with --quick 10")
        private Optional<Integer> kills = Optional.empty();

        @CommandLine.Option(names = "--gates", paramLabel = "N", description = "how many gates send; default 4")
        private int gates = 4;

        @CommandLine.Option(
                names = "--seed",
                paramLabel = "N",
                description = "of when it is killed; default: another each time, and printed")
        private Optional<Long> seed = Optional.empty();

        @CommandLine.Option(names = "--quick", description = "few kills: two minutes instead of twenty")
        private boolean quick;

        @CommandLine.Option(
                names = "--data",
                paramLabel = "DIR",
                description = "where journals and database are made and deleted again; default: the system's folder"
                        + " for temporary files")
        private Path data = Path.of(System.getProperty("java.io.tmpdir"));

        @CommandLine.Spec
        private CommandLine.Model.CommandSpec spec;

        /** For picocli. */
        Kills() {}

        @Override
        public Integer call() {
            KillBench.Effort effort = new KillBench.Effort(
                    within(spec, "--kills", kills.orElse(quick ? 10 : 100), KILLS_MAX),
                    within(spec, "--gates", gates, GATES_MAX),
                    seed.orElseGet(System::nanoTime));
            return inFolder(data, folder -> {
                KillReport report = new KillBench(effort, folder, System.err).run();
                report.print(System.out);
                return report.isGood();
            });
        }
    }

    /** {@code bench console}. */
    @CommandLine.Command(
            name = "console",
            mixinStandardHelpOptions = true,
            description =
                    "Pages of a long log, and many browsers that see who taps at once; what each costs the server.")
    public static final class Console implements Callable<Integer> {

        @CommandLine.Option(
                names = "--events",
                paramLabel = "N",
                description = "in the log; default 1000000, with --quick 50000")
        private Optional<Integer> events = Optional.empty();

        @CommandLine.Option(
                names = "--browsers",
                paramLabel = "N",
                description = "that follow live; default 200, with --quick 20")
        private Optional<Integer> browsers = Optional.empty();

        @CommandLine.Option(names = "--quick", description = "a shorter log and fewer of all: half a minute")
        private boolean quick;

        @CommandLine.Option(
                names = "--data",
                paramLabel = "DIR",
                description = "where journal and database are made and deleted again; needs 1 GB for a million events;"
                        + " default: the system's folder for temporary files")
        private Path data = Path.of(System.getProperty("java.io.tmpdir"));

        @CommandLine.Spec
        private CommandLine.Model.CommandSpec spec;

        /** For picocli. */
        Console() {}

        @Override
        public Integer call() {
            CrowdBench.Effort effort = new CrowdBench.Effort(
                    within(spec, "--events", events.orElse(quick ? 50_000 : 1_000_000), EVENTS_MAX),
                    within(spec, "--browsers", browsers.orElse(quick ? 20 : 200), BROWSERS_MAX),
                    quick ? 50 : 500,
                    quick ? 5 : 40);
            return inFolder(data, folder -> {
                CrowdReport report = new CrowdBench(effort, folder, System.err).run();
                report.print(System.out);
                return report.isGood();
            });
        }
    }

    private static int within(CommandLine.Model.CommandSpec spec, String option, int given, int most) {
        if (given < 1 || given > most) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), option + ": from 1 to " + most + ", not " + given);
        }
        return given;
    }

    private interface Work {
        /** @return whether all was as it should be */
        boolean in(Path folder) throws IOException, InterruptedException;
    }

    private static int inFolder(Path parent, Work work) {
        quiet();
        try {
            Path folder = Files.createTempDirectory(parent, "portvakt-bench-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            return work.in(folder) ? 0 : WRONG;
        } catch (IOException e) {
            System.err.println("bench: " + e.getMessage());
            return UNUSABLE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return WRONG;
        } catch (IllegalStateException e) {
            System.err.println("bench: " + e.getMessage());
            return WRONG;
        }
    }

    /** What each part logs of a lost connection is no news here. Before the first logger is made. */
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
