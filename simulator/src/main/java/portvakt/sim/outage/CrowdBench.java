package portvakt.sim.outage;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import portvakt.server.Server;
import portvakt.sim.bench.LogFill;
import portvakt.sim.rig.Settings;

/**
 * Many look at the console of a site with a long log: how long its pages take, what each browser that follows live costs the server's
 * process, and how soon all of them see who taps. Server process, broker, H2 file, gate's journal and uplink, HTTP and streams are the
 * real ones; the browsers are what a browser does to a server, without drawing.
 */
final class CrowdBench {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration TAP_EVERY = Duration.ofMillis(500);
    private static final int POLL_MS = 5;
    private static final int CARDS = 100_000;
    private static final Set<String> ROWS = Set.of("live", "row"); // asked, never walked
    private static final Set<String> PANELS = Set.of("people"); // asked, never walked

    /** What people open; the last one is what a page costs before it says anything. */
    private static final Map<String, String> PAGES = pages();

    /**
     * @param rows     in the log
     * @param browsers that follow live
     * @param pages    asked for, of each kind
     * @param taps     while one browser looks on, and again while all do
     */
    record Effort(int rows, int browsers, int pages, int taps) {}

    private final Effort effort;
    private final Path folder;
    private final PrintStream progress;
    private final OutageSite site;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private int tapped;

    CrowdBench(Effort effort, Path folder, PrintStream progress) throws IOException {
        this.effort = effort;
        this.folder = folder;
        this.progress = progress;
        this.site = new OutageSite(folder);
    }

    private static Map<String, String> pages() {
        SequencedMap<String, String> pages = new LinkedHashMap<>();
        pages.put("entry log", "");
        pages.put("search, newest", "log");
        pages.put("search, denied", "log?kind=AccessDenied");
        pages.put("search, an employer", "log?employer=Employer+7");
        pages.put("search, two hours", "log?from=2025-01-01T02:00&to=2025-01-01T04:00");
        pages.put(CrowdReport.BASELINE, "login");
        return pages;
    }

    CrowdReport run() throws IOException, InterruptedException {
        OutageGate gate = site.gates(1).getFirst();
        try {
            progress.printf("console: a log of %,d events …%n", effort.rows());
            LogFill.into(site.config().dataFolder().resolve("portvakt"), effort.rows());
            String session = session();
            Path config = Settings.write(site.config(), folder.resolve("server.yaml"));
            gate.connect();
            try (ServerChild server = ServerChild.start(config, site.url(), folder.resolve("server.log"))) {
                server.awaitReady();
                SequencedMap<String, List<Double>> pageMs = new LinkedHashMap<>();
                for (int round = 0; round < 2; round++) {
                    // The first one warms up.
                    for (Map.Entry<String, String> page : PAGES.entrySet()) {
                        progress.printf("console: %s …%n", page.getKey());
                        pageMs.put(page.getKey(), ask(site.url().resolve(page.getValue()), session));
                    }
                }
                return follow(server, gate, session, pageMs);
            }
        } finally {
            gate.close();
        }
    }

    /** Somebody logs in, before the server that is measured starts. */
    private String session() throws IOException {
        try (Server server = site.start()) {
            return OutageSite.session(server.parts().accounts());
        }
    }

    private List<Double> ask(URI page, String session) throws IOException, InterruptedException {
        List<Double> ms = new ArrayList<>();
        for (int i = 0; i < effort.pages(); i++) {
            long beginNs = System.nanoTime();
            HttpResponse<byte[]> response = http.send(
                    HttpRequest.newBuilder(page)
                            .header("Cookie", "portvakt=" + session)
                            .timeout(PATIENCE)
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            ms.add((System.nanoTime() - beginNs) / 1e6);
            if (response.statusCode() != 200) {
                throw new IllegalStateException(page + " answers " + response.statusCode());
            }
        }
        return ms;
    }

    private CrowdReport follow(
            ServerChild server, OutageGate gate, String session, SequencedMap<String, List<Double>> pageMs)
            throws IOException, InterruptedException {
        List<PageStream> browsers = new ArrayList<>();
        try {
            browsers.add(open(session));
            progress.println("console: one browser looks on …");
            tap(gate, browsers, 3);
            List<Double> aloneMs = tap(gate, browsers, effort.taps());
            ServerChild.Memory before = server.memory();
            progress.printf("console: %d browsers look on …%n", effort.browsers());
            while (browsers.size() < effort.browsers()) {
                browsers.add(open(session));
            }
            tap(gate, browsers, 3);
            List<Double> togetherMs = tap(gate, browsers, effort.taps());
            return new CrowdReport(effort, pageMs, aloneMs, togetherMs, before, server.memory());
        } finally {
            for (PageStream browser : browsers) {
                browser.close();
            }
        }
    }

    private PageStream open(String session) throws IOException, InterruptedException {
        return new PageStream(http, site.url(), session);
    }

    /** Somebody shows a card each half second. @return from each tap to the row, in each browser */
    private List<Double> tap(OutageGate gate, List<PageStream> browsers, int times)
            throws IOException, InterruptedException {
        OutageEvents events = new OutageEvents("crowd", Instant.now());
        List<Double> ms = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            String name = "Tap No. " + tapped + ".";
            var holder = OutageEvents.holder(CARDS + tapped++, name);
            long atNs = System.nanoTime();
            long granted = gate.append(events.granted(Instant.now()), holder);
            String row = "_" + gate.address().site() + "_" + gate.address().gate() + "_" + granted + "\"";
            browsers.forEach(browser -> browser.want(row, ROWS));
            gate.append(events.taken(Instant.now(), true, granted), holder);
            browsers.forEach(browser -> browser.want(name, PANELS));
            for (PageStream browser : browsers) {
                ms.add((await(browser, row, ROWS) - atNs) / 1e6);
            }
            for (PageStream browser : browsers) {
                await(browser, name, PANELS);
            }
            long restMs = TAP_EVERY.toMillis() - (System.nanoTime() - atNs) / 1_000_000;
            TimeUnit.MILLISECONDS.sleep(Math.max(0, restMs));
        }
        return ms;
    }

    private static long await(PageStream browser, String text, Set<String> events) throws InterruptedException {
        long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
        Optional<Long> seenNs = browser.seenNs(text, events);
        while (seenNs.isEmpty()) {
            if (System.nanoTime() > deadlineNs) {
                throw new IllegalStateException("a browser does not show " + text + " in " + events);
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
            seenNs = browser.seenNs(text, events);
        }
        return seenNs.get();
    }
}
