package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import portvakt.protocol.CardNumber;
import portvakt.server.port.SiteList.Change;
import portvakt.server.port.SiteList.Facts;
import portvakt.server.port.SiteList.NewLink;
import portvakt.server.port.SiteList.Person;
import portvakt.server.port.SiteList.Seen;
import portvakt.server.port.SiteList.Source;
import portvakt.server.port.SiteList.Taken;
import portvakt.server.port.SiteList.Version;
import portvakt.server.web.SamplePeople;

/** The list says what it says now, and keeps all that it said. */
class SqlSiteListTest {

    private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");

    private final Database database = Databases.inMemory();
    private final SqlSiteList list = new SqlSiteList(database);

    @AfterEach
    void close() {
        database.close();
    }

    private Version add(Person person) {
        return list.add("oslo", person, Source.HAND, "kari", NOW);
    }

    @Test
    void aChangeIsANewVersionAndTheOldOnesStay() {
        Version ola = add(SamplePeople.ola());
        Version jan = add(SamplePeople.hired());
        Person married = SamplePeople.employee("Ola Berg", "4388261");
        Version edited =
                list.edit("oslo", ola.row(), married, "per", NOW.plusSeconds(5)).orElseThrow();
        assertThat(list.rows("oslo")).containsExactly(jan, edited);
        assertThat(list.versions("oslo", ola.row())).containsExactly(ola, edited);
        assertThat(edited.author()).isEqualTo("per");

        Version removed =
                list.remove("oslo", ola.row(), "per", NOW.plusSeconds(9)).orElseThrow();
        assertThat(removed.change()).isEqualTo(Change.REMOVED);
        assertThat(list.rows("oslo")).containsExactly(jan);
        assertThat(list.versions("oslo", ola.row())).containsExactly(ola, edited, removed);
        assertThat(list.versionsOf("oslo", new CardNumber("4388261"))).containsExactly(ola, edited, removed);
        assertThat(list.edit("oslo", ola.row(), married, "per", NOW)).isEmpty();
        assertThat(list.remove("oslo", ola.row(), "per", NOW)).isEmpty();
    }

    @Test
    void sayingTheSameAgainIsNoChange() {
        Version ola = add(SamplePeople.ola());
        assertThat(list.edit("oslo", ola.row(), SamplePeople.ola(), "per", NOW)).contains(ola);
        assertThat(list.versions("oslo", ola.row())).containsExactly(ola);
    }

    @Test
    void anotherSitesRowsAreOutOfReach() {
        Version ola = add(SamplePeople.ola());
        assertThat(list.rows("bergen")).isEmpty();
        assertThat(list.versions("bergen", ola.row())).isEmpty();
        assertThat(list.versionsOf("bergen", new CardNumber("4388261"))).isEmpty();
        assertThat(list.edit("bergen", ola.row(), SamplePeople.hired(), "per", NOW))
                .isEmpty();
        assertThat(list.remove("bergen", ola.row(), "per", NOW)).isEmpty();
        assertThat(list.rows("oslo")).containsExactly(ola);
    }

    @Test
    void aFileAddsAndChangesAndRemovesNobody() {
        add(SamplePeople.ola());
        add(SamplePeople.employee("Kari Moe", ""));
        add(SamplePeople.employee("Stays As", "7000001"));
        Taken taken = list.take(
                "oslo",
                List.of(
                        SamplePeople.employee("Ola Berg", "4388261"),
                        // Whose card has come.
                        SamplePeople.employee("Kari Moe", "7000002"),
                        SamplePeople.employee("Stays As", "7000001"),
                        SamplePeople.hired()),
                "per",
                NOW);
        assertThat(taken).isEqualTo(new Taken(1, 2, 1));
        assertThat(list.rows("oslo"))
                .extracting(row -> row.person().name() + " "
                        + row.person().card().map(CardNumber::digits).orElse("-"))
                .containsExactly("Jan Kowalski -", "Kari Moe 7000002", "Ola Berg 4388261", "Stays As 7000001");
        // Somebody of the same name with another card is somebody else.
        assertThat(list.take("oslo", List.of(SamplePeople.employee("Kari Moe", "7000003")), "per", NOW))
                .isEqualTo(new Taken(1, 0, 0));
    }

    @Test
    void whomAGateReadOffAChipAndWhoIsNotOnTheListIsSeen() {
        database.jdbi().useHandle(handle -> {
            String insert =
                    "INSERT INTO log_entry (id, site, gate, sequence, occurred_at, received_at, clock_trust, direction,"
                            + " kind, flags, card_number, holder_name, employer_name, assurance)"
                            + " VALUES (?, ?, 'north', ?, ?, ?, 'X', 'IN', 'AccessTaken', '', ?, ?, 'Fjordbygg AS', ?)";
            Instant at = NOW.minusSeconds(60);
            handle.execute(insert, 1, "oslo", 1, at, at, "4388261", "Ola Nordmann", "CHIP_DATA");
            handle.execute(insert, 2, "oslo", 2, at, at, "7000001", "Nils Ny", "AUTHENTICATED_CHIP");
            handle.execute(insert, 3, "oslo", 3, at, at, "7000001", "Nils Ny", "AUTHENTICATED_CHIP");
            handle.execute(insert, 4, "oslo", 4, at, at, "7000002", "Unsigned Code", "UNSIGNED_CODE");
            handle.execute(insert, 5, "bergen", 1, at, at, "7000003", "Else Where", "CHIP_DATA");
            handle.execute(
                    insert, 6, "oslo", 5, NOW.minus(Duration.ofDays(40)), at, "7000004", "Long Ago", "CHIP_DATA");
        });
        Version ola = add(SamplePeople.ola());
        Seen nils = new Seen(new CardNumber("7000001"), "Nils Ny", Optional.of("Fjordbygg AS"));
        assertThat(list.seen("oslo", NOW.minus(Duration.ofDays(30)), 10)).containsExactly(nils);
        list.remove("oslo", ola.row(), "kari", NOW);
        assertThat(list.seen("oslo", NOW.minus(Duration.ofDays(30)), 10))
                .extracting(Seen::name)
                .containsExactly("Nils Ny", "Ola Nordmann");
    }

    @Test
    void theNewestFactsAndCheckCount() {
        assertThat(list.facts("oslo")).isEmpty();
        list.state("oslo", "Kaia 1", "Bygg-Eier AS", Optional.empty(), "kari", NOW);
        list.state("oslo", "Kaia 2", "Bygg-Eier AS", Optional.of(LocalDate.of(2026, 3, 1)), "per", NOW);
        assertThat(list.facts("oslo"))
                .contains(new Facts("Kaia 2", "Bygg-Eier AS", Optional.of(LocalDate.of(2026, 3, 1)), "per", NOW));
        list.check("oslo", "kari", NOW);
        list.check("oslo", "per", NOW.plusSeconds(1));
        assertThat(list.lastCheck("oslo").orElseThrow().account()).isEqualTo("per");
        assertThat(list.lastCheck("bergen")).isEmpty();
    }

    @Test
    void aLinkOpensUntilItsTimeIsOverOrItIsTakenBack() {
        NewLink made = list.makeLink("oslo", NOW.plusSeconds(60), "kari", NOW);
        assertThat(list.link(made.secret()).orElseThrow()).isEqualTo(made.link());
        assertThat(made.link().opens(NOW.plusSeconds(59))).isTrue();
        assertThat(made.link().opens(NOW.plusSeconds(60))).isFalse();
        assertThat(list.link("another")).isEmpty();
        String kept = database.jdbi()
                .withHandle(handle -> handle.select("SELECT * FROM site_list_link")
                        .mapToMap()
                        .list()
                        .toString());
        assertThat(kept).doesNotContain(made.secret());

        assertThat(list.revoke("bergen", made.link().id(), "per", NOW)).isFalse();
        assertThat(list.revoke("oslo", made.link().id(), "per", NOW)).isTrue();
        assertThat(list.revoke("oslo", made.link().id(), "per", NOW)).isFalse();
        assertThat(list.link(made.secret()).orElseThrow().opens(NOW)).isFalse();
        assertThat(list.links("oslo", 10)).hasSize(1);
    }
}
