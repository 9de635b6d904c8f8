package portvakt.server.web;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import portvakt.protocol.CardNumber;
import portvakt.server.port.OrganisationNumber;
import portvakt.server.port.PersonalData.Item;
import portvakt.server.port.PersonalData.Part;
import portvakt.server.port.PrivacyCases;
import portvakt.server.port.RowCorrections.About;
import portvakt.server.port.SiteList.Engagement;
import portvakt.server.port.SiteList.Hirer;
import portvakt.server.port.SiteList.Person;
import portvakt.server.port.SiteList.Seen;
import portvakt.server.port.SiteList.Source;

/** Made-up people for a site's list; the organisation numbers are well-formed. */
public final class SamplePeople {

    public static final OrganisationNumber FJORDBYGG = new OrganisationNumber("974760673");
    public static final OrganisationNumber CREWS = new OrganisationNumber("923609016");

    private SamplePeople() {}

    /** Puts a list, a link to it, a request and what is held about its person before a server. */
    static void fill(TestServer server) {
        server.siteList.state(
                "bjorvika", "Kaia 1, 0150 Oslo", "Bygg-Eier AS", Optional.empty(), "kari", TestServer.NOW);
        server.siteList.add("bjorvika", ola(), Source.HAND, "kari", TestServer.NOW);
        server.siteList.add("bjorvika", hired(), Source.CSV, "kari", TestServer.NOW);
        server.siteList.makeLink("bjorvika", TestServer.NOW.plus(Duration.ofHours(24)), "kari", TestServer.NOW);
        CardNumber card = new CardNumber("4388261");
        server.privacy.freeze("bjorvika", card, "Er uenig i en avvisning 20. november", "olav", TestServer.NOW);
        server.privacy.open(
                "bjorvika",
                card,
                PrivacyCases.Kind.OBJECTION,
                LocalDate.of(2026, 10, 27),
                "Vil ikke at arbeidstiden skal kunne leses ut av passeringene",
                "olav",
                TestServer.NOW);
        server.privacy.held.put(
                "bjorvika 4388261",
                List.of(
                        new Item(
                                Part.LOG,
                                Optional.of(TestServer.NOW.minusSeconds(600)),
                                "AccessTaken",
                                new TreeMap<>(
                                        Map.of("row_number", "1", "gate", "north", "holder_name", "Ola Nordmann"))),
                        new Item(
                                Part.SITE_LIST,
                                Optional.of(TestServer.NOW),
                                "ADDED",
                                new TreeMap<>(Map.of("row_number", "1", "name", "Ola Nordmann", "author", "kari")))));
        server.privacy.add(
                "bjorvika", card, About.LOG, 1, "Det var broren min som lånte kortet", "olav", TestServer.NOW);
        server.siteList.seen.put(
                "bjorvika", List.of(new Seen(new CardNumber("3907715"), "Nils Nykommer", Optional.of("Fjordbygg AS"))));
    }

    public static Person ola() {
        return employee("Ola Nordmann", "4388261");
    }

    public static Person employee(String name, String card) {
        return new Person(
                name,
                LocalDate.of(1990, 1, 31),
                "Fjordbygg AS",
                FJORDBYGG,
                Engagement.EMPLOYEE,
                Optional.empty(),
                card.isEmpty() ? Optional.empty() : Optional.of(new CardNumber(card)));
    }

    public static Person hired() {
        return new Person(
                "Jan Kowalski",
                LocalDate.of(1985, 12, 1),
                "Crews AS",
                CREWS,
                Engagement.HIRED,
                Optional.of(new Hirer("Fjordbygg AS", FJORDBYGG)),
                Optional.empty());
    }
}
