package portvakt.server.web;

import java.time.LocalDate;
import java.util.Optional;
import portvakt.protocol.CardNumber;
import portvakt.server.port.OrganisationNumber;
import portvakt.server.port.SiteList.Engagement;
import portvakt.server.port.SiteList.Hirer;
import portvakt.server.port.SiteList.Person;

/** Made-up people for a site's list; the organisation numbers are well-formed. */
public final class SamplePeople {

    public static final OrganisationNumber FJORDBYGG = new OrganisationNumber("974760673");
    public static final OrganisationNumber CREWS = new OrganisationNumber("923609016");

    private SamplePeople() {}

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
