package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.server.port.OrganisationNumber;
import portvakt.server.port.SiteList.Person;
import portvakt.server.web.PersonFields.Fault;

/** What people write is taken as the law asks for it, or refused by the name of the field. */
class PersonFieldsTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 11, 24);
    private static final Pattern CARDS = Pattern.compile("[0-9]{7}");

    private static PersonFields.Read read(String... changes) {
        SortedMap<String, String> fields = PersonFields.of(SamplePeople.ola());
        for (int i = 0; i < changes.length; i += 2) {
            fields.put(changes[i], changes[i + 1]);
        }
        return PersonFields.read(fields, CARDS, TODAY);
    }

    @Test
    void takesAPersonAsItGivesOne() {
        for (Person person : List.of(SamplePeople.ola(), SamplePeople.hired(), SamplePeople.employee("Kari", ""))) {
            assertThat(PersonFields.read(PersonFields.of(person), CARDS, TODAY).person())
                    .contains(person);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "birthDate, 31.1.1990",
        "birthDate, 1990-01-31",
        "organisationNumber, 974 760 673",
        "organisationNumber, NO 974760673",
        "engagement, ansatt",
        "engagement, ''",
        "cardNumber, NO 4388261"
    })
    void takesWhatPeopleWrite(String field, String text) {
        assertThat(read(field, text).person()).contains(SamplePeople.ola());
    }

    @ParameterizedTest
    @ValueSource(strings = {"on order", "bestilt", ""})
    void aCardMayBeOnOrder(String text) {
        assertThat(read("cardNumber", text).person().orElseThrow().card()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "name, '', MISSING",
        "employer, ' ', MISSING",
        "birthDate, 30.02.1990, NO_DATE",
        "birthDate, 1990-13-01, NO_DATE",
        "birthDate, 2026-11-25, NO_DATE",
        "birthDate, 1899-12-31, NO_DATE",
        "organisationNumber, 974760674, NO_ORGANISATION",
        "organisationNumber, 97476067, NO_ORGANISATION",
        "engagement, boss, NO_ENGAGEMENT",
        "cardNumber, 438826, NO_CARD",
        "hirer, Crews AS, NOT_HIRED"
    })
    void refusesByName(String field, String text, Fault fault) {
        PersonFields.Read read = read(field, text);
        assertThat(read.person()).isEmpty();
        assertThat(read.faults()).containsExactly(Map.entry(field, fault));
    }

    @Test
    void noFieldTakesAnIdentityNumber() {
        for (String field : PersonFields.NAMES) {
            for (String number : List.of("31019012345", "310190 12345", "Ola 310190-12345")) {
                assertThat(read(field, number).faults()).as(field).containsEntry(field, Fault.IDENTITY_NUMBER);
            }
        }
        // Nine digits beside others are none.
        assertThat(read("name", "Bygg 974760673 AS").faults()).isEmpty();
    }

    @Test
    void whoIsHiredInHasAHirer() {
        assertThat(read("engagement", "HIRED").faults())
                .isEqualTo(new TreeMap<>(Map.of("hirer", Fault.MISSING, "hirerOrganisationNumber", Fault.MISSING)));
        assertThat(read("engagement", "innleid", "hirer", "Crews AS", "hirerOrganisationNumber", "923609016")
                        .person())
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"974760673", "923609016", "982463718"})
    void numbersOfOrganisationsCheckThemselves(String number) {
        assertThat(OrganisationNumber.parse(number)).isPresent();
        char last = number.charAt(8) == '9' ? '0' : (char) (number.charAt(8) + 1);
        assertThat(OrganisationNumber.parse(number.substring(0, 8) + last)).isEmpty();
        assertThat(OrganisationNumber.parse(number.charAt(1) + "" + number.charAt(0) + number.substring(2)))
                .isEmpty();
    }

    @Test
    void aNumberWithoutACheckDigitIsNone() {
        // The weighted sum leaves 1, so the check digit would be 10.
        assertThat(OrganisationNumber.parse("000000060")).isEmpty();
        for (char digit = '0'; digit <= '9'; digit++) {
            assertThat(OrganisationNumber.parse("00000006" + digit)).isEmpty();
        }
    }
}
