package portvakt.server.web.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.server.port.EntryLog.Filter;
import portvakt.server.web.view.Texts;
import portvakt.server.web.view.Texts.Language;

/** Whoever finds a file on a desk reads what was asked; times are of the wall in Oslo. */
class FilterWordsTest {

    private static FilterWords words(Language language) {
        return new FilterWords(new Texts(language, ZoneId.of("Europe/Oslo")));
    }

    private static Filter between(String from, String to) {
        return new Filter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable(from).map(Instant::parse),
                Optional.ofNullable(to).map(Instant::parse));
    }

    /** Summer time ends on 25 October 2026. */
    @ParameterizedTest
    @CsvSource({
        "2026-10-31T23:00:00Z, 2026-11-30T23:00:00Z, 1–30 November 2026, 1.–30. november 2026",
        "2026-11-23T23:00:00Z, 2026-11-24T23:00:00Z, 24 November 2026, 24. november 2026",
        "2026-10-24T22:00:00Z, 2026-11-02T23:00:00Z, 25 October – 2 November 2026, 25. oktober – 2. november 2026",
        "2025-12-31T23:00:00Z, 2027-01-01T23:00:00Z, 1 January 2026 – 1 January 2027, 1. januar 2026 – 1. januar 2027",
        "2026-11-24T05:00:00Z, 2026-11-24T06:30:00Z, 24 November 2026 06:00 – 24 November 2026 07:30,"
                + " 24. november 2026 06:00 – 24. november 2026 07:30",
        "2026-11-23T23:00:00Z, , From 24 November 2026, Fra 24. november 2026",
        ", 2026-11-24T05:00:00Z, Until 24 November 2026 06:00, Til 24. november 2026 06:00",
        ", , All entries, Alle hendelser",
    })
    void saysATime(String from, String to, String english, String norwegian) {
        assertThat(words(Language.EN).of(between(from, to))).isEqualTo(english);
        assertThat(words(Language.NB).of(between(from, to))).isEqualTo(norwegian);
    }

    @Test
    void saysEverythingElse() {
        Filter filter = new Filter(
                Optional.of("bjorvika"),
                Optional.of("north"),
                Optional.of("AccessDenied"),
                Optional.of("4388261"),
                Optional.of("Æøå Bygg AS"),
                Optional.of("CREDENTIAL_REVOKED"),
                Optional.of("CHIP_DATA"),
                Optional.empty(),
                Optional.empty());

        assertThat(words(Language.EN).of(filter))
                .isEqualTo("Denied · Denied because: Card revoked · Gate: north · Employer: Æøå Bygg AS"
                        + " · Card number: 4388261 · How it was read: Chip data");
    }
}
