package portvakt.sim.outage;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import portvakt.server.Server;
import portvakt.server.adapter.sql.Database;
import portvakt.server.adapter.sql.SqlGates;
import portvakt.sim.rig.Settings;

/**
 * The server's process is killed with SIGKILL again and again, while gates go on producing and it takes what they have; mostly in the
 * middle of that, sometimes while it starts. At the end its log has to be their journals.
 */
final class KillBench {

    private static final Duration PATIENCE = Duration.ofMinutes(15);
    private static final Duration PROGRESS_PATIENCE = Duration.ofMinutes(3);
    private static final int POLL_MS = 20;
    private static final int CARDS = 400;
    /** Between two events of a gate, on average. */
    private static final int PAUSE_MS = 10;
    /** One in so many is killed before it is ready. */
    private static final int EARLY_ONE_IN = 5;

    private static final int EARLY_MS_MAX = 4_000;
    private static final int LATE_MS_MAX = 1_500;

    /** @param seed of when it is killed, and of what the gates do */
    record Effort(int kills, int gates, long seed) {}

    private final Effort effort;
    private final Path folder;
    private final PrintStream progress;
    private final OutageSite site;
    private final List<OutageGate> gates = new ArrayList<>();
    private final List<Double> startSeconds = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private volatile boolean stopped;
    private long ackedAtKill;

    KillBench(Effort effort, Path folder, PrintStream progress) throws IOException {
        this.effort = effort;
        this.folder = folder;
        this.progress = progress;
        this.site = new OutageSite(folder);
    }

    KillReport run() throws IOException, InterruptedException {
        progress.printf("kills: seed %d%n", effort.seed());
        long beginNs = System.nanoTime();
        gates.addAll(site.gates(effort.gates()));
        try {
            Path config = Settings.write(site.config(), folder.resolve("server.yaml"));
            SplittableRandom random = new SplittableRandom(effort.seed());
            List<Thread> producers = new ArrayList<>();
            for (OutageGate gate : gates) {
                gate.connect();
                SplittableRandom own = random.split();
                producers.add(Thread.ofPlatform().daemon().start(() -> produce(gate, own)));
            }
            int early = killAgainAndAgain(config, random);
            stopped = true;
            for (Thread producer : producers) {
                producer.join();
            }
            try (ServerChild last = start(config)) {
                last.awaitReady();
                await(() -> gates.stream().allMatch(OutageGate::isAcknowledged), PATIENCE);
            }
            progress.println("kills: holding the log against the journals …");
            try (Server server = site.start()) {
                return new KillReport(
                        effort,
                        early,
                        (System.nanoTime() - beginNs) / 1e9,
                        List.copyOf(startSeconds),
                        LogProof.of(server.parts(), gates).and(faults));
            }
        } finally {
            stopped = true;
            for (OutageGate gate : gates) {
                gate.close();
            }
        }
    }

    private ServerChild start(Path config) throws IOException {
        return ServerChild.start(config, site.url(), folder.resolve("server.log"));
    }

    /** @return how many were killed before they were ready */
    private int killAgainAndAgain(Path config, SplittableRandom random) throws IOException, InterruptedException {
        int early = 0;
        for (int kill = 1; kill <= effort.kills(); kill++) {
            long startNs = System.nanoTime();
            ServerChild server = start(config);
            try {
                if (random.nextInt(EARLY_ONE_IN) == 0) {
                    early++;
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(EARLY_MS_MAX));
                } else {
                    server.awaitReady();
                    startSeconds.add((System.nanoTime() - startNs) / 1e9);
                    long before = ackedAtKill;
                    await(() -> acknowledged() > before, PROGRESS_PATIENCE);
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(LATE_MS_MAX));
                }
                server.kill();
                ackedAtKill = acknowledged();
                proveAcknowledged(kill);
                progress.printf(
                        "kills: %d of %d, %,d of %,d events acknowledged%n",
                        kill, effort.kills(), ackedAtKill, journalled());
            } finally {
                server.close();
            }
        }
        return early;
    }

    /** Nothing that a gate was told is safe may be gone with the server. Looks at a copy: opening the file would mend it. */
    private void proveAcknowledged(int kill) throws IOException {
        Path copy = folder.resolve("copy.mv.db");
        Files.copy(site.config().dataFolder().resolve("portvakt.mv.db"), copy, StandardCopyOption.REPLACE_EXISTING);
        Map<String, Long> committed = new TreeMap<>();
        try (Database database = Database.open(
                "jdbc:h2:file:" + folder.toAbsolutePath().resolve("copy"), Optional.empty(), Optional.empty())) {
            new SqlGates(database).all().forEach(gate -> committed.put(gate.gate(), gate.committed()));
        } catch (Database.Unusable e) {
            throw new IllegalStateException(
                    "after kill " + kill + " the database cannot be opened: " + e.getMessage(), e);
        }
        for (OutageGate gate : gates) {
            long told = gate.journal().acknowledged();
            long kept = committed.getOrDefault(gate.address().gate(), 0L);
            if (kept < told) {
                faults.add(gate.address().gate() + ": after kill " + kill + " event " + told
                        + " is acknowledged, and the database ends at " + kept);
            }
        }
    }

    private void produce(OutageGate gate, SplittableRandom random) {
        OutageEvents events = new OutageEvents("boot of " + gate.address().gate(), Instant.now());
        try {
            for (int passage = 0; !stopped; passage++) {
                var holder = OutageEvents.holder(random.nextInt(CARDS), "Holder");
                if (random.nextInt(10) == 0) {
                    gate.append(events.denied(Instant.now()), holder);
                } else {
                    long granted = gate.append(events.granted(Instant.now()), holder);
                    pause(random);
                    gate.append(events.taken(Instant.now(), passage % 2 == 0, granted), holder);
                }
                pause(random);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void pause(SplittableRandom random) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(2 * PAUSE_MS)));
    }

    private long acknowledged() {
        return gates.stream().mapToLong(gate -> gate.journal().acknowledged()).sum();
    }

    private long journalled() {
        return gates.stream().mapToLong(gate -> gate.journal().last()).sum();
    }

    private interface Condition {
        boolean holds();
    }

    private void await(Condition condition, Duration patience) throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + patience.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadlineNs) {
                Path kept = Files.copy(
                        folder.resolve("server.log"),
                        Files.createTempFile("portvakt-server-", ".log"),
                        StandardCopyOption.REPLACE_EXISTING);
                throw new IllegalStateException("after " + patience + " " + acknowledged() + " of " + journalled()
                        + " events are acknowledged, and no more; the server's words are in " + kept);
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }
}
