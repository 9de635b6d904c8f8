package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.server.web.PersonFields.Fault;
import portvakt.server.web.SiteListCsv.LineFault;
import portvakt.server.web.SiteListCsv.Problem;

/** A file is taken whole or not at all, and each line that is wrong is named as an editor counts it. */
class SiteListCsvTest {

    private static SiteListCsv.Read read(String text) {
        return SiteListCsv.read(text, Pattern.compile("[0-9]{7}"), LocalDate.of(2026, 11, 24));
    }

    @Test
    void takesWhatANorwegianSpreadsheetWrites() {
        SiteListCsv.Read read =
                read("\uFEFFNavn;Fødselsdato;Arbeidsgiver;Org.nr;Kortnummer;Tilknytning;Innleievirksomhet;"
                        + "Innleie-orgnr\r\nOla Nordmann;31.01.1990;Fjordbygg AS;974 760 673;4388261;Ansatt;;\r\n"
                        + "Jan Kowalski;01.12.1985;Crews AS;923609016;bestilt;Innleid;Fjordbygg AS;974760673\r\n");
        assertThat(read.problem()).isEmpty();
        assertThat(read.faults()).isEmpty();
        assertThat(read.persons()).containsExactly(SamplePeople.ola(), SamplePeople.hired());
    }

    @Test
    void aLineThatIsWrongIsNamedAndNothingIsTaken() {
        SiteListCsv.Read read = read("name,birthDate,employer,organisationNumber\nOla,1990-01-31,Bygg AS,974760673\n\n"
                + "Kari,1990-02-31,Bygg AS,974760673\nPer,1990-01-31,,974760674\n");
        assertThat(read.persons()).isEmpty();
        assertThat(read.faults())
                .containsExactly(
                        new LineFault(4, "birthDate", Fault.NO_DATE),
                        new LineFault(5, "employer", Fault.MISSING),
                        new LineFault(5, "organisationNumber", Fault.NO_ORGANISATION));
    }

    @ParameterizedTest
    @CsvSource({
        "'', EMPTY",
        "'name,birthDate,employer,organisationNumber', EMPTY",
        "'name,birthDate,employer\nOla,1990-01-31,Bygg', UNKNOWN_COLUMN",
        "'name,birthDate,employer,organisationNumber,shoeSize\na,b,c,d,e', UNKNOWN_COLUMN",
        "'name,name,birthDate,employer,organisationNumber\na,b,c,d,e', UNKNOWN_COLUMN",
        "'name,birthDate,employer,organisationNumber\nOla,1990-01-31', NO_CSV",
        "'name,birthDate,employer,organisationNumber\n\"Ola,1990', NO_CSV"
    })
    void saysWhatIsWrongWithTheWholeFile(String text, Problem problem) {
        assertThat(read(text.replace("\\n", "\n")).problem()).contains(problem);
    }

    @Test
    void aCardBelongsToOne() {
        assertThat(read("name,birthDate,employer,organisationNumber,cardNumber\nA,1990-01-31,B,974760673,4388261\n"
                                + "C,1990-01-31,B,974760673,4388261\n")
                        .problem())
                .contains(Problem.SAME_CARD);
    }

    @Test
    void aFileHasItsBound() {
        String line = "A,1990-01-31,B,974760673\n";
        assertThat(read("name,birthDate,employer,organisationNumber\n" + line.repeat(SiteListCsv.ROWS_MAX))
                        .persons())
                .hasSize(SiteListCsv.ROWS_MAX);
        assertThat(read("name,birthDate,employer,organisationNumber\n" + line.repeat(SiteListCsv.ROWS_MAX + 1))
                        .problem())
                .contains(Problem.TOO_MANY);
    }
}
