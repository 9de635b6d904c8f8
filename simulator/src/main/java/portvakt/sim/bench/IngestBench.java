package portvakt.sim.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.EventBatch;
import portvakt.server.adapter.sql.Database;
import portvakt.server.adapter.sql.SqlEntryLog;
import portvakt.server.adapter.sql.SqlEventIngest;

/**
 * How many events a second get from gates onto the disk, forced there: by the server's ingest alone, and by the whole way over TLS
 * and the embedded broker until each gate has its acknowledgement. Beside them, in the same run, plain inserts of the same rows, and
 * the same payloads through the bare broker.
 */
final class IngestBench {

    static final String WHOLE = "whole way, acknowledged";
    static final String INGEST = "ingest alone";
    static final String RAW = "plain inserts, forced";
    static final String BROKER = "bare broker, QoS 1";

    private static final String MEASURE = "events a second";
    /** As the server has lanes. */
    private static final int THREADS = 4;

    /** @param events of each gate in a round */
    record Effort(int gates, int events, int rounds) {}

    private final Effort effort;
    private final Path parent;
    private final PrintStream progress;
    private final SequencedMap<GateAddress, List<EventBatch>> batches = new LinkedHashMap<>();

    IngestBench(Effort effort, Path parent, PrintStream progress) {
        this.effort = effort;
        this.parent = parent;
        this.progress = progress;
        for (int gate = 0; gate < effort.gates(); gate++) {
            batches.put(IngestEvents.gate(gate), IngestEvents.of(gate, effort.events()));
        }
    }

    private interface Way {
        /** @return nanoseconds */
        long run(Path folder) throws Exception;
    }

    Results run() throws Exception {
        Map<String, Way> ways = new LinkedHashMap<>();
        ways.put(WHOLE, folder -> new IngestRig(folder, batches).wholeWay());
        ways.put(INGEST, this::ingest);
        ways.put(RAW, this::raw);
        ways.put(BROKER, folder -> new IngestRig(folder, batches).bareBroker());
        int total = effort.gates() * effort.events();
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        // The ways take turns, so that a machine that grows slower does so for all. The first turn warms up.
        for (int round = -1; round < effort.rounds(); round++) {
            for (Map.Entry<String, Way> way : ways.entrySet()) {
                progress.printf("bench: %,d events: %s …%n", total, way.getKey());
                Path folder = Files.createTempDirectory(parent, "portvakt-bench-");
                try {
                    double rate = total * 1e9 / way.getValue().run(folder);
                    if (round >= 0) {
                        rates.computeIfAbsent(way.getKey(), _ -> new ArrayList<>())
                                .add(rate);
                    }
                } finally {
                    delete(folder);
                }
            }
        }
        Results results = new Results("events");
        rates.forEach((way, all) -> results.add(
                total,
                MEASURE,
                way,
                Figures.of(all.stream().mapToDouble(Double::doubleValue).toArray()),
                Figures.Unit.COUNT));
        return results;
    }

    private long ingest(Path folder) throws Exception {
        String url = "jdbc:h2:file:" + folder.toAbsolutePath().resolve("portvakt");
        try (Database database = Database.open(url, Optional.empty(), Optional.empty());
                SqlEntryLog log = new SqlEntryLog(database);
                ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            SqlEventIngest ingest = new SqlEventIngest(database, log);
            long begin = System.nanoTime();
            List<Future<?>> gates = new ArrayList<>();
            batches.forEach((gate, own) -> gates.add(threads.submit(() -> own.forEach(
                    batch -> ingest.ingest(gate, batch, Clock.systemUTC().instant())))));
            for (Future<?> gate : gates) {
                get(gate);
            }
            return System.nanoTime() - begin;
        }
    }

    private static void get(Future<?> work) throws InterruptedException {
        try {
            work.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("an ingest failed", e.getCause());
        }
    }

    private long raw(Path folder) throws Database.Unusable, SQLException {
        Instant received = Clock.systemUTC().instant();
        List<RawInsert.Rows> rows = new ArrayList<>();
        // Gates by turns, as their batches come.
        for (int at = 0; at < batches.firstEntry().getValue().size(); at++) {
            for (Map.Entry<GateAddress, List<EventBatch>> gate : batches.entrySet()) {
                rows.add(RawInsert.Rows.of(gate.getKey(), gate.getValue().get(at), received));
            }
        }
        try (RawInsert insert = new RawInsert(folder)) {
            long begin = System.nanoTime();
            for (RawInsert.Rows some : rows) {
                insert.insert(some);
            }
            return System.nanoTime() - begin;
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
