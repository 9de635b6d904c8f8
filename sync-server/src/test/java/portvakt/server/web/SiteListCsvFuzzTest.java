package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever file of people is sent for a site's list: people, or faults, or what is wrong with the whole; never two of them. */
class SiteListCsvFuzzTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 11, 24);

    static Stream<byte[]> files() {
        return Stream.of(
                        "\uFEFFNavn;Fødselsdato;Arbeidsgiver;Org.nr;Kortnummer;Tilknytning;Innleievirksomhet;Innleie-orgnr\r\n"
                                + "Ola Nordmann;31.01.1990;Fjordbygg AS;974 760 673;4388261;Ansatt;;\r\n",
                        "name,birthDate,employer,organisationNumber\nOla,1990-01-31,Bygg AS,974760673\n\nKari,1990-02-31,,9\n",
                        "name\tbirthDate\temployer\torganisationNumber\n\"Ola\t1990")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("files")
    @FuzzTest
    void fuzz(byte[] file) {
        SiteListCsv.Read read =
                SiteListCsv.read(new String(file, StandardCharsets.UTF_8), Pattern.compile("[0-9]{7}"), TODAY);
        int outcomes = (read.persons().isEmpty() ? 0 : 1)
                + (read.faults().isEmpty() ? 0 : 1)
                + (int) read.problem().stream().count();
        assertThat(outcomes).isEqualTo(1);
        assertThat(read.faults()).hasSizeLessThanOrEqualTo(SiteListCsv.FAULTS_MAX);
        assertThat(read.persons()).hasSizeLessThanOrEqualTo(file.length);
    }
}
