package portvakt.sim.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import portvakt.server.adapter.sql.Database;
import portvakt.server.adapter.sql.SqlEntryLog;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EntryLog.Cursor;
import portvakt.server.port.EntryLog.Filter;

/**
 * Asks logs of several lengths, each in a real H2 file, what people ask: pages of a hundred rows by the server's own code. Beside it
 * the plain statement, condition by condition and {@code ORDER BY id}, on the same file.
 */
final class QueryBench {

    static final String PAGE = "page";
    static final String PLAIN = "plain SELECT … ORDER BY id";
    static final String P99 = "p99";
    /** What the machine does meanwhile for others does not count here. */
    static final String P99_BUSY = "p99, processor";

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final String NOBODY = "nobody";
    static final List<String> QUESTIONS = List.of(
            "site, newest",
            "site, somewhere",
            "card",
            "card, somewhere",
            "denied at a gate, 2 h",
            "employer",
            "employer, 2 h",
            NOBODY);
    private static final int LIMIT = 100;
    /** Beyond it the plain statement takes minutes, and says nothing new. */
    private static final int PLAIN_ROWS_MAX = 1_000_000;

    private static final long RANGE_SECONDS = 7_200;

    /**
     * How much is measured.
     *
     * @param sizes  rows in the log, one run each
     * @param rounds each gives one figure
     * @param pages  asked for in a round
     * @param plain  times that the plain statement is run
     */
    record Effort(List<Integer> sizes, int rounds, int pages, int plain) {}

    /** Else H2 answers a statement that it has just answered from what it remembers, and people do not ask in that order. */
    private static final String NO_MEMORY = ";OPTIMIZE_REUSE_RESULTS=0";

    /** One page that somebody asks for. */
    private record Asked(Filter filter, Cursor cursor) {}

    private final Effort effort;
    private final Path data;
    private final PrintStream progress;
    private final Results results = new Results("rows");

    QueryBench(Effort effort, Path data, PrintStream progress) {
        this.effort = effort;
        this.data = data;
        this.progress = progress;
    }

    static String measure(String question, String percentile) {
        return question + ", " + percentile;
    }

    Results run() throws IOException {
        for (int size : effort.sizes()) {
            String url = LogFill.of(data, size, progress) + NO_MEMORY;
            progress.printf("bench: %,d rows: asking …%n", size);
            try (Database database = Database.open(url, Optional.empty(), Optional.empty());
                    SqlEntryLog log = new SqlEntryLog(database)) {
                for (String question : QUESTIONS) {
                    pages(log, question, size);
                }
            } catch (Database.Unusable e) {
                throw new IOException(e.getMessage(), e);
            }
            if (size <= PLAIN_ROWS_MAX) {
                plain(url, size);
            }
        }
        return results;
    }

    private void pages(EntryLog log, String question, int size) {
        SplittableRandom random = new SplittableRandom(size);
        double[] p50 = new double[effort.rounds()];
        double[] p99 = new double[effort.rounds()];
        double[] busy = new double[effort.rounds()];
        // The first round warms up and does not count.
        for (int round = -1; round < effort.rounds(); round++) {
            // Who finds nobody looks at thousands of rows; a few times tell.
            double[] ns = new double[question.equals(NOBODY) ? Math.max(20, effort.pages() / 10) : effort.pages()];
            double[] busyNs = new double[ns.length];
            for (int page = 0; page < ns.length; page++) {
                Asked asked = ask(question, size, random);
                long beginBusy = THREADS.getCurrentThreadCpuTime();
                long begin = System.nanoTime();
                EntryLog.Page answer = log.page(asked.filter, asked.cursor, LIMIT);
                ns[page] = System.nanoTime() - begin;
                busyNs[page] = THREADS.getCurrentThreadCpuTime() - beginBusy;
                if (answer.rows().isEmpty() != question.equals(NOBODY)) {
                    throw new IllegalStateException(
                            "wrong answer to " + question + ": " + answer.rows().size() + " rows");
                }
            }
            if (round >= 0) {
                Arrays.sort(ns);
                Arrays.sort(busyNs);
                busy[round] = busyNs[ns.length * 99 / 100];
                p50[round] = ns[ns.length / 2];
                p99[round] = ns[ns.length * 99 / 100];
            }
        }
        results.add(size, measure(question, "p50"), PAGE, Figures.of(p50), Figures.Unit.NS);
        results.add(size, measure(question, P99), PAGE, Figures.of(p99), Figures.Unit.NS);
        results.add(size, measure(question, P99_BUSY), PAGE, Figures.of(busy), Figures.Unit.NS);
    }

    private static Asked ask(String question, int size, SplittableRandom random) {
        Map<String, String> asked = new LinkedHashMap<>();
        Optional<Instant> from = Optional.empty();
        Cursor cursor = Cursor.END;
        switch (question) {
            case "site, newest" -> asked.put("site", site(random));
            case "site, somewhere" -> {
                asked.put("site", site(random));
                cursor = new Cursor.Before(size / 4 + random.nextInt(size / 2));
            }
            case "card" -> asked.put("card_number", card(random));
            case "card, somewhere" -> {
                asked.put("card_number", card(random));
                cursor = new Cursor.Before(size - random.nextInt(Math.max(1, size - LogFill.CARDS * LIMIT * 11 / 10)));
            }
            case "denied at a gate, 2 h" -> {
                asked.put("site", site(random));
                asked.put("gate", "gate" + random.nextInt(4));
                asked.put("kind", "AccessDenied");
                from = Optional.of(time(size, random));
            }
            case "employer" -> asked.put("employer_name", "Employer " + random.nextInt(LogFill.EMPLOYERS));
            case "employer, 2 h" -> {
                asked.put("employer_name", "Employer " + random.nextInt(LogFill.EMPLOYERS));
                from = Optional.of(time(size, random));
            }
            case NOBODY -> {
                asked.put("site", site(random));
                asked.put("assurance", "SIGNED_PASS");
            }
            default -> throw new IllegalArgumentException(question);
        }
        return new Asked(
                new Filter(
                        Optional.ofNullable(asked.get("site")),
                        Optional.ofNullable(asked.get("gate")),
                        Optional.ofNullable(asked.get("kind")),
                        Optional.ofNullable(asked.get("card_number")),
                        Optional.ofNullable(asked.get("employer_name")),
                        Optional.empty(),
                        Optional.ofNullable(asked.get("assurance")),
                        from,
                        from.map(at -> at.plusSeconds(RANGE_SECONDS))),
                cursor);
    }

    private static String card(SplittableRandom random) {
        return Integer.toString(4_000_000 + random.nextInt(LogFill.CARDS));
    }

    private static String site(SplittableRandom random) {
        return "site" + random.nextInt(2);
    }

    /** A time from which the log goes on for two hours. */
    private static Instant time(int size, SplittableRandom random) {
        long seconds = (long) size * LogFill.SECONDS_A_ROW - RANGE_SECONDS;
        return LogFill.START.plusSeconds(random.nextLong(Math.max(1, seconds)));
    }

    /** As one would write it down, and as the server had it. */
    private void plain(String url, int size) throws IOException {
        Map<String, String> statements = new LinkedHashMap<>();
        statements.put("site, newest", "site = 'site1'");
        statements.put("card", "card_number = '4000007'");
        statements.put(
                "denied at a gate, 2 h",
                "site = 'site1' AND gate = 'gate1' AND kind = 'AccessDenied' AND occurred_at >= TIMESTAMP WITH TIME ZONE"
                        + " '2025-01-01 02:00:00+00' AND occurred_at < TIMESTAMP WITH TIME ZONE '2025-01-01 04:00:00+00'");
        statements.put("employer", "employer_name = 'Employer 7'");
        try (Connection connection = DriverManager.getConnection(url, "sa", "");
                Statement statement = connection.createStatement()) {
            for (Map.Entry<String, String> each : statements.entrySet()) {
                double[] ns = new double[effort.plain()];
                for (int run = 0; run < ns.length; run++) {
                    long begin = System.nanoTime();
                    try (ResultSet rows = statement.executeQuery("SELECT * FROM log_entry WHERE " + each.getValue()
                            + " ORDER BY id DESC FETCH FIRST " + LIMIT + " ROWS ONLY")) {
                        while (rows.next()) {
                            rows.getString("holder_name");
                        }
                    }
                    ns[run] = System.nanoTime() - begin;
                }
                results.add(size, measure(each.getKey(), "p50"), PLAIN, Figures.of(ns), Figures.Unit.NS);
            }
        } catch (SQLException e) {
            throw new IOException("cannot ask " + url + ": " + e.getMessage(), e);
        }
    }
}
