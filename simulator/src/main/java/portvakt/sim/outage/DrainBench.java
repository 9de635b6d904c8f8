package portvakt.sim.outage;

import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import portvakt.server.Server;

/**
 * Server and broker are away for weeks and come back: a gate's journal goes to the server, and meanwhile somebody shows a card each second and
 * is looked for on the console's live page. The weeks are a clock that the bench turns; journal, uplink, TLS, broker, ingest, H2
 * file and page are the real ones.
 */
final class DrainBench {

    private static final Duration PATIENCE = Duration.ofMinutes(60);
    private static final Duration TAP_EVERY = Duration.ofSeconds(1);
    private static final Duration TAP_PATIENCE = Duration.ofSeconds(20);
    private static final int FORCE_EVERY = 1_000;
    private static final int POLL_MS = 20;
    private static final int CARDS = 400;
    private static final int TAP_CARDS = 100_000;
    private static final Set<String> PAGE = Set.of("live", "row"); // asked, never walked
    private static final Set<String> PEOPLE = Set.of("people"); // asked, never walked

    /** @param events in the journal when the server comes back @param away for so long */
    record Effort(int events, Duration away) {}

    private record Tap(long atNs, String row, String name) {}

    private final Effort effort;
    private final PrintStream progress;
    private final OutageSite site;
    private final Instant start;

    DrainBench(Effort effort, Path folder, PrintStream progress) throws IOException {
        this.effort = effort;
        this.progress = progress;
        this.site = new OutageSite(folder);
        this.start = Instant.now().minus(effort.away());
    }

    DrainReport run() throws IOException, InterruptedException {
        OutageGate gate = site.gates(1).getFirst();
        try {
            double fillSeconds = fill(gate);
            gate.connect();
            try (Server server = site.start()) {
                long backNs = System.nanoTime();
                progress.println("drain: server and broker are back …");
                List<Tap> taps = new ArrayList<>();
                List<Double> pageMs = new ArrayList<>();
                List<Double> countedMs = new ArrayList<>();
                try (PageStream page = open(server)) {
                    drain(gate, page, taps);
                    double seconds = (System.nanoTime() - backNs) / 1e9;
                    for (Tap tap : taps) {
                        pageMs.add(awaitMs(page, tap, tap.row(), PAGE));
                        countedMs.add(awaitMs(page, tap, tap.name(), PEOPLE));
                    }
                    awaitAcknowledged(gate);
                    progress.println("drain: holding the log against the journal …");
                    return new DrainReport(
                            effort,
                            fillSeconds,
                            seconds,
                            pageMs,
                            countedMs,
                            server.parts().log().live().size(),
                            LogProof.of(server.parts(), List.of(gate)));
                }
            }
        } finally {
            gate.close();
        }
    }

    /** @return seconds that it took */
    private double fill(OutageGate gate) throws IOException {
        progress.printf(
                "drain: a journal of %,d events in %d days …%n",
                effort.events(), effort.away().toDays());
        long beginNs = System.nanoTime();
        OutageEvents events = new OutageEvents("before", start);
        Duration step = effort.away().dividedBy(effort.events() + 1L);
        for (int event = 0; event < effort.events(); event++) {
            Instant at = start.plus(step.multipliedBy(event));
            int passage = event / 2;
            var holder = OutageEvents.holder(passage % CARDS, "Holder " + passage % CARDS);
            // One in ten is denied; the others go in and out by turns.
            if (passage % 10 == 9) {
                gate.append(events.denied(at), holder);
            } else if (event % 2 == 0) {
                gate.append(events.granted(at), holder);
            } else {
                gate.append(
                        events.taken(
                                at, passage / CARDS % 2 == 0, gate.journal().last()),
                        holder);
            }
            if (event % FORCE_EVERY == 0) {
                gate.journal().force();
            }
        }
        gate.journal().force();
        return (System.nanoTime() - beginNs) / 1e9;
    }

    private PageStream open(Server server) throws IOException, InterruptedException {
        return new PageStream(
                HttpClient.newHttpClient(),
                site.url(),
                OutageSite.session(server.parts().accounts()));
    }

    /** Until all that was in the journal is acknowledged; whoever taps meanwhile comes on top. */
    private void drain(OutageGate gate, PageStream page, List<Tap> taps) throws IOException, InterruptedException {
        OutageEvents events = new OutageEvents("after", Instant.now());
        long beginNs = System.nanoTime();
        long nextTapNs = beginNs;
        long told = 0;
        while (gate.journal().acknowledged() < effort.events()) {
            long nowNs = System.nanoTime();
            if (nowNs - beginNs > PATIENCE.toNanos()) {
                throw new IllegalStateException("after " + PATIENCE + " only event "
                        + gate.journal().acknowledged() + " is acknowledged; " + gate.complaints());
            }
            // Before the first acknowledgement nobody drains yet.
            if (nowNs >= nextTapNs && gate.journal().acknowledged() > 0) {
                taps.add(tap(gate, events, page, taps.size()));
                nextTapNs = nowNs + TAP_EVERY.toNanos();
            }
            if (gate.journal().acknowledged() - told >= Math.max(1_000, effort.events() / 10)) {
                told = gate.journal().acknowledged();
                progress.printf("drain: %,d of %,d …%n", told, effort.events());
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    private Tap tap(OutageGate gate, OutageEvents events, PageStream page, int number) throws IOException {
        String name = "Tap No. " + number + ".";
        var holder = OutageEvents.holder(TAP_CARDS + number, name);
        long atNs = System.nanoTime();
        long granted = gate.append(events.granted(Instant.now()), holder);
        gate.append(events.taken(Instant.now(), true, granted), holder);
        // The row that both fall on, live or of the log.
        String row = "_" + gate.address().site() + "_" + gate.address().gate() + "_" + granted + "\"";
        page.want(row, PAGE);
        page.want(name, PEOPLE);
        return new Tap(atNs, row, name);
    }

    private static double awaitMs(PageStream page, Tap tap, String text, Set<String> events)
            throws InterruptedException {
        long deadlineNs = System.nanoTime() + TAP_PATIENCE.toNanos();
        Optional<Long> seenNs = page.seenNs(text, events);
        while (seenNs.isEmpty()) {
            if (System.nanoTime() > deadlineNs) {
                throw new IllegalStateException("the page does not show " + tap.name() + " in " + events);
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
            seenNs = page.seenNs(text, events);
        }
        return (seenNs.get() - tap.atNs()) / 1e6;
    }

    private static void awaitAcknowledged(OutageGate gate) throws InterruptedException {
        long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
        while (!gate.isAcknowledged()) {
            if (System.nanoTime() > deadlineNs) {
                throw new IllegalStateException("the last events are not acknowledged; " + gate.complaints());
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }
}
