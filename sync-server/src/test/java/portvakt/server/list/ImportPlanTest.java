package portvakt.server.list;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.list.ImportPlan.Difference;
import portvakt.server.list.ImportPlan.Fault;
import portvakt.server.list.ImportPlan.Report;
import portvakt.server.list.ImportPlan.Row;
import portvakt.server.port.RegisterRecords.Known;

/** A file's report says what would change before anything does, and what cannot be taken with line and remedy. */
class ImportPlanTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Instant KNOWN_SINCE = NOW.minusSeconds(3600);

    private final Map<CardNumber, Known> known = new TreeMap<>();
    private final ImportPlan plan = new ImportPlan(known, NOW);
    private int line = 1;

    private static CardNumber card(String digits) {
        return new CardNumber(digits);
    }

    private void known(String card, CardStatus status) {
        known.put(card(card), new Known(status, KNOWN_SINCE));
    }

    /** The next line of the file; the first one is 2, below the head. */
    private void row(String card, CardStatus status) {
        plan.add(new Row(++line, card(card), status, Optional.empty(), Optional.empty()));
    }

    private void row(String card, CardStatus status, Instant eventTime) {
        plan.add(new Row(++line, card(card), status, Optional.of(eventTime), Optional.of("lost")));
    }

    private static Fault twice(int line, int first) {
        return new Fault(line, "the card is in line " + first + " already", "Leave each card in one line.");
    }

    @Test
    void aReportCountsEachRowByWhatBecomesOfItsCard() {
        known("1000001", CardStatus.REVOKED);
        known("1000002", CardStatus.SUSPENDED);
        known("1000003", CardStatus.SUSPENDED);
        known("1000004", CardStatus.REVOKED);
        known("1000005", CardStatus.VALID);
        row("1000000", CardStatus.REVOKED);
        row("1000005", CardStatus.SUSPENDED);
        row("1000009", CardStatus.SUSPENDED);
        row("1000001", CardStatus.VALID);
        row("1000002", CardStatus.VALID);
        row("1000003", CardStatus.REVOKED);
        row("1000004", CardStatus.REVOKED);
        row("1000007", CardStatus.VALID);
        row("1000008", CardStatus.VALID);
        row("1000010", CardStatus.VALID);
        plan.add(new Fault(12, "no status", "Write one."));
        plan.finish(false);

        assertThat(plan.report().faults()).containsExactly(new Fault(12, "no status", "Write one."));
        assertThat(plan.report())
                .isEqualTo(new Report(11, 3, 2, 1, 4, 0, 1, 4, plan.report().faults()));
        assertThat(plan.differences())
                .extracting(each -> each.card().digits() + " " + each.before() + " " + each.after())
                .containsExactly(
                        "1000000 VALID REVOKED",
                        "1000005 VALID SUSPENDED",
                        "1000009 VALID SUSPENDED",
                        "1000001 REVOKED VALID",
                        "1000002 SUSPENDED VALID",
                        "1000003 SUSPENDED REVOKED");
    }

    @Test
    void aRowWithoutATimeHappensNowAndOneWithATimeHappenedThen() {
        Instant then = NOW.minusSeconds(60);
        row("1000000", CardStatus.REVOKED);
        row("1000001", CardStatus.SUSPENDED, then);
        assertThat(plan.differences())
                .containsExactly(
                        new Difference(card("1000000"), CardStatus.VALID, CardStatus.REVOKED, NOW, Optional.empty()),
                        new Difference(
                                card("1000001"), CardStatus.VALID, CardStatus.SUSPENDED, then, Optional.of("lost")));
    }

    @Test
    void aRowThatSaysSomethingElseButOlderChangesNothingAndIsCountedAsOlder() {
        known("1000000", CardStatus.VALID);
        known("1000001", CardStatus.SUSPENDED);
        row("1000000", CardStatus.REVOKED, KNOWN_SINCE.minusSeconds(1));
        row("1000001", CardStatus.SUSPENDED, KNOWN_SINCE.minusSeconds(1));
        plan.finish(false);
        assertThat(plan.differences()).isEmpty();
        assertThat(plan.confirmations()).isEmpty();
        assertThat(plan.report().unchanged()).isEqualTo(2);
        assertThat(plan.report().older()).isEqualTo(1);
    }

    @Test
    void aRowThatTellsALaterTimeForWhatIsKnownConfirmsIt() {
        known("1000000", CardStatus.SUSPENDED);
        Instant later = KNOWN_SINCE.plusSeconds(60);
        row("1000000", CardStatus.SUSPENDED, later);
        row("1000001", CardStatus.VALID, later);
        assertThat(plan.differences()).isEmpty();
        assertThat(plan.confirmations())
                .containsExactly(
                        new Difference(
                                card("1000000"),
                                CardStatus.SUSPENDED,
                                CardStatus.SUSPENDED,
                                later,
                                Optional.of("lost")),
                        new Difference(
                                card("1000001"), CardStatus.VALID, CardStatus.VALID, later, Optional.of("lost")));
    }

    /** Else a file that says what is known would be written anew at each import. */
    @Test
    void aRowWithoutATimeConfirmsNothing() {
        known("1000000", CardStatus.SUSPENDED);
        row("1000000", CardStatus.SUSPENDED);
        row("1000001", CardStatus.VALID);
        known("1000002", CardStatus.SUSPENDED);
        row("1000002", CardStatus.SUSPENDED, KNOWN_SINCE);
        assertThat(plan.confirmations()).isEmpty();
    }

    @Test
    void aCardInSeveralLinesIsAFaultAtEachLineButTheFirst() {
        row("2000000", CardStatus.REVOKED);
        row("1000000", CardStatus.REVOKED);
        row("1500000", CardStatus.REVOKED);
        row("2000000", CardStatus.SUSPENDED);
        row("1000000", CardStatus.REVOKED);
        row("1000000", CardStatus.VALID);
        plan.finish(false);
        assertThat(plan.report().faults()).containsExactly(twice(5, 2), twice(6, 3), twice(7, 3));
        // Six lines, three of them invalid: none counts twice.
        assertThat(plan.report().rows()).isEqualTo(6);
        assertThat(plan.report().invalid()).isEqualTo(3);
    }

    @Test
    void faultsAreToldInTheOrderOfTheirLines() {
        row("1000000", CardStatus.REVOKED);
        row("1000000", CardStatus.REVOKED);
        Fault last = new Fault(9, "no status", "Write one.");
        plan.add(last);
        plan.finish(false);
        assertThat(plan.report().faults()).containsExactly(twice(3, 2), last);
    }

    @Test
    void zerosInFrontMakeAnotherCard() {
        row("1", CardStatus.REVOKED);
        row("01", CardStatus.REVOKED);
        row("001", CardStatus.REVOKED);
        row("0", CardStatus.REVOKED);
        row("9999999999999999", CardStatus.REVOKED);
        row("0999999999999999", CardStatus.REVOKED);
        plan.finish(false);
        assertThat(plan.report().faults()).isEmpty();
        assertThat(plan.report().added()).isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(ints = {1023, 1024, 1025, 5000})
    void aRepeatIsFoundInAFileOfAnyLength(int rows) {
        for (int i = 1; i < rows; i++) {
            row(String.valueOf(9_000_000 - i), CardStatus.REVOKED);
        }
        row("8999999", CardStatus.REVOKED);
        plan.finish(false);
        assertThat(plan.report().rows()).isEqualTo(rows);
        assertThat(plan.report().faults()).containsExactly(twice(rows + 1, 2));
    }

    @ParameterizedTest
    @CsvSource({"99, 99", "100, 100", "101, 100", "5000, 100"})
    void aHundredFaultsAreToldAndAllAreCounted(int faults, int told) {
        for (int i = 1; i <= faults; i++) {
            plan.add(new Fault(i, "no status", "Write one."));
        }
        plan.finish(false);
        assertThat(plan.report().invalid()).isEqualTo(faults);
        assertThat(plan.report().rows()).isEqualTo(faults);
        assertThat(plan.report().faults()).hasSize(told);
        assertThat(plan.report().faults().getFirst().line()).isEqualTo(1);
    }

    @Test
    void whatIsNotInAWholeFileBecomesValid() {
        known("3000000", CardStatus.SUSPENDED);
        known("1000000", CardStatus.REVOKED);
        known("2000000", CardStatus.REVOKED);
        known("4000000", CardStatus.VALID);
        known("5000000", CardStatus.SUSPENDED);
        row("5000000", CardStatus.SUSPENDED);
        row("1000000", CardStatus.REVOKED);
        plan.finish(true);
        assertThat(plan.differences())
                .containsExactly(
                        new Difference(
                                card("2000000"),
                                CardStatus.REVOKED,
                                CardStatus.VALID,
                                NOW,
                                Optional.of("not in the file")),
                        new Difference(
                                card("3000000"),
                                CardStatus.SUSPENDED,
                                CardStatus.VALID,
                                NOW,
                                Optional.of("not in the file")));
        assertThat(plan.report().removed()).isEqualTo(2);
        assertThat(plan.report().listed()).isEqualTo(4);
    }

    @Test
    void whatIsNotInAFileOfChangesStaysAsItIs() {
        known("1000000", CardStatus.REVOKED);
        row("2000000", CardStatus.REVOKED);
        plan.finish(false);
        assertThat(plan.differences()).extracting(each -> each.card().digits()).containsExactly("2000000");
    }

    /** The register told of it while the file was on its way, or its clock goes ahead. */
    @Test
    void aWholeFileDoesNotReleaseWhatWasListedAfterIt() {
        known.put(card("1000000"), new Known(CardStatus.REVOKED, NOW.plusSeconds(1)));
        known.put(card("1000001"), new Known(CardStatus.REVOKED, NOW));
        plan.finish(true);
        assertThat(plan.differences()).isEmpty();
    }
}
