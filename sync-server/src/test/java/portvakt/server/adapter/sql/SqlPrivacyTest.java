package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.Uid;
import portvakt.server.port.Enrolments.OnConflict;
import portvakt.server.port.EntryLog;
import portvakt.server.port.Erasure;
import portvakt.server.port.PersonalData.Item;
import portvakt.server.port.PersonalData.Part;
import portvakt.server.port.Presence.Holder;
import portvakt.server.port.PrivacyCases.Case;
import portvakt.server.port.PrivacyCases.Decision;
import portvakt.server.port.PrivacyCases.Kind;
import portvakt.server.port.RowCorrections.About;
import portvakt.server.port.SiteList.Source;
import portvakt.server.port.StatusChange;
import portvakt.server.web.SamplePeople;

/** Cases, restrictions, corrections and what is held about one person, in the database. */
class SqlPrivacyTest {

    private static final Instant NOW = Journal.START.plusSeconds(7200);
    private static final CardNumber OLA = new CardNumber("4388261");

    private final Database database = Databases.inMemory();
    private final SqlEntryLog log = new SqlEntryLog(database);
    private final SqlPrivacyCases cases = new SqlPrivacyCases(database);
    private final SqlRestrictions restrictions = new SqlRestrictions(database);
    private final SqlRowCorrections corrections = new SqlRowCorrections(database);
    private final SqlPersonalData data = new SqlPersonalData(database);

    @AfterEach
    void close() {
        log.close();
        database.close();
    }

    @Test
    void aCaseIsDueInAMonthAndClosedOnce() {
        Case late = cases.open("oslo", OLA, Kind.ACCESS, LocalDate.of(2026, 1, 31), "a copy", "olav", NOW);
        Case soon = cases.open("oslo", OLA, Kind.ERASURE, LocalDate.of(2026, 1, 2), "forget me", "olav", NOW);
        cases.open("bergen", OLA, Kind.ERASURE, LocalDate.of(2026, 1, 2), "forget me", "olav", NOW);
        assertThat(late.dueOn()).isEqualTo(LocalDate.of(2026, 2, 28));
        assertThat(cases.open("oslo")).containsExactly(soon, late);
        assertThat(cases.close("bergen", soon.id(), Decision.GRANTED, "x", "anne", NOW))
                .isEmpty();
        Case closed = cases.close("oslo", soon.id(), Decision.GRANTED, "done", "anne", NOW.plusSeconds(1))
                .orElseThrow();
        assertThat(closed.closing().orElseThrow().by()).isEqualTo("anne");
        assertThat(cases.close("oslo", soon.id(), Decision.REFUSED, "x", "anne", NOW))
                .isEmpty();
        assertThat(cases.open("oslo")).containsExactly(late);
        assertThat(cases.casesOf("oslo", OLA)).containsExactly(closed, late);
    }

    @Test
    void aRestrictionHoldsUntilItIsLifted() {
        var first = restrictions.freeze("oslo", OLA, "disputed", "olav", NOW);
        assertThat(restrictions.freeze("oslo", OLA, "again", "olav", NOW)).isEqualTo(first);
        assertThat(restrictions.frozen("oslo")).containsOnlyKeys(OLA);
        assertThat(restrictions.frozen("bergen")).isEmpty();
        assertThat(restrictions.lift("bergen", OLA, "anne", NOW)).isFalse();
        assertThat(restrictions.lift("oslo", OLA, "anne", NOW.plusSeconds(5))).isTrue();
        assertThat(restrictions.lift("oslo", OLA, "anne", NOW)).isFalse();
        assertThat(restrictions.frozen("oslo")).isEmpty();
        assertThat(restrictions.ofPerson("oslo", OLA))
                .singleElement()
                .satisfies(each -> assertThat(each.liftedBy()).contains("anne"));
    }

    private void passages() {
        Journal journal = new Journal();
        journal.taken(Direction.IN, OLA.digits(), 0);
        journal.taken(Direction.IN, "7654321", 1);
        journal.taken(Direction.OUT, OLA.digits(), 60);
        new SqlEventIngest(database, log).ingest(new GateAddress("oslo", "north"), journal.batch(), NOW);
    }

    private long row(String card) {
        return log.after(0, 10, EntryLog.Filter.NONE).stream()
                .filter(row -> row.cardNumber().equals(Optional.of(card)))
                .findFirst()
                .orElseThrow()
                .id();
    }

    @Test
    void aCorrectionIsHeldAgainstARowOfThePersonsAlone() {
        passages();
        long own = row(OLA.digits());
        assertThat(corrections.add("oslo", OLA, About.LOG, row("7654321"), "not mine", "olav", NOW))
                .isEmpty();
        assertThat(corrections.add("bergen", OLA, About.LOG, own, "x", "olav", NOW))
                .isEmpty();
        var added = corrections
                .add("oslo", OLA, About.LOG, own, "it was my brother", "olav", NOW)
                .orElseThrow();
        assertThat(corrections.correctionsOf("oslo", OLA)).containsExactly(added);
        assertThat(corrections.of(About.LOG, List.of(own, 99L)))
                .isEqualTo(new TreeMap<>(java.util.Map.of(own, List.of(added))));
        assertThat(corrections.of(About.LIST, List.of(own))).isEmpty();
        assertThat(log.after(0, 10, EntryLog.Filter.NONE).getFirst().holderName())
                .isPresent();
        var list = new SqlSiteList(database).add("oslo", SamplePeople.ola(), Source.HAND, "kari", NOW);
        assertThat(corrections.add("oslo", OLA, About.LIST, list.row(), "born in 1991", "olav", NOW))
                .isPresent();
    }

    @Test
    void anErasureTakesCorrectionsOfTheLogAndTheWordsOfClosedCases() {
        passages();
        corrections.add("oslo", OLA, About.LOG, row(OLA.digits()), "it was my brother", "olav", NOW);
        Case closed = cases.open("oslo", OLA, Kind.ERASURE, LocalDate.of(2026, 1, 2), "forget me", "olav", NOW);
        cases.close("oslo", closed.id(), Decision.GRANTED, "done", "olav", NOW);
        cases.open("oslo", OLA, Kind.ACCESS, LocalDate.of(2026, 1, 2), "still open", "olav", NOW);
        new SqlErasure(database)
                .erase(new Erasure.Scope("oslo", Optional.of(OLA), Optional.empty()), "olav", "granted", NOW);
        assertThat(corrections.correctionsOf("oslo", OLA)).isEmpty();
        assertThat(cases.casesOf("oslo", OLA)).extracting(Case::grounds).containsExactly("still open", "");
    }

    @Test
    void allThatIsHeldAboutAPersonIsFound() {
        passages();
        new SqlPresence(database, new TreeMap<>())
                .state("oslo", new Holder.Card(OLA), Direction.OUT, NOW, "kari", "left by the fence", NOW);
        new SqlSiteList(database).add("oslo", SamplePeople.ola(), Source.HAND, "kari", NOW);
        new SqlSiteList(database).add("bergen", SamplePeople.ola(), Source.HAND, "kari", NOW);
        new SqlEnrolments(database, () -> {})
                .bind("oslo", new Uid("04a1b2c3d4e5f6"), OLA, OnConflict.REFUSE, "kari", NOW);
        new SqlCardRegister(database, InstantSource.fixed(NOW), _ -> {})
                .apply(new StatusChange(
                        "site-oslo",
                        OLA,
                        CardStatus.REVOKED,
                        NOW,
                        "site",
                        "1",
                        Optional.empty(),
                        Optional.of("kari"),
                        Optional.of("lost card")));
        List<Item> items = data.of("oslo", OLA);
        assertThat(items)
                .extracting(Item::part)
                .containsExactly(
                        Part.LOG, Part.LOG, Part.PRESENCE, Part.STATEMENTS, Part.SITE_LIST, Part.ENROLMENTS, Part.BANS);
        assertThat(items.getFirst().kind()).isEqualTo("AccessTaken");
        assertThat(items.getFirst().facts())
                .containsEntry("card_number", OLA.digits())
                .containsKey("row_number");
        assertThat(items.toString())
                .contains("left by the fence", "lost card", "1990-01-31")
                .doesNotContain("7654321");
        assertThat(data.of("oslo", new CardNumber("1"))).isEmpty();
    }
}
