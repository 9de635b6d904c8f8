package portvakt.sim.pi;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.server.port.LogEntry;

/**
 * The Pi's power is cut again and again while people go through, each time at another moment. After that the server has to have what
 * the Pi's journal has, each event once, and the list has to be the one it was. One thread.
 */
final class PowerCuts {

    private static final int PASSAGES_MAX = 3;
    private static final int CUT_WITHIN_MS = 4_000;
    private static final Duration SETTLES_WITHIN = Duration.ofMinutes(3);

    private final PiImages images;
    private final PiServer server;
    private final Path disk;
    private final Path folder;
    private final SplittableRandom random;
    private final List<Double> readySeconds = new ArrayList<>();
    private int releases;
    private long tornBytes;
    private int tornEnds;

    PowerCuts(PiImages images, PiServer server, Path disk, Path folder, long seed) {
        this.images = images;
        this.server = server;
        this.disk = disk;
        this.folder = folder;
        this.random = new SplittableRandom(seed);
    }

    /** @return the report's figure */
    String run(int cuts) throws IOException, InterruptedException {
        long grantsBefore = 0;
        for (int cut = 1; cut <= cuts; cut++) {
            try (PiMachine machine = PiMachine.on(images, disk, folder, Optional.empty());
                    PiGate gate = new PiGate(machine, server, folder)) {
                PiJournal journal = comeBack(gate);
                if (cut == 1) {
                    grantsBefore = journal.count("AccessGranted");
                }
                int mark = gate.lines().mark();
                goThroughUntilTheCut(gate);
                releases += (int) gate.lines().since(mark, PiGate.RELAY).stream()
                        .filter(LineLog.Change::high)
                        .count();
                System.err.printf(
                        "pi: cut %d of %d, %.0f s after power on; %d events%n",
                        cut, cuts, machine.secondsSinceOn(), journal.events().size());
            }
        }
        return compare(cuts, grantsBefore);
    }

    /** Waits until the gate takes cards; its journal has to have all that the server has. */
    private PiJournal comeBack(PiGate gate) throws IOException, InterruptedException {
        gate.awaitReady();
        readySeconds.add(gate.machine().secondsSinceOn());
        gate.clockIsRight();
        PiJournal journal = gate.journal();
        long atServer =
                server.rows(0).stream().mapToLong(LogEntry::sequence).max().orElse(0);
        FailedException.unless(
                journal.events().size() >= atServer,
                "the server has event " + atServer + ", and the journal ends at "
                        + journal.events().size());
        long torn = journal.events().stream()
                .map(PiJournal::facts)
                .filter(facts -> facts.hasGateStarted())
                .mapToLong(facts -> facts.getGateStarted().getJournalCutBytes())
                .sum();
        if (torn > tornBytes) {
            tornEnds++;
            tornBytes = torn;
        }
        return journal;
    }

    private void goThroughUntilTheCut(PiGate gate) throws IOException, InterruptedException {
        int passages = random.nextInt(PASSAGES_MAX);
        for (int i = 0; i < passages; i++) {
            gate.passage(PassageScenarios.WORKER);
        }
        gate.lay(PassageScenarios.WORKER);
        if (random.nextBoolean()) {
            int mark = gate.lines().mark();
            gate.lines().await(mark, PiGate.RELAY, true, PiGate.PATIENCE);
            TimeUnit.MILLISECONDS.sleep(random.nextInt(50));
        } else {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(CUT_WITHIN_MS));
        }
        gate.machine().cutPower();
        gate.takeCardAway();
    }

    private String compare(int cuts, long grantsBefore) throws IOException, InterruptedException {
        try (PiMachine machine = PiMachine.on(images, disk, folder, Optional.empty());
                PiGate gate = new PiGate(machine, server, folder)) {
            comeBack(gate);
            refusesRevoked(gate);
            gate.stop();
            PiJournal journal = gate.journal();
            List<ChainedEvent> events = journal.events();
            // The gate's last words may still be under way when it has ended; a short life later they are there.
            gate.start();
            Wait.untilHolds(
                    SETTLES_WITHIN,
                    500,
                    () -> events.size() + " events at the server; it has "
                            + server.rows(0).size(),
                    () -> server.rows(0).size() >= events.size());
            List<LogEntry> rows = server.rows(0);
            TreeSet<Long> sequences = new TreeSet<>();
            long doubled =
                    rows.stream().filter(row -> !sequences.add(row.sequence())).count();
            long lost = events.stream()
                    .filter(event -> !sequences.contains(event.getSequence()))
                    .count();
            long other = rows.stream()
                    .filter(row -> row.sequence() <= events.size())
                    .filter(row -> !row.kind().equals(PiJournal.kind(events.get((int) row.sequence() - 1))))
                    .count();
            FailedException.unless(
                    lost == 0 && doubled == 0 && other == 0,
                    lost + " events lost, " + doubled + " doubled, " + other + " different");
            long grants = journal.count("AccessGranted") - grantsBefore;
            gate.machine().shutDown();
            return String.format(
                    Locale.ROOT,
                    "%d cuts, %d events in the journal: 0 lost, 0 doubled at the server; list intact; %d torn ends mended;"
                            + " %d releases seen, %d grants in the journal; ready %.0f s after power on (median)",
                    cuts,
                    events.size(),
                    tornEnds,
                    releases,
                    grants,
                    readySeconds.stream()
                            .sorted()
                            .skip(readySeconds.size() / 2)
                            .findFirst()
                            .orElse(0.0));
        }
    }

    /** The list that it had before decides still. */
    private void refusesRevoked(PiGate gate) throws IOException, InterruptedException {
        long before = server.newest();
        gate.lay(PassageScenarios.REVOKED);
        LogEntry row = server.await(before, "AccessDenied", PiGate.PATIENCE, any -> true);
        gate.takeCardAway();
        FailedException.unless(
                row.reason().orElse("").equals("CREDENTIAL_REVOKED"), "the revoked card: " + row.reason());
    }
}
