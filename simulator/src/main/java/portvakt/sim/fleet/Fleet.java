package portvakt.sim.fleet;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import portvakt.gate.GateIdentity;
import portvakt.protocol.Topics;
import portvakt.sim.site.SimulatedSite;

/** Many gates of one server, each with a certificate and a connection of its own. */
final class Fleet implements AutoCloseable {

    /** A gate that is without what the others have for longer is late, and named while the run waits on. */
    static final Duration LATE = Duration.ofSeconds(30);

    /** After this it is stuck. */
    static final Duration STUCK = Duration.ofMinutes(5);

    /** So many connect at a time: no site switches all its gates on in the same second. */
    private static final int AT_ONCE = 25;

    private static final int NAMED_MAX = 5;
    private static final Duration QUIET = Duration.ofMillis(1_500);
    private static final int CLOSING_AT_ONCE = 16;

    private final List<FleetGate> gates = new ArrayList<>();
    private final List<GateIdentity> identities = new ArrayList<>();
    /** What the gates are told apart by: a version that is awaited. */
    private volatile Wave wave = new Wave(Long.MAX_VALUE, 0);

    private final PrintStream progress;

    private Fleet(PrintStream progress) {
        this.progress = progress;
    }

    /** Provisions and connects them; returns when each has the newest version. */
    static Fleet start(FleetServer server, int count, PrintStream progress) throws IOException, InterruptedException {
        Fleet fleet = new Fleet(progress);
        try {
            while (fleet.gates.size() < count) {
                fleet.add(server, Math.min(AT_ONCE, count - fleet.gates.size()));
                progress.printf("bench: %,d of %,d gates have the list …%n", fleet.gates.size(), count);
            }
            return fleet;
        } catch (IOException | InterruptedException | RuntimeException e) {
            fleet.close();
            throw e;
        }
    }

    private void add(FleetServer server, int some) throws IOException, InterruptedException {
        int first = gates.size();
        Wave installed = new Wave(server.newest().version(), some);
        for (int number = first; number < first + some; number++) {
            Topics.GateAddress address = address(number);
            GateIdentity identity = server.provision(address);
            identities.add(identity);
            FleetGate gate = new FleetGate(number, address, identity, server.broker(), (who, version, atNs) -> {
                wave.reached(who, version, atNs);
                if (who >= first && who < first + some) {
                    installed.reached(who - first, version, atNs);
                }
            });
            gates.add(gate);
            gate.start();
        }
        await(installed, first);
    }

    static Topics.GateAddress address(int number) {
        return new Topics.GateAddress(SimulatedSite.SITE, "g" + number);
    }

    /** From now on the gates' arrival at this version, or a later one, is noted. */
    Wave expect(long version) {
        Wave next = new Wave(version, gates.size());
        wave = next;
        // Those that were faster than we.
        gates.forEach(gate -> gate.tell(next));
        return next;
    }

    /** @throws IllegalStateException naming gates that are stuck */
    void await(Wave expected) throws InterruptedException {
        await(expected, 0);
    }

    private void await(Wave expected, int first) throws InterruptedException {
        if (!expected.await(LATE)) {
            progress.println("bench: " + describe(expected.missing(), first, LATE));
            if (!expected.await(STUCK.minus(LATE))) {
                throw new IllegalStateException(describe(expected.missing(), first, STUCK));
            }
        }
    }

    private String describe(List<Integer> missing, int first, Duration after) {
        return missing.size() + " of " + gates.size() + " gates are not at the newest version after "
                + after.toSeconds() + " s; "
                + missing.stream()
                        .limit(NAMED_MAX)
                        .map(who -> gates.get(first + who).describe())
                        .collect(Collectors.joining("; "));
    }

    /** Of each gate, by its number. */
    long[] receivedBytes() {
        return gates.stream().mapToLong(FleetGate::receivedBytes).toArray();
    }

    /** Returns when nothing has come to any gate for a while. */
    void awaitQuiet() throws InterruptedException {
        long[] before;
        long[] now = receivedBytes();
        do {
            before = now;
            Thread.sleep(QUIET.toMillis());
            now = receivedBytes();
        } while (!Arrays.equals(now, before));
    }

    List<FleetGate> gates() {
        return List.copyOf(gates);
    }

    /** Of each gate, by its number. */
    List<GateIdentity> identities() {
        return List.copyOf(identities);
    }

    /** Some at a time, since each says good-bye and waits for the answer. */
    @Override
    public void close() throws IOException {
        try (ExecutorService closers = Executors.newFixedThreadPool(CLOSING_AT_ONCE)) {
            List<Future<Void>> closed = gates.stream()
                    .map(gate -> closers.submit(() -> {
                        gate.close();
                        return (Void) null;
                    }))
                    .toList();
            for (Future<Void> each : closed) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("a gate does not close", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
