package portvakt.sim.fleet;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.port.Lists;

/**
 * Measures how fast changes reach a fleet of gates: one by one as a register pushes them, and a whole firm's at once; beside plain
 * MQTT over the same broker in the same run. All in this process, so server, broker and gates share its processors.
 */
final class SpreadBench {

    /**
     * How much is measured.
     *
     * @param listed  cards on the list before
     * @param firm    cards that change at once
     * @param commits that they change by a second time
     * @param over    which time those commits are spread
     */
    record Effort(int gates, int pushes, int listed, int firm, int commits, Duration over) {

        static Effort full(int gates) {
            return new Effort(gates, 100, 10_000, 50_000, 500, Duration.ofSeconds(5));
        }

        static Effort quick(int gates) {
            return new Effort(gates, 10, 1_000, 2_000, 50, Duration.ofMillis(500));
        }

        Effort withCommits(int number) {
            return new Effort(gates, pushes, listed, firm, number, over);
        }
    }

    /** So many pushes, and plain messages, before those that count: code that runs for the first time is slow. */
    static final int WARM_UP = 5;

    /** Between two pushes, so that each is a lone one: the issuer gathers what follows within 100 ms. */
    private static final Duration PAUSE = Duration.ofMillis(250);

    private static final int TOLD_EVERY = 20;

    /** Longest that the server may take to sign what was committed. */
    private static final Duration SIGNED = Duration.ofMinutes(2);

    private final Effort effort;
    private final Path folder;
    private final PrintStream progress;
    private final FirmCards cards;

    /** @param folder empty; what is made there is for the caller to delete */
    SpreadBench(Effort effort, Path folder, PrintStream progress) {
        this.effort = effort;
        this.folder = folder;
        this.progress = progress;
        this.cards = new FirmCards(effort);
    }

    private record Measured(
            SpreadReport.Pushes pushes, SpreadReport.Burst atOnce, SpreadReport.Burst spreadOut, Verdict verdict) {}

    /** @throws IllegalStateException if gates are missing after a time that is far too long */
    SpreadReport run() throws IOException, InterruptedException {
        try (FleetServer server = FleetServer.start(folder)) {
            server.importFile(FleetServer.file(cards.listed(), CardStatus.REVOKED));
            cards.set(cards.listed(), CardStatus.REVOKED);
            server.awaitCount(cards.count(), SIGNED);
            Measured measured;
            List<portvakt.gate.GateIdentity> identities;
            try (Fleet fleet = Fleet.start(server, effort.gates(), progress)) {
                measured = measure(server, fleet);
                identities = fleet.identities();
            }
            say("plain MQTT");
            try (PlainFleet plain = PlainFleet.start(server, identities)) {
                return new SpreadReport(
                        effort,
                        measured.pushes(),
                        plain(plain),
                        measured.atOnce(),
                        plain.publish((int) measured.atOnce().versions(), (int)
                                (measured.atOnce().mostBytes()
                                        / measured.atOnce().versions())),
                        measured.spreadOut(),
                        measured.verdict());
            }
        }
    }

    private Measured measure(FleetServer server, Fleet fleet) throws IOException, InterruptedException {
        say("pushes");
        SpreadReport.Pushes pushes = pushes(server, fleet);
        // Told at once too: a run of some minutes may end before its report.
        tell("a gate", pushes.gates().each());
        tell("the last gate", pushes.gates().last());
        say("a firm at once");
        SpreadReport.Burst atOnce = atOnce(server, fleet);
        tell("a gate has all of the firm", atOnce.gates());
        Verdict then = Verdict.of(fleet.gates(), server.newest(), cards);
        say("a firm, commit by commit");
        SpreadReport.Burst spreadOut = spreadOut(server, fleet);
        Verdict atLast = Verdict.of(fleet.gates(), server.newest(), cards);
        return new Measured(pushes, atOnce, spreadOut, then.and(atLast));
    }

    private SpreadReport.Pushes pushes(FleetServer server, Fleet fleet) throws IOException, InterruptedException {
        List<Long> answers = new ArrayList<>();
        List<Delays> waves = new ArrayList<>();
        for (CardNumber card : cards.pushed()) {
            Wave wave = fleet.expect(server.newest().version() + 1);
            long startNs = System.nanoTime();
            server.push(card, CardStatus.SUSPENDED);
            answers.add(System.nanoTime() - startNs);
            fleet.await(wave);
            waves.add(wave.since(startNs));
            if (waves.size() % TOLD_EVERY == 0) {
                say(waves.size() + " of " + cards.pushed().size() + " pushes");
            }
            Thread.sleep(PAUSE.toMillis());
        }
        cards.set(cards.pushed(), CardStatus.SUSPENDED);
        List<Long> counted = answers.subList(WARM_UP, answers.size());
        return new SpreadReport.Pushes(Delays.of(counted), SpreadReport.Waves.of(waves.subList(WARM_UP, waves.size())));
    }

    private SpreadReport.Waves plain(PlainFleet plain) throws InterruptedException {
        List<Delays> waves = new ArrayList<>();
        for (int message = 0; message < WARM_UP + effort.pushes(); message++) {
            waves.add(plain.publish(1, SpreadReport.PUSH_BYTES));
            Thread.sleep(PAUSE.toMillis());
        }
        return SpreadReport.Waves.of(waves.subList(WARM_UP, waves.size()));
    }

    /** A firm goes bankrupt: the server is sent a file, and takes it in one commit, as its API does. */
    private SpreadReport.Burst atOnce(FleetServer server, Fleet fleet) throws IOException, InterruptedException {
        byte[] file = FleetServer.file(cards.firm(), CardStatus.SUSPENDED);
        cards.set(cards.firm(), CardStatus.SUSPENDED);
        return burst(server, fleet, () -> server.importFile(file));
    }

    /** It has paid: its cards become valid again, so that the list, and the memory of so many gates, stays small. */
    private SpreadReport.Burst spreadOut(FleetServer server, Fleet fleet) throws IOException, InterruptedException {
        cards.set(cards.firm(), CardStatus.VALID);
        return burst(server, fleet, () -> {
            long startNs = System.nanoTime();
            for (int commit = 0; commit < effort.commits(); commit++) {
                long dueNs = startNs + effort.over().toNanos() * commit / effort.commits();
                Thread.sleep(Duration.ofNanos(Math.max(0, dueNs - System.nanoTime())));
                int from = (int) ((long) cards.firm().size() * commit / effort.commits());
                int to = (int) ((long) cards.firm().size() * (commit + 1) / effort.commits());
                server.commit(cards.firm().subList(from, to), CardStatus.VALID);
            }
        });
    }

    private interface Change {
        void make() throws IOException, InterruptedException;
    }

    private SpreadReport.Burst burst(FleetServer server, Fleet fleet, Change change)
            throws IOException, InterruptedException {
        long[] before = fleet.receivedBytes();
        long versionBefore = server.newest().version();
        long startNs = System.nanoTime();
        change.make();
        long committedNs = System.nanoTime() - startNs;
        Lists.PublishedList issued = server.awaitCount(cards.count(), SIGNED);
        Wave wave = fleet.expect(issued.version());
        fleet.await(wave);
        // The longer deltas of the skip list come when there is nothing else to do; they are traffic too.
        fleet.awaitQuiet();
        long[] after = fleet.receivedBytes();
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int gate = 0; gate < after.length; gate++) {
            least = Math.min(least, after[gate] - before[gate]);
            most = Math.max(most, after[gate] - before[gate]);
        }
        return new SpreadReport.Burst(
                issued.version() - versionBefore, cards.firm().size(), least, most, committedNs, wave.since(startNs));
    }

    private void tell(String what, Delays delays) {
        say(what + ": p50 " + Delays.show(delays.percentileNs(50)) + ", p99 " + Delays.show(delays.percentileNs(99))
                + ", longest " + Delays.show(delays.longestNs()));
    }

    private void say(String what) {
        progress.printf("bench: %,d gates: %s …%n", effort.gates(), what);
    }
}
