package portvakt.server.adapter.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardNumber;
import portvakt.server.adapter.sql.RetainedDay;
import portvakt.server.port.AccessAudit.Filter;
import portvakt.server.port.AccessAudit.Kind;
import portvakt.server.port.AccessAudit.Read;
import portvakt.server.port.AccessAudit.Row;
import portvakt.server.port.Erasure;
import portvakt.server.port.LogEntry;
import portvakt.server.port.SiteList.Source;
import portvakt.server.port.Sites;
import portvakt.server.port.StorageException;
import portvakt.server.web.SamplePeople;

/** With time, and without anybody doing anything, what is kept no longer is gone, and nothing else is; the chain proves as before. */
class RetentionWatchTest {

    private static final ZoneId OSLO = ZoneId.of("Europe/Oslo");

    @TempDir
    private java.nio.file.Path folder;

    private RetainedDay day;
    private Instant now;
    private final List<String> erased = new ArrayList<>();
    private Erasure erasure;

    @BeforeEach
    void begin() {
        day = new RetainedDay(folder);
        now = day.passed();
        erasure = (scope, account, reason, at) -> {
            erased.add(scope.site() + scope.before());
            return day.erasure.erase(scope, account, reason, at);
        };
    }

    @AfterEach
    void end() {
        day.close();
    }

    private RetentionWatch watch() {
        return new RetentionWatch(
                List.of(new RetentionWatch.Site(
                        "oslo", OSLO, Period.ofDays(90), Period.ofMonths(6), Period.ofDays(30))),
                Period.ofYears(2),
                OSLO,
                (scope, account, reason, at) -> erasure.erase(scope, account, reason, at),
                day.retention,
                day.restrictions,
                day.siteList,
                day.audit,
                () -> now);
    }

    private void look() {
        try (RetentionWatch watch = watch()) {
            watch.look();
        }
    }

    private List<Read> noted() {
        return day.audit.rows(Filter.of(Sites.ALL), Long.MAX_VALUE, 100).stream()
                .map(Row::read)
                .filter(read -> read.kind() == Kind.RETENTION)
                .toList();
    }

    private List<Optional<String>> cards() {
        return day.rows().stream().map(LogEntry::cardNumber).toList();
    }

    @Test
    void ninetyOneDaysLaterPassagesAreGoneAndTheChainProvesAsBefore() throws Exception {
        now = day.passed().plus(Duration.ofDays(90));
        look();
        assertThat(cards()).contains(Optional.of(RetainedDay.KARI.digits()), Optional.of(RetainedDay.OLA.digits()));
        assertThat(noted()).isEmpty();

        now = day.passed().plus(Duration.ofDays(91));
        look();
        assertThat(cards()).isNotEmpty().allMatch(Optional::isEmpty);
        assertThat(day.tablesWith(RetainedDay.KARI.digits())).isEmpty();
        assertThat(day.verify().tally().erased()).isEqualTo(4);
        assertThat(day.verify().sealedTo()).isEqualTo(4);
        assertThat(noted()).singleElement().satisfies(read -> {
            assertThat(read.account()).isEqualTo("retention");
            assertThat(read.route()).isEqualTo("retention/passages");
            assertThat(read.site()).contains("oslo");
            assertThat(read.rows()).isEqualTo(4);
            assertThat(read.toString()).doesNotContain(RetainedDay.KARI.digits());
        });
    }

    @Test
    void whoIsFrozenStaysAndIsSaid() throws Exception {
        day.restrictions.freeze("oslo", RetainedDay.KARI, "disputes a refusal", "anne", now);
        now = day.passed().plus(Duration.ofDays(91));
        look();
        assertThat(cards())
                .contains(Optional.of(RetainedDay.KARI.digits()))
                .doesNotContain(Optional.of(RetainedDay.OLA.digits()));
        assertThat(day.tablesWith(RetainedDay.KARI.digits())).contains("event", "log_entry", "presence");
        assertThat(day.tablesWith(RetainedDay.OLA.digits())).isEmpty();
        assertThat(day.verify().tally().erased()).isEqualTo(2);
        assertThat(noted().getFirst().question()).endsWith(", frozen=1");

        day.restrictions.lift("oslo", RetainedDay.KARI, "anne", now);
        now = now.plus(Duration.ofDays(1));
        look();
        assertThat(day.tablesWith(RetainedDay.KARI.digits())).isEmpty();
        assertThat(day.verify().tally().erased()).isEqualTo(4);
    }

    @Test
    void isDoneOnceADayAndOnlyIfThereIsSomething() {
        now = day.passed().plus(Duration.ofDays(91));
        try (RetentionWatch watch = watch()) {
            watch.look();
            watch.look();
            now = now.plus(Duration.ofDays(1));
            watch.look();
        }
        assertThat(erased).hasSize(1);
    }

    @Test
    void aCutInTheMiddleIsMadeGood() throws Exception {
        now = day.passed().plus(Duration.ofDays(91));
        Erasure whole = erasure;
        erasure = (scope, account, reason, at) -> {
            // A part is erased, then the database is away.
            whole.erase(
                    new Erasure.Scope("oslo", Optional.of(RetainedDay.KARI), Optional.empty()), account, reason, at);
            throw new StorageException("away", null);
        };
        try (RetentionWatch watch = watch()) {
            watch.look();
            assertThat(day.tablesWith(RetainedDay.KARI.digits())).isEmpty();
            assertThat(day.tablesWith(RetainedDay.OLA.digits())).isNotEmpty();
            assertThat(noted()).isEmpty();
            erasure = whole;
            watch.look();
        }
        assertThat(day.tablesWith(RetainedDay.OLA.digits())).isEmpty();
        assertThat(noted()).hasSize(1);
        assertThat(day.verify().tally().erased()).isEqualTo(4);
    }

    @Test
    void theSitesListGoesSixMonthsAfterTheWorkAndNotBefore() {
        day.siteList.add("oslo", SamplePeople.ola(), Source.HAND, "kari", now);
        day.siteList.add("oslo", SamplePeople.employee("Frozen Person", "7000001"), Source.HAND, "kari", now);
        day.siteList.add("bergen", SamplePeople.ola(), Source.HAND, "kari", now);
        day.restrictions.freeze("oslo", new CardNumber("7000001"), "disputed", "anne", now);
        now = now.plus(Duration.ofDays(3650));
        look();
        assertThat(day.siteList.rows("oslo")).as("the work goes on").hasSize(2);

        LocalDate ended = LocalDate.of(2036, 8, 31);
        day.siteList.state("oslo", "Kaia 1", "Bygg-Eier AS", Optional.of(ended), "kari", now);
        now = LocalDate.of(2037, 2, 28).atStartOfDay(OSLO).toInstant();
        look();
        assertThat(day.siteList.rows("oslo")).hasSize(2);
        now = LocalDate.of(2037, 3, 1).atStartOfDay(OSLO).toInstant();
        look();
        assertThat(day.siteList.rows("oslo"))
                .extracting(row -> row.person().name())
                .containsExactly("Frozen Person");
        assertThat(day.siteList.rows("bergen")).hasSize(1);
        assertThat(noted()).anyMatch(read -> read.route().equals("retention/site-list") && read.rows() == 1);
    }

    @Test
    void whomAPassWasForIsForgottenAMonthAfterItsEnd() {
        Instant until = day.pass("Per, Bygg AS");
        now = until.plus(Duration.ofDays(29));
        look();
        assertThat(day.passNote()).isEqualTo("Per, Bygg AS");
        now = until.plus(Duration.ofDays(32));
        look();
        assertThat(day.passNote()).isEmpty();
    }

    @Test
    void whatCannotBeReadIsEmptiedWithThePassages() {
        day.quarantineIllegible("1234567");
        now = day.passed().plus(Duration.ofDays(91));
        look();
        assertThat(day.tablesWith("1234567")).isEmpty();
        assertThat(noted()).anyMatch(read -> read.route().equals("retention/quarantine") && read.rows() == 1);
    }

    @Test
    void theAuditItselfGoesAfterTwoYears() {
        Read read = new Read(
                Kind.PASSAGES,
                "kari",
                "/",
                Optional.of("oslo"),
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1);
        day.audit.note(read, now);
        now = day.passed().plus(Duration.ofDays(729));
        look();
        assertThat(day.audit.rows(Filter.of(Sites.of(Set.of("oslo"))), Long.MAX_VALUE, 10))
                .anyMatch(row -> row.read().account().equals("kari"));
        now = day.passed().plus(Duration.ofDays(733));
        look();
        assertThat(day.audit.rows(Filter.of(Sites.ALL), Long.MAX_VALUE, 10))
                .noneMatch(row -> row.read().account().equals("kari"))
                .anyMatch(row -> row.read().route().equals("retention/audit"));
    }
}
