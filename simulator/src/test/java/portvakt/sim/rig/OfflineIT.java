package portvakt.sim.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.access.CardRead;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Uid;
import portvakt.server.port.EntryLog;
import portvakt.server.port.LogEntry;
import portvakt.sim.device.UidCard;
import portvakt.sim.site.GateAnswer;
import portvakt.sim.site.SimulatedGate;
import portvakt.sim.site.SimulatedSite;

/**
 * Gates without server and broker decide as ever, also gates that are switched on without them; whatever happened is at the
 * server when it is back: each event once, none missing.
 */
@Timeout(240)
class OfflineIT {

    private static final int TAPS_IN = 800;
    private static final int TAPS_OUT = 200;

    private static final CardNumber REVOKED = new CardNumber("4388300");

    @TempDir
    private Path folder;

    private SimulatedSite site;
    private Cards cards;

    @BeforeEach
    void open() throws Exception {
        site = SimulatedSite.open(new SimulatedSite.Settings(folder, 0, Duration.ofMillis(100), Duration.ofMillis(50)));
        cards = new Cards(site.issuer());
        SimulatedSite.Spread spread = site.push(REVOKED, CardStatus.REVOKED);
        assertThat(spread.appliedMs()).hasSize(2);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    @Test
    void aThousandTapsWithoutServerAreAtTheServerAfterwards() throws Exception {
        site.stopServer();
        long startNs = System.nanoTime();
        List<GateAnswer> answers = new ArrayList<>();
        try (ExecutorService people = Executors.newFixedThreadPool(2)) {
            List<Future<List<GateAnswer>>> both =
                    people.invokeAll(List.<Callable<List<GateAnswer>>>of(this::tapIn, this::tapOut));
            for (Future<List<GateAnswer>> one : both) {
                answers.addAll(one.get());
            }
        }
        double tapsSeconds = (System.nanoTime() - startNs) / 1e9;
        assertThat(answers)
                .hasSize(TAPS_IN + TAPS_OUT)
                .allSatisfy(answer -> assertThat(answer.decision()).isPresent());

        long backNs = System.nanoTime();
        site.startServer();
        long events = allAtTheServer(site.entrance()) + allAtTheServer(site.exit());
        Map<String, Integer> outcomes = new TreeMap<>();
        answers.forEach(answer -> outcomes.merge(answer.reason().orElse("GRANTED"), 1, Integer::sum));
        List<Long> micros = answers.stream()
                .map(answer -> answer.decideMicros().orElseThrow())
                .sorted()
                .toList();
        System.out.printf(
                "%d taps without a server in %.1f s, %s; decided in %d µs (p50), %d µs (p99); %d events at the server %.1f s"
                        + " after its start began%n",
                answers.size(),
                tapsSeconds,
                outcomes,
                micros.get(micros.size() / 2),
                micros.get(micros.size() * 99 / 100),
                events,
                (System.nanoTime() - backNs) / 1e9);
    }

    @Test
    void aGateThatIsSwitchedOnWithoutABrokerDecidesByItsStoredList() throws Exception {
        site.stopServer();
        for (int start = 1; start <= 3; start++) {
            site.entrance().stop();
            site.entrance().start();
            assertThat(site.entrance().tap(cards.card(REVOKED)).reason()).contains("CREDENTIAL_REVOKED");
            assertThat(site.entrance().tap(cards.card(worker(start))).decision())
                    .contains("GRANTED");
            assertThat(site.entrance().pushArm().passage()).contains("TAKEN");
        }

        site.startServer();

        long events = allAtTheServer(site.entrance());
        assertThat(rows(site.entrance().name()))
                .filteredOn(row -> row.kind().equals("AccessTaken"))
                .hasSize(3);
        System.out.printf("3 starts without a broker; %d events at the server%n", events);
    }

    /** Mostly such as are refused, so that it goes fast; nobody pushes the arm. */
    private List<GateAnswer> tapIn() throws InterruptedException {
        List<GateAnswer> answers = new ArrayList<>();
        for (int i = 0; i < TAPS_IN; i++) {
            answers.add(
                    switch (i % 10) {
                        case 0 -> site.entrance().tap(cards.card(worker(i)));
                        case 1, 2 -> site.entrance().show(new CardRead.Unreadable(DenialReason.CARD_UNREADABLE));
                        case 3 -> site.entrance().tap(UidCard.desfire(new Uid("04%012x".formatted(i))));
                        default -> site.entrance().tap(cards.card(REVOKED));
                    });
        }
        return answers;
    }

    /** Out goes whoever has a card; no card twice in a row, since its holder would be let through already. */
    private List<GateAnswer> tapOut() throws InterruptedException {
        List<GateAnswer> answers = new ArrayList<>();
        for (int i = 0; i < TAPS_OUT; i++) {
            answers.add(site.exit().tap(cards.card(i % 2 == 0 ? REVOKED : worker(i))));
        }
        return answers;
    }

    private static CardNumber worker(int number) {
        return new CardNumber(Integer.toString(5_000_000 + number));
    }

    /** @return how many */
    private long allAtTheServer(SimulatedGate gate) {
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> gate.acknowledged() == gate.journalLast());
        // A batch that the starting server was not yet listening for comes again after those behind it, so that the
        // order of
        // the commits may differ: the gate's sequence is the order of the events.
        List<Long> sequences =
                rows(gate.name()).stream().map(LogEntry::sequence).sorted().toList();
        assertThat(sequences)
                .isEqualTo(LongStream.rangeClosed(1, gate.journalLast()).boxed().toList());
        return sequences.size();
    }

    /** All rows of a gate, in the order of their commits. */
    private List<LogEntry> rows(String gate) {
        EntryLog log = site.server().parts().log();
        EntryLog.Filter filter =
                new EntryLog.Filter(Optional.empty(), Optional.of(gate), Optional.empty(), Optional.empty());
        List<LogEntry> rows = new ArrayList<>();
        long last = 0;
        while (true) {
            List<LogEntry> page = log.after(last, EntryLog.LIMIT_MAX, filter);
            if (page.isEmpty()) {
                return rows;
            }
            rows.addAll(page);
            last = page.getLast().id();
        }
    }
}
