package portvakt.sim.rig;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import portvakt.protocol.CardStatus;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.protocol.v1.EventFacts;
import portvakt.sim.world.Violation;

/** When the faults are over: whether all comes to where it must, and whether it is right then. The rules are those of the simulated world. */
final class RigAudit {

    private static final Duration SETTLES_WITHIN = Duration.ofSeconds(240);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(60);
    private static final Duration SHOWN_AGAIN_AFTER = Duration.ofSeconds(5);
    private static final int POLL_MS = 150;

    private final RigSite site;
    private final RigDatabase database;
    private final Map<String, List<StoredJournal.Written>> journals = new TreeMap<>();

    RigAudit(RigSite site) {
        this.site = site;
        this.database = site.database();
    }

    /** Events in all journals, at the last look. */
    long events() {
        return journals.values().stream().mapToLong(List::size).sum();
    }

    /** Waits until everything runs and everybody knows everything. @throws Violation if that does not come about */
    void settle() throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + SETTLES_WITHIN.toNanos();
        List<String> waiting = waiting();
        List<String> noted = List.of();
        while (!waiting.isEmpty()) {
            if (!waiting.equals(noted)) {
                site.note("waits: " + waiting);
                noted = waiting;
            }
            if (System.nanoTime() > deadlineNs) {
                throw new Violation("it does not settle", String.join("; ", waiting));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
            startWhatEnded();
            waiting = waiting();
        }
        site.note("settled");
    }

    /** As a service manager does: what was started into somebody else's fault may have given up. */
    private void startWhatEnded() throws IOException {
        startAgain("the server", site.server().program());
        for (RigGate gate : site.gates()) {
            startAgain(gate.name(), gate.program());
        }
    }

    private static void startAgain(String name, JavaProgram program) throws IOException {
        boolean wasReady = program.isReady();
        if (!program.isAlive()) {
            if (wasReady) {
                throw new Violation("a program ended by itself", name);
            }
            program.launch();
        }
    }

    private List<String> waiting() throws IOException, InterruptedException {
        List<String> waiting = new ArrayList<>();
        if (!site.server().isReady()) {
            waiting.add("the server is not ready");
            return waiting;
        }
        if (!site.register().push()) {
            waiting.add("the server does not take what the register says");
        }
        try {
            if (!database.allIssued(RigSite.LIST)) {
                waiting.add("the newest changes are not issued");
            }
            Map<String, Long> committed = database.committed();
            Map<String, Long> versions = database.versions();
            for (RigGate gate : site.gates()) {
                if (!gate.program().isReady()) {
                    waiting.add(gate.name() + " is not ready");
                    continue;
                }
                List<StoredJournal.Written> journal = gate.journal();
                journals.put(gate.name(), journal);
                if (committed.getOrDefault(gate.name(), 0L) != journal.size()) {
                    waiting.add(gate.name() + " has " + journal.size() + " events, the server "
                            + committed.getOrDefault(gate.name(), 0L));
                }
                neverFell(gate.name(), journal);
                Map<String, Long> applied = database.applied(gate.name());
                if (!applied.equals(versions)) {
                    waiting.add(gate.name() + " has the lists " + applied + ", issued are " + versions);
                }
            }
        } catch (SQLException e) {
            waiting.add("the database does not answer: " + e.getMessage());
        }
        return waiting;
    }

    /** What a full disk keeps out of the journal is missing here, and is in the gate's status. */
    private static void neverFell(String gate, List<StoredJournal.Written> journal) {
        Map<String, Long> applied = new TreeMap<>();
        for (StoredJournal.Written event : journal) {
            if (event.facts().hasListApplied()) {
                String list = event.facts().getListApplied().getList();
                long version = event.facts().getListApplied().getVersion();
                if (version < applied.getOrDefault(list, 0L)) {
                    throw new Violation(
                            "the list's version fell",
                            gate + ": " + list + " from " + applied.get(list) + " to " + version + " at event "
                                    + event.sequence());
                }
                applied.put(list, version);
            }
        }
    }

    /** At each entrance a revoked card is refused and a valid one let in; after that all settles again. */
    void tryCards() throws IOException, InterruptedException {
        for (RigGate gate : site.gates()) {
            if (gate.direction() == Direction.OUT) {
                continue;
            }
            for (String revoked : RigPeople.revoked()) {
                EventFacts answer = tap(gate, revoked);
                if (!answer.hasAccessDenied()
                        || DenialReason.ofCode(answer.getAccessDenied().getReason())
                                != DenialReason.CREDENTIAL_REVOKED) {
                    throw new Violation("a revoked card is not refused", gate.name() + ": " + answer.getBodyCase());
                }
            }
            EventFacts answer = tap(gate, RigPeople.valid());
            if (!answer.hasAccessGranted()) {
                throw new Violation("a valid card is not let in", gate.name() + ": " + answer);
            }
            await(gate.name() + " does not lock", () -> !gate.turnstile().isFree());
        }
        settle();
    }

    /** The gate's decision about a card that is shown now, and again if the gate was busy with somebody who came before. */
    private EventFacts tap(RigGate gate, String card) throws IOException, InterruptedException {
        long last = gate.journal().size();
        List<EventFacts> found = new ArrayList<>();
        long[] shownNs = {System.nanoTime() - SHOWN_AGAIN_AFTER.toNanos()};
        await(gate.name() + " does not answer a card", () -> {
            if (System.nanoTime() - shownNs[0] >= SHOWN_AGAIN_AFTER.toNanos()) {
                shownNs[0] = System.nanoTime();
                gate.tap(card);
            }
            gate.journal().stream()
                    .filter(event -> event.sequence() > last && event.card().equals(Optional.of(card)))
                    .map(StoredJournal.Written::facts)
                    .filter(facts -> facts.hasAccessDenied() || facts.hasAccessGranted())
                    .forEach(found::add);
            return !found.isEmpty();
        });
        return found.getFirst();
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(String otherwise, Condition condition) throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + ANSWERS_WITHIN.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadlineNs) {
                throw new Violation("a gate stands still", otherwise + " within " + ANSWERS_WITHIN);
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    /** Call when settled. @throws Violation for the first thing that is wrong */
    void check() throws SQLException, IOException {
        for (RigGate gate : site.gates()) {
            exactlyOnce(gate);
            gate.relay()
                    .check(gate.name(), gate.direction(), gate.turnstile().relayChanges(), journals.get(gate.name()));
        }
        presence();
        Map<String, String> statuses = database.statuses(RigSite.LIST);
        for (Map.Entry<String, CardStatus> told : site.register().told().entrySet()) {
            if (!told.getValue().name().equals(statuses.get(told.getKey()))) {
                throw new Violation(
                        "an older word of the register counts",
                        told.getKey() + " is " + statuses.get(told.getKey()) + ", not " + told.getValue());
            }
        }
    }

    /** A gate may write down one more thing at any time, so the database is read first: all that it has then is in the journal. */
    private void exactlyOnce(RigGate gate) throws SQLException, IOException {
        SortedMap<Long, String> stored = database.events(gate.name());
        int settled = journals.get(gate.name()).size();
        List<StoredJournal.Written> whole = gate.journal();
        List<StoredJournal.Written> journal = whole.subList(0, Math.min(whole.size(), stored.size()));
        journals.put(gate.name(), whole);
        SortedMap<Long, String> written = new TreeMap<>();
        journal.forEach(event -> written.put(event.sequence(), event.hash()));
        if (stored.size() < settled || !stored.equals(written)) {
            throw new Violation(
                    "the server's log is not the gate's journal",
                    gate.name() + ": server " + stored.size() + " events, gate " + whole.size() + ", " + settled
                            + " when it had settled");
        }
        SortedMap<Long, Integer> rows = database.logRows(gate.name());
        for (StoredJournal.Written event : journal) {
            int count = rows.getOrDefault(event.sequence(), 0);
            if (count != (event.facts().hasAlarm() ? 0 : 1)) {
                throw new Violation(
                        "an event has not one row in the log",
                        gate.name() + ": event " + event.sequence() + " has " + count);
            }
        }
        List<String> accusations = database.accusations(gate.name());
        if (!accusations.isEmpty()) {
            throw new Violation("an honest gate is accused", gate.name() + ": " + accusations.getFirst());
        }
    }

    /** Who is on site by the journals alone: the last that anybody saw of a card. */
    private void presence() throws SQLException {
        record Sighting(long atMs, Direction direction) {}
        Map<String, Sighting> last = new TreeMap<>();
        Set<String> unclear = new TreeSet<>();
        for (RigGate gate : site.gates()) {
            for (StoredJournal.Written event : journals.get(gate.name())) {
                if (!event.facts().hasAccessTaken() || event.card().isEmpty()) {
                    continue;
                }
                Sighting seen = new Sighting(event.facts().getOccurredAtMs(), gate.direction());
                Sighting before = last.get(event.card().get());
                if (before != null && before.atMs() == seen.atMs()) {
                    unclear.add(event.card().get());
                }
                if (before == null || seen.atMs() >= before.atMs()) {
                    last.put(event.card().get(), seen);
                }
            }
        }
        Set<String> expected = new TreeSet<>();
        last.forEach((card, seen) -> {
            if (seen.direction() == Direction.IN) {
                expected.add(card);
            }
        });
        Set<String> shown = database.onSite();
        expected.removeAll(unclear);
        shown.removeAll(unclear);
        if (!expected.equals(shown)) {
            throw new Violation("who is on site is not who went in", "expected " + expected + ", shown " + shown);
        }
    }
}
