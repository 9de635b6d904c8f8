package portvakt.sim.world;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** {@code ./portvakt simulate}. */
@CommandLine.Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description =
                "Runs whole sites in virtual time, with faults drawn from seeds, and says where one does what no site may.")
public final class SimulateCommand implements Callable<Integer> {

    private static final int FOUND = 1;
    private static final int UNUSABLE = 2;
    private static final int SEEDS = 100;
    private static final String LOG_LEVEL = "PORTVAKT_LOG";

    @CommandLine.Option(names = "--seeds", paramLabel = "N", description = "so many seeds, one run each; default 100")
    private Optional<Integer> seeds = Optional.empty();

    @CommandLine.Option(
            names = "--hours",
            paramLabel = "H",
            description = "as many seeds as so many hours are enough for, such as 0.5")
    private Optional<Double> hours = Optional.empty();

    @CommandLine.Option(names = "--first", paramLabel = "S", description = "the first seed; default 1")
    private long first = 1;

    @CommandLine.Option(names = "--seed", paramLabel = "S", description = "this one seed")
    private Optional<Long> seed = Optional.empty();

    @CommandLine.Option(names = "--trace", description = "every line of what happens")
    private boolean tracing;

    @CommandLine.Option(
            names = "--hashes",
            description = "a line for each seed: its trace's hash, the same on every machine")
    private boolean hashes;

    @CommandLine.Option(
            names = "--marks",
            description = "at the end: which odd places the runs have been to, and how often")
    private boolean marked;

    @CommandLine.Option(
            names = "--go-on",
            description = "past seeds that fail: a line for each, and no smaller run is looked for")
    private boolean goesOn;

    @CommandLine.Option(
            names = "--minutes",
            paramLabel = "N",
            description = "virtual minutes with faults, whatever the seed says")
    private Optional<Integer> minutes = Optional.empty();

    @CommandLine.Option(names = "--people", paramLabel = "N", description = "people, whatever the seed says")
    private Optional<Integer> people = Optional.empty();

    @CommandLine.Option(
            names = "--faults",
            paramLabel = "F,F",
            description = "these kinds of faults, or none, whatever the seed says")
    private Optional<String> faults = Optional.empty();

    @CommandLine.Option(
            names = "--threads",
            paramLabel = "N",
            description = "so many seeds side by side; default: one a processor")
    private int threads = Runtime.getRuntime().availableProcessors();

    private final Marks marks = new Marks();
    private final Map<Fault, Long> struck = new EnumMap<>(Fault.class);
    private long virtualNs;
    private int runs;
    private int failed;

    /** For picocli. */
    SimulateCommand() {}

    public static void main(String[] args) {
        if (System.getenv(LOG_LEVEL) == null && System.getProperty(LOG_LEVEL) == null) {
            // What is refused and retried would be a hundred lines a run.
            System.setProperty(LOG_LEVEL, "OFF");
        }
        System.exit(new CommandLine(new SimulateCommand()).execute(args));
    }

    @Override
    public Integer call() {
        Options.Wish wish;
        try {
            wish = new Options.Wish(minutes, people, faults.map(SimulateCommand::parse));
        } catch (IllegalArgumentException e) {
            System.err.println("simulate: --faults " + faults.orElseThrow()
                    + " names a kind that does not exist; there are " + EnumSet.allOf(Fault.class) + ", or none");
            return UNUSABLE;
        }
        Instant until = Instant.now().plus(Duration.ofSeconds((long) (hours.orElse(0.0) * 3600)));
        long from = seed.orElse(first);
        long to = seed.map(one -> one + 1)
                .orElse(hours.isPresent() && seeds.isEmpty() ? Long.MAX_VALUE : first + seeds.orElse(SEEDS));
        if (threads < 1) {
            System.err.println("simulate: --threads " + threads + " is too few; 1 is the least");
            return UNUSABLE;
        }
        // The lines of two runs at once would be nobody's.
        SeedRuns runner = new SeedRuns(tracing ? 1 : threads, wish, tracing ? System.out::println : _ -> {});
        runner.run(from, to, () -> hours.isEmpty() || Instant.now().isBefore(until), result -> {
            count(result);
            boolean stops = result.violation() != null && !goesOn;
            if (stops) {
                tell(result);
                smaller(result);
            }
            return !stops;
        });
        if (failed == 0 || goesOn) {
            summarise();
        }
        return failed == 0 ? 0 : FOUND;
    }

    private void count(World.Result result) {
        runs++;
        marks.add(result.marks());
        result.struck().forEach((fault, times) -> struck.merge(fault, times, Long::sum));
        virtualNs += result.virtualNs();
        if (hashes || seed.isPresent()) {
            System.out.println("seed " + result.options().seed() + " " + result.hash());
        }
        if (result.violation() != null) {
            failed++;
            if (goesOn) {
                System.out.println("seed " + result.options().seed() + " fails: "
                        + result.violation().getMessage());
            }
        }
    }

    private void summarise() {
        System.out.println(runs + " seeds, " + Duration.ofNanos(virtualNs).toHours() + " virtual hours: "
                + (failed == 0 ? "nothing wrong" : failed + " failed"));
        System.out.println("faults that struck:");
        struck.forEach((fault, times) -> System.out.printf("  %8d  %s%n", times, fault));
        if (marked) {
            System.out.println("places that were reached:");
            marks.all().forEach((mark, times) -> System.out.printf("  %8d  %s%n", times, mark));
        }
    }

    private static Set<Fault> parse(String text) {
        Set<Fault> set = EnumSet.noneOf(Fault.class);
        if (!text.equals("none")) {
            for (String name : text.split(",")) {
                set.add(Fault.valueOf(name.strip()));
            }
        }
        return set;
    }

    private static void tell(World.Result result) {
        System.out.println("seed " + result.options().seed() + " fails: "
                + result.violation().getMessage());
        System.out.println("  drawn: " + result.options());
        result.lastLines().forEach(line -> System.out.println("  | " + line));
        if (result.violation().getCause() != null) {
            result.violation().getCause().printStackTrace(System.out);
        }
        System.out.println("repeat: " + result.options().command());
    }

    private static void smaller(World.Result failed) {
        System.out.println("looking for a smaller run that fails so …");
        try (WorldDatabase database = new WorldDatabase("smaller")) {
            World.Result smallest =
                    new Shrinker(database, command -> System.out.println("  " + command)).shrink(failed);
            System.out.println("smallest: " + smallest.options().command());
        }
    }
}
