package portvakt.sim.rig;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** {@code ./portvakt rig}. */
@CommandLine.Command(
        name = "rig",
        mixinStandardHelpOptions = true,
        description =
                "Starts gates, server, broker and PostgreSQL as real processes, kills, stops and cuts them by seeds while"
                        + " people walk through, and proves after each run that nothing is lost, doubled or wrong.")
public final class RigCommand implements Callable<Integer> {

    private static final int FOUND = 1;
    private static final int UNUSABLE = 2;
    private static final int RUNS = 20;
    private static final int GATES_MAX = 20;
    private static final String LOG_LEVEL = "PORTVAKT_LOG";

    @CommandLine.Option(names = "--runs", paramLabel = "N", description = "so many runs; default 20")
    private Optional<Integer> runs = Optional.empty();

    @CommandLine.Option(
            names = "--seed",
            paramLabel = "S",
            description = "of the first run, the next has the next; default: drawn")
    private Optional<Long> seed = Optional.empty();

    @CommandLine.Option(
            names = "--minutes",
            paramLabel = "M",
            description = "as many runs as so many minutes are enough for, at most --runs if that is given")
    private Optional<Double> minutes = Optional.empty();

    @CommandLine.Option(
            names = "--gates",
            paramLabel = "N",
            description = "so many gates, each third is an exit; default 3")
    private int gates = 3;

    @CommandLine.Option(names = "--keep", description = "the logs, also when nothing is wrong")
    private boolean keeps;

    private final Map<RigFault, Integer> struck = new EnumMap<>(RigFault.class);
    private long taps;

    /** For picocli. */
    RigCommand() {}

    public static void main(String[] args) {
        if (System.getenv(LOG_LEVEL) == null && System.getProperty(LOG_LEVEL) == null) {
            // What this process does is to look; the programs have logs of their own.
            System.setProperty(LOG_LEVEL, "ERROR");
        }
        System.exit(new CommandLine(new RigCommand()).execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        int most = runs.orElse(minutes.isPresent() ? Integer.MAX_VALUE : RUNS);
        if (most < 1 || gates < 1 || gates > GATES_MAX) {
            System.err.println("rig: --runs must be 1 or more, --gates 1 to " + GATES_MAX);
            return UNUSABLE;
        }
        long first = seed.orElseGet(() -> System.nanoTime() % 1_000_000);
        long untilNs = System.nanoTime()
                + (long) (minutes.orElse(0.0) * Duration.ofMinutes(1).toNanos());
        try {
            Path folder = Files.createTempDirectory("portvakt-rig-");
            boolean good;
            try (RigSite site = RigSite.open(folder, gates, System.out)) {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> clearAway(site)));
                good = run(site, folder, first, most, untilNs);
            }
            if (good && !keeps) {
                delete(folder);
            }
            return good ? 0 : FOUND;
        } catch (IOException e) {
            System.err.println("rig: " + e.getMessage());
            return UNUSABLE;
        }
    }

    /** Somebody has pressed Ctrl-C: networks, disks and processes would stay. */
    private static void clearAway(RigSite site) {
        try {
            site.close();
        } catch (IOException e) {
            System.err.println("rig: " + e.getMessage());
        }
    }

    private boolean run(RigSite site, Path folder, long first, int most, long untilNs)
            throws IOException, InterruptedException {
        RigPeople.revoked().forEach(card -> site.register().change(card, portvakt.protocol.CardStatus.REVOKED));
        long beganNs = System.nanoTime();
        new RigAudit(site).settle();
        System.out.printf(
                "rig: %d gates, server, mosquitto and PostgreSQL run after %.1f s; logs in %s%n",
                gates, seconds(beganNs), folder);
        beganNs = System.nanoTime();
        int done = 0;
        long events = 0;
        while (done < most && (minutes.isEmpty() || System.nanoTime() < untilNs)) {
            RigRun run = RigRun.of(first + done, site);
            done++;
            taps += run.taps();
            events = run.events();
            run.plan().blows().forEach(blow -> struck.merge(blow.fault(), 1, Integer::sum));
            System.out.printf(
                    "run %d  seed %d  %s  %d taps, %d events so far, settled and proved in %.1f s: %s%n",
                    done,
                    run.seed(),
                    run.plan().blows(),
                    run.taps(),
                    run.events(),
                    run.settled().toMillis() / 1e3,
                    run.failed() == null ? "ok" : "FAILED");
            if (run.failed() != null) {
                tell(run, site, folder);
                return false;
            }
        }
        System.out.printf(
                "%d runs in %.0f s, %d taps, %d events: nothing lost, doubled or wrong%n",
                done, seconds(beganNs), taps, events);
        for (RigGate gate : site.gates()) {
            System.out.printf(
                    "  %s: longest release %d ms%n", gate.name(), gate.relay().longestMs());
        }
        struck.forEach((fault, times) -> System.out.printf("%6d  %s%n", times, fault));
        return true;
    }

    private static double seconds(long sinceNs) {
        return (System.nanoTime() - sinceNs) / 1e9;
    }

    /** Says what is wrong, and keeps what is needed to see why. */
    private void tell(RigRun run, RigSite site, Path folder) throws IOException {
        System.out.println("  " + run.failed().getMessage());
        if (!(run.failed() instanceof portvakt.sim.world.Violation)) {
            run.failed().printStackTrace(System.out);
        }
        try {
            site.postgres().dump(RigDatabase.NAME, folder.resolve("database.sql"));
        } catch (IOException e) {
            System.out.println("  the database cannot be dumped: " + e.getMessage());
        }
        for (RigGate gate : site.gates()) {
            Path kept = Files.createDirectories(folder.resolve("journals").resolve(gate.name()));
            try (var files = Files.list(gate.dataFolder())) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, kept.resolve(file.getFileName()));
                }
            }
        }
        System.out.println("  logs, journals and the database's dump are in " + folder);
        System.out.println("  the same faults in the same order, though not at the same moment of every program: "
                + run.command(gates));
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException fault) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
