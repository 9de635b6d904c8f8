package portvakt.sim.world;

import java.time.Duration;
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
    private static final String LOG_LEVEL = "PORTVAKT_LOG";

    @CommandLine.Option(names = "--seeds", paramLabel = "N", description = "so many seeds, one run each; default 100")
    private int seeds = 100;

    @CommandLine.Option(names = "--first", paramLabel = "S", description = "the first of them; default 1")
    private long first = 1;

    @CommandLine.Option(names = "--seed", paramLabel = "S", description = "this one seed")
    private Optional<Long> seed = Optional.empty();

    @CommandLine.Option(names = "--trace", description = "with --seed: every line of what happens")
    private boolean tracing;

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

    @CommandLine.Option(names = "--go-on", description = "past seeds that fail: a line for each")
    private boolean goesOn;

    /** For picocli. */
    SimulateCommand() {}

    public static void main(String[] args) {
        if (System.getenv(LOG_LEVEL) == null && System.getProperty(LOG_LEVEL) == null) {
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
            System.err.println("simulate: --faults: " + e.getMessage() + "; there are " + EnumSet.allOf(Fault.class)
                    + ", or none");
            return UNUSABLE;
        }
        try (WorldDatabase database = new WorldDatabase()) {
            long from = seed.orElse(first);
            long to = seed.map(one -> one + 1).orElse(first + seeds);
            Marks marks = new Marks();
            Map<Fault, Long> struck = new EnumMap<>(Fault.class);
            long virtualNs = 0;
            int failed = 0;
            for (long each = from; each < to; each++) {
                World.Result result = World.run(each, wish, database, tracing ? System.out::println : _ -> {});
                marks.add(result.marks());
                result.struck().forEach((fault, count) -> struck.merge(fault, count, Long::sum));
                virtualNs += result.virtualNs();
                if (result.violation() != null && goesOn) {
                    failed++;
                    System.out.println(
                            "seed " + each + " fails: " + result.violation().getMessage());
                } else if (result.violation() != null) {
                    tell(result);
                    return FOUND;
                }
                if (seed.isPresent()) {
                    System.out.println("seed " + each + ": " + result.options() + "; hash " + result.hash());
                }
            }
            System.out.println(
                    (to - from) + " seeds, " + Duration.ofNanos(virtualNs).toHours() + " virtual hours, "
                            + (failed == 0 ? "nothing wrong" : failed + " failed"));
            struck.forEach((fault, count) -> System.out.println("  " + fault + " " + count));
            return failed == 0 ? 0 : FOUND;
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
}
