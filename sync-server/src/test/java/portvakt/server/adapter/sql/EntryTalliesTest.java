package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.port.EntryLog;
import portvakt.server.port.EntryLog.Tally;
import portvakt.server.port.LogEntry;

/** The counts are those of the rows, and a busy day is counted in the index without reading other days. */
class EntryTalliesTest {

    private static final int ROWS = 30_000;
    private static final Instant START = Instant.parse("2026-03-02T06:00:00Z");
    private static final Duration STEP = Duration.ofMinutes(15);
    private static final List<LogEntry> ALL = new ArrayList<>();

    private static Database database;
    private static SqlEntryLog log;

    @BeforeAll
    static void fill() {
        database = Databases.inMemory();
        log = new SqlEntryLog(database);
        SplittableRandom random = new SplittableRandom(16);
        for (int id = 1; id <= ROWS; id++) {
            ALL.add(row(id, random));
        }
        database.jdbi().useTransaction(handle -> {
            for (String site : List.of("site0", "site1", "site2")) {
                for (int gate = 0; gate < 4; gate++) {
                    GateTable.ensure(
                            handle, new GateAddress(site, "gate" + gate), gate % 2 == 0 ? Direction.IN : Direction.OUT);
                }
            }
            LogEntryTable.insert(handle, ALL);
        });
        database.jdbi().useHandle(handle -> handle.execute("ANALYZE"));
    }

    @AfterAll
    static void close() {
        log.close();
        database.close();
    }

    /** Some 10 000 rows a day. */
    private static LogEntry row(long id, SplittableRandom random) {
        String kind = List.of("AccessGranted", "AccessDenied", "AccessTaken", "DeviceChanged")
                .get(random.nextInt(4));
        boolean denied = kind.equals("AccessDenied");
        Instant at = START.plusMillis(id * 8_640 + random.nextInt(500));
        Optional<String> none = Optional.empty();
        int gate = random.nextInt(4);
        return new LogEntry(
                id,
                "site" + random.nextInt(3),
                "gate" + gate,
                id,
                at,
                at,
                "SYNCHRONISED",
                gate % 2 == 0 ? Direction.IN : Direction.OUT,
                kind,
                denied ? Optional.of(random.nextBoolean() ? "GATE_BUSY" : "UNKNOWN_CARD") : none,
                List.of(),
                none,
                none,
                none,
                none,
                none,
                none,
                Optional.empty(),
                none,
                Optional.empty(),
                Optional.empty(),
                none);
    }

    private static Map<String, Long> expected(String site, Instant from, Duration step, int count) {
        Map<String, Long> counts = new TreeMap<>();
        for (LogEntry row : ALL) {
            long index = Math.floorDiv(Duration.between(from, row.occurredAt()).toMillis(), step.toMillis());
            if (row.site().equals(site)
                    && index >= 0
                    && index < count
                    && !row.kind().equals("DeviceChanged")) {
                counts.merge(
                        key(
                                row.gate(),
                                row.direction(),
                                row.kind(),
                                row.reason().filter(EntryLog.BUSY::equals),
                                from.plus(step.multipliedBy(index))),
                        1L,
                        Long::sum);
            }
        }
        return counts;
    }

    private static String key(String gate, Direction direction, String kind, Optional<String> busy, Instant from) {
        return String.join(" ", gate, direction.name(), kind, busy.orElse("-"), from.toString());
    }

    private static Map<String, Long> counted(String site, Instant from, Duration step, int count) {
        Map<String, Long> counts = new TreeMap<>();
        for (Tally tally : log.tallies(site, from, step, count)) {
            assertThat(counts.put(
                            key(tally.gate(), tally.direction(), tally.kind(), tally.reason(), tally.from()),
                            tally.count()))
                    .isNull();
        }
        return counts;
    }

    @Test
    void countsWhatThereIs() {
        Instant day = START.plus(Duration.ofDays(1));
        assertThat(counted("site1", day, STEP, 96))
                .isEqualTo(expected("site1", day, STEP, 96))
                .hasSizeGreaterThan(500);
        Instant odd = day.plusSeconds(3_607);
        assertThat(counted("site2", odd, Duration.ofMinutes(1), 60))
                .isEqualTo(expected("site2", odd, Duration.ofMinutes(1), 60))
                .isNotEmpty();
        assertThat(log.tallies("site1", START.minus(Duration.ofDays(2)), STEP, 96))
                .isEmpty();
        assertThat(log.tallies("nowhere", day, STEP, 96)).isEmpty();
    }

    /** In one range of the index from time to time: neither the table nor the rest of the gate's log is walked. */
    @Tag(Databases.H2_ONLY)
    @ParameterizedTest
    @ValueSource(strings = {"AccessGranted", "AccessDenied", "AccessTaken"})
    void followsItsIndex(String kind) {
        String plan = database.jdbi()
                .withHandle(handle -> new EntryTallies("site1", START.plus(Duration.ofDays(1)), STEP, 96)
                        .plan(handle, "gate1", kind));
        assertThat(plan)
                .contains("PUBLIC.LOG_ENTRY_BY_GATE_KIND_AND_TIME: ")
                .containsPattern("(?s)SITE = .*GATE = .*KIND = .*OCCURRED_AT >= .*OCCURRED_AT < ")
                .doesNotContain("tableScan");
    }

    @Test
    void refusesMoreStepsThanAPictureHas() {
        assertThatThrownBy(() -> log.tallies("site1", START, STEP, EntryLog.STEPS_MAX + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 100 steps");
        assertThatThrownBy(() -> log.tallies("site1", START, Duration.ZERO, 10))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
