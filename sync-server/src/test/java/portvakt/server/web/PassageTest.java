package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.Direction;
import portvakt.server.port.EntryLog.Filter;
import portvakt.server.port.Gates.AppliedList;
import portvakt.server.port.Gates.Device;
import portvakt.server.port.Gates.Gate;
import portvakt.server.web.view.GateView;
import portvakt.server.web.view.Passage;
import portvakt.server.web.view.RowView;
import portvakt.server.web.view.RowView.Outcome;
import portvakt.server.web.view.Texts;
import portvakt.server.web.view.Wording;

/** Events become rows that say in plain words what happened, to whom, why, and what is odd about it. */
class PassageTest {

    private static final Instant NOW = TestServer.NOW;

    private final FakeEntryLog log = new FakeEntryLog();
    private final Texts texts = new Texts(Texts.Language.EN, WebConfig.ZONE_DEFAULT);
    private final Wording wording = new Wording(texts, true, false);

    @Test
    void aGrantAndItsPassageAreOneRow() {
        row("AccessGranted", 1, NOW)
                .holder("4388261", "Ola Nordmann", "Bygg AS")
                .commit();
        row("AccessGranted", 2, NOW.plusSeconds(1)).commit();
        row("AccessTaken", 3, NOW.plusSeconds(2)).completes(1).commit();
        row("AccessNotTaken", 4, NOW.plusSeconds(8)).completes(2).commit();

        List<RowView> rows = rows();

        assertThat(rows).extracting(RowView::outcome).containsExactly(Outcome.NOT_TAKEN, Outcome.WENT_IN);
        assertThat(rows.getLast().holder()).hasValue("Ola Nordmann");
        assertThat(rows.getLast().time()).isEqualTo("06:55:02");
    }

    @Test
    void gatesDoNotMixUpTheirSequences() {
        row("AccessGranted", 1, NOW).commit();
        new FakeEntryLog.Row(log, "AccessTaken", "south", 2, NOW).completes(1).commit();

        assertThat(rows()).extracting(RowView::domId).containsExactly("row_bjorvika_south_1", "row_bjorvika_north_1");
    }

    @Test
    void aPassageWhoseGrantIsOutOfSightKeepsTheGrantsRow() {
        row("AccessTaken", 9, NOW).out().completes(8).commit();

        assertThat(rows()).singleElement().satisfies(row -> {
            assertThat(row.domId()).isEqualTo("row_bjorvika_north_8");
            assertThat(row.outcome()).isEqualTo(Outcome.WENT_OUT);
        });
    }

    @Test
    void aDenialSaysWhyAndWhatToDo() {
        row("AccessDenied", 1, NOW).reason("CREDENTIAL_SUSPENDED").commit();
        row("AccessDenied", 2, NOW).reason("A_REASON_OF_TOMORROW").commit();

        assertThat(rows().getLast().explanation()).hasValueSatisfying(why -> {
            assertThat(why.title()).isEqualTo("Card suspended");
            assertThat(why.cause()).contains("register's conditions");
            assertThat(why.remedy()).contains("employer");
        });
        assertThat(rows().getFirst().explanation())
                .hasValueSatisfying(why -> assertThat(why.title()).isEqualTo("Other reason"));
    }

    @Test
    void anUnknownCardShowsItsUidToThoseWhoMayEnrolIt() {
        row("AccessDenied", 1, NOW).reason("UNKNOWN_CARD").uid("04a1b2c3d4e5f6").commit();
        row("AccessDenied", 2, NOW)
                .reason("CREDENTIAL_REVOKED")
                .uid("04a1b2c3d4e5f7")
                .commit();

        assertThat(rows().getLast().uid()).hasValue("04a1b2c3d4e5f6");
        assertThat(rows().getLast().facts()).noneMatch(fact -> fact.contains("04a1b2"));
        assertThat(rows().getFirst().uid()).isEmpty();
        assertThat(rows().getFirst().facts()).contains("UID 04a1b2c3d4e5f7");
        Wording guards = new Wording(texts, false, false);
        assertThat(Passage.join(log.before(Long.MAX_VALUE, 100, Filter.NONE)).stream()
                        .map(passage -> guards.row(passage, NOW, false).toString()))
                .noneMatch(row -> row.contains("04a1b2"));
    }

    @Test
    void whatArrivedLateOrWithAFlagIsMarked() {
        row("AccessGranted", 1, NOW)
                .flag("LIST_TOO_OLD")
                .receivedAt(NOW.plus(Duration.ofHours(1)))
                .commit();
        row("AccessGranted", 2, NOW).receivedAt(NOW.plusSeconds(60)).commit();

        assertThat(rows().getLast().warnings()).containsExactly("Card list too old", "Arrived late, at 07:55");
        assertThat(rows().getFirst().warnings()).isEmpty();
    }

    @Test
    void alarmsAndDevicesLookDifferentFromPeople() {
        row("Alarm", 1, NOW).detail("JOURNAL_UNAVAILABLE").commit();
        row("DeviceChanged", 2, NOW).detail("camera not ready no frame").commit();
        row("DeviceChanged", 3, NOW).detail("camera ready ").commit();
        row("GateStarted", 4, NOW).commit();

        assertThat(rows())
                .extracting(RowView::outcome)
                .containsExactly(Outcome.NOTE, Outcome.DEVICE_GOOD, Outcome.DEVICE_BAD, Outcome.ALARM);
        assertThat(rows()).extracting(row -> row.outcome().urgent()).containsExactly(false, false, true, true);
    }

    @Test
    void onlyAPassageThatNothingAccountsForIsAnAlarm() {
        row("UnattributedPassage", 1, NOW).detail("FORCED").commit();
        row("UnattributedPassage", 2, NOW).detail("REQUEST_TO_EXIT").commit();

        assertThat(rows()).extracting(RowView::outcome).containsExactly(Outcome.NOTE, Outcome.ALARM);
    }

    @Test
    void aCardNumberIsMaskedForThoseWhoMayNotSeeIt() {
        row("AccessDenied", 1, NOW).holder("4388261", null, null).commit();

        RowView row =
                new Wording(texts, false, false).row(Passage.join(newestFirst()).getFirst(), NOW, false);

        assertThat(row.card()).hasValue("43***61");
        assertThat(row.announcement()).contains("43***61").doesNotContain("4388261");
    }

    /** A gate writes a space behind an alarm's code, the server a colon. */
    @ParameterizedTest
    @CsvSource({
        "'JOURNAL_FILLING the journal holds 2 more days', Gate's journal is filling up, ALARM",
        "'JOURNAL_GAP: events 4 to 9 are missing', Entries missing, ALARM",
        "'JOURNAL_GAP_OVER: event 9 and all before it are here', Missing entries have come, NOTE",
    })
    void anAlarmExplainsItself(String detail, String title, RowView.Outcome outcome) {
        row("Alarm", 1, NOW).detail(detail).commit();

        RowView row = wording.row(Passage.join(newestFirst()).getFirst(), NOW, false);

        assertThat(row.explanation().orElseThrow().title()).isEqualTo(title);
        assertThat(row.outcome()).isEqualTo(outcome);
        assertThat(row.detail()).hasValue(detail);
    }

    @Test
    void aGateSaysHowLongItIsSilentAndWhatItLacks() {
        Gate good = TestServer.gate("north", Direction.IN, true, NOW, List.of());
        Gate silent = TestServer.gate("south", Direction.IN, false, NOW.minus(Duration.ofMinutes(14)), List.of());
        Gate poor = new Gate(
                "bjorvika",
                "west",
                Direction.OUT,
                true,
                Optional.of(NOW),
                "0.1.0",
                "SYNCHRONISED",
                10,
                22,
                Optional.of(2L),
                List.of(new AppliedList("hms-kort", 1, 4215, NOW.minus(Duration.ofHours(3)), NOW, "FRESH", 0, 0)),
                List.of(new Device("card", false, "unplugged")),
                portvakt.server.port.Gates.Vitals.UNKNOWN);

        List<GateView> views = wording.gates(List.of(good, silent, poor), _ -> Optional.of(4217L), NOW)
                .gates();

        assertThat(views).extracting(GateView::health).containsExactly("good", "bad", "warn");
        assertThat(views).extracting(GateView::state).containsExactly("Online", "Silent for 14 min", "Online");
        assertThat(views.getLast().notes())
                .containsExactly(
                        "hms-kort: 2 versions behind",
                        "hms-kort is 3 h old: check the gate's connection",
                        "card does not answer",
                        "12 events still on the way",
                        "Its journal holds 2 more days without this server: check the connection");
        assertThat(views.getFirst().lists()).contains("Its journal holds 41 more days without this server");
        assertThat(wording.presence(List.of(), 0, 0, List.of(good, silent), NOW).doubt())
                .startsWith("One gate is silent");
    }

    private FakeEntryLog.Row row(String kind, long sequence, Instant at) {
        return new FakeEntryLog.Row(log, kind, "north", sequence, at);
    }

    private List<portvakt.server.port.LogEntry> newestFirst() {
        return log.before(Long.MAX_VALUE, 100, Filter.NONE);
    }

    private List<RowView> rows() {
        return Passage.join(newestFirst()).stream()
                .map(passage -> wording.row(passage, NOW, false))
                .toList();
    }
}
