package portvakt.sim.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import portvakt.gate.adapter.qr.PersistentDecoder;
import portvakt.sim.device.frame.HardFrames;
import portvakt.sim.fleet.SpreadCommand;
import portvakt.sim.outage.OutageCommands;

/** {@code ./portvakt bench}: measures parts of the system on this machine. Alone it says what can be measured. */
@CommandLine.Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures a part of the system on this machine.",
        subcommands = {
            BenchCommand.Lists.class,
            SpreadCommand.class,
            BenchCommand.Query.class,
            BenchCommand.Ingest.class,
            BenchCommand.Codes.class,
            OutageCommands.Drain.class,
            OutageCommands.Kills.class,
            OutageCommands.Console.class
        })
public final class BenchCommand implements Runnable {

    private static final int UNUSABLE = 2;
    private static final int WRONG = 1;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private BenchCommand() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new BenchCommand()).execute(args));
    }

    @Override
    public void run() {
        spec.subcommands()
                .forEach((name, command) -> System.out.printf(
                        "%-8s %s%n",
                        name, command.getCommandSpec().usageMessage().description()[0]));
    }

    /** {@code bench lists}. */
    @CommandLine.Command(
            name = "lists",
            mixinStandardHelpOptions = true,
            description = "Card status lists: look-up, memory, start, deltas, size; against other ways to keep them.")
    static final class Lists implements Callable<Integer> {

        @CommandLine.Option(
                names = "--sizes",
                split = ",",
                paramLabel = "N",
                description = "how many cards are listed, one run each; default 50000,1000000,10000000,"
                        + " with --quick 1000000")
        private List<Integer> sizes = List.of();

        @CommandLine.Option(names = "--quick", description = "about two minutes instead of twenty; less exact")
        private boolean quick;

        @CommandLine.Option(
                names = "--data",
                paramLabel = "DIR",
                description = "where the files are made and deleted again; needs 2 GB for ten million cards;"
                        + " default: the system's folder for temporary files")
        private Path data = Path.of(System.getProperty("java.io.tmpdir"));

        @Override
        public Integer call() throws InterruptedException {
            ListsBench.Effort effort = quick
                    ? ListsBench.Effort.quick(sizes.isEmpty() ? List.of(1_000_000) : sizes)
                    : ListsBench.Effort.full(sizes.isEmpty() ? List.of(50_000, 1_000_000, Targets.SIZE) : sizes);
            try {
                Results results = new ListsBench(effort, data, System.err).run();
                results.print(System.out);
                new Targets(results, System.out).print();
                return 0;
            } catch (IOException | IllegalArgumentException e) {
                System.err.println("bench: " + e.getMessage());
                return UNUSABLE;
            } catch (IllegalStateException e) {
                System.err.println("bench: " + e.getMessage());
                return WRONG;
            }
        }
    }

    /** {@code bench query}. */
    @CommandLine.Command(
            name = "query",
            mixinStandardHelpOptions = true,
            description =
                    "The entry log: pages of what people ask for, in logs of several lengths; against plain statements.")
    static final class Query implements Callable<Integer> {

        @CommandLine.Option(
                names = "--sizes",
                split = ",",
                paramLabel = "N",
                description =
                        "rows in the log, one run each; default 10000,1000000,10000000, with --quick 10000,1000000")
        private List<Integer> sizes = List.of();

        @CommandLine.Option(names = "--quick", description = "a log of a million at most, fewer questions; less exact")
        private boolean quick;

        @CommandLine.Option(
                names = "--data",
                paramLabel = "DIR",
                description = "where the logs are made, and left for the next run; needs 8 GB for ten million rows;"
                        + " default: the system's folder for temporary files")
        private Path data = Path.of(System.getProperty("java.io.tmpdir"));

        @Override
        public Integer call() {
            List<Integer> all = sizes.isEmpty()
                    ? quick ? List.of(10_000, 1_000_000) : List.of(10_000, 1_000_000, 10_000_000)
                    : sizes;
            QueryBench.Effort effort =
                    quick ? new QueryBench.Effort(all, 3, 200, 3) : new QueryBench.Effort(all, 5, 1_000, 5);
            return printed(() -> {
                Results results = new QueryBench(effort, data, System.err).run();
                results.print(System.out);
                new QueryTargets(results, System.out).print();
            });
        }
    }

    /** {@code bench ingest}. */
    @CommandLine.Command(
            name = "ingest",
            mixinStandardHelpOptions = true,
            description = "Events a second from gates to the disk; against plain inserts and the bare broker.")
    static final class Ingest implements Callable<Integer> {

        @CommandLine.Option(names = "--quick", description = "fewer events; less exact")
        private boolean quick;

        @CommandLine.Option(
                names = "--data",
                paramLabel = "DIR",
                description = "where the databases are made and deleted again; default: the system's folder for"
                        + " temporary files")
        private Path data = Path.of(System.getProperty("java.io.tmpdir"));

        @Override
        public Integer call() {
            IngestBench.Effort effort =
                    quick ? new IngestBench.Effort(8, 4_000, 1) : new IngestBench.Effort(8, 20_000, 3);
            return printed(() -> {
                Results results = new IngestBench(effort, data, System.err).run();
                results.print(System.out);
                new IngestTargets(results, System.out).print();
            });
        }
    }

    /** {@code bench codes}. */
    @CommandLine.Command(
            name = "codes",
            mixinStandardHelpOptions = true,
            description = "Codes in hard frames: glare, dusk, mud, a shaking hand; against ZXing as it comes.")
    static final class Codes implements Callable<Integer> {

        @CommandLine.Option(
                names = "--frames",
                paramLabel = "N",
                description = "frames for each of ten scenes and two kinds of code; default 15, 300 in all")
        private int frames = HardFrames.FRAMES;

        @CommandLine.Option(names = "--seed", paramLabel = "N", description = "draws other frames")
        private long seed = HardFrames.SEED;

        @Override
        public Integer call() {
            if (frames < 1) {
                System.err.println("bench: --frames is " + frames + "; give at least 1");
                return UNUSABLE;
            }
            // Once unmeasured: the first frames are read by code that the machine does not know yet.
            HardFrames.measure(1, seed, PersistentDecoder.BUDGET);
            HardFrames.print(HardFrames.measure(frames, seed, PersistentDecoder.BUDGET), System.out);
            return 0;
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static int printed(Work work) {
        try {
            work.run();
            return 0;
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("bench: " + e.getMessage());
            return UNUSABLE;
        } catch (Exception e) {
            System.err.println("bench: " + e.getMessage());
            return WRONG;
        }
    }
}
