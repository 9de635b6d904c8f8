package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.protocol.Assurance;
import portvakt.protocol.DenialReason;
import portvakt.server.web.view.RowView.Outcome;
import portvakt.server.web.view.Texts;
import portvakt.server.web.view.Texts.Language;

/** Both languages say everything, and say times as their readers do. */
class TextsTest {

    private static final Instant NOW = Instant.parse("2026-11-24T05:55:10Z");

    private final Texts norwegian = new Texts(Language.NB, WebConfig.ZONE_DEFAULT);
    private final Texts english = new Texts(Language.EN, WebConfig.ZONE_DEFAULT);

    @Test
    void haveTheSameKeysAndPlaceholders() {
        ResourceBundle nb = ResourceBundle.getBundle(Texts.BUNDLE, Locale.of("nb"));
        ResourceBundle en = ResourceBundle.getBundle(Texts.BUNDLE, Locale.of("en"));

        assertThat(nb.keySet()).isEqualTo(en.keySet());
        for (String key : nb.keySet()) {
            assertThat(nb.getString(key)).as(key).isNotBlank();
            assertThat(placeholders(nb.getString(key))).as(key).isEqualTo(placeholders(en.getString(key)));
        }
    }

    @Test
    void explainEachReason() {
        for (DenialReason reason : DenialReason.values()) {
            for (String part : new String[] {"title", "cause", "remedy"}) {
                assertThat(norwegian.has("reason." + reason + "." + part))
                        .as(reason + "." + part)
                        .isTrue();
            }
        }
    }

    /** The codes that gates and server begin an alarm's detail with; one that is not here is shown as it came. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ACK_AHEAD",
                "BAD_MESSAGE",
                "CARD_SECOND_CHIP",
                "CHAIN_BROKEN",
                "CLOCK_CONTRADICTED",
                "CLOCK_JUMPED",
                "DISK",
                "ENROLMENTS_UNREADABLE",
                "EVENTS_LEFT_OUT",
                "FORK",
                "IDENTITY_TWICE",
                "ILLEGIBLE",
                "JOURNAL_FILLING",
                "JOURNAL_GAP",
                "JOURNAL_GAP_OVER",
                "JOURNAL_GAP_STAYS",
                "JOURNAL_SET_ASIDE",
                "JOURNAL_UNAVAILABLE",
                "JOURNAL_UNREADABLE",
                "JOURNAL_WENT_BACK",
                "LIST_DAMAGED",
                "LIST_LAGS",
                "LIST_LAG_OVER",
                "LIST_NOT_STORED",
                "LIST_STATE",
                "LIST_WENT_BACK",
                "NO_BATCH",
                "POLICY_UNREADABLE",
                "RUNS_INTERLEAVE",
                "SEAL_FAILED",
                "SEAL_WRONG",
                "SERVER_WENT_BACK",
                "TRUST_UNREADABLE",
                "TURNSTILE_FAULT"
            })
    void explainEachAlarm(String code) {
        for (String part : List.of("title", "cause", "remedy")) {
            assertThat(norwegian.has("alarm." + code + "." + part)).as(part).isTrue();
        }
    }

    @Test
    void haveWordsForEachKindAndAssurance() {
        assertThat(EventQuery.KINDS)
                .hasSize(15)
                .allSatisfy(kind ->
                        assertThat(norwegian.has("kind." + kind)).as(kind).isTrue());
        assertThat(Assurance.values())
                .allSatisfy(assurance ->
                        assertThat(norwegian.has("assurance." + assurance)).isTrue());
        assertThat(Outcome.values()).hasSize(9);
    }

    @Test
    void sayTimesInOsloAndDatesInTheirOwnWay() {
        assertThat(norwegian.time(NOW)).isEqualTo("06:55:10");
        assertThat(norwegian.today(NOW)).isEqualTo("tirsdag 24. november");
        assertThat(english.today(NOW)).isEqualTo("Tuesday 24 November");
        assertThat(english.moment(NOW.minus(Duration.ofDays(1)), NOW)).isEqualTo("23 Nov 06:55");
        assertThat(norwegian.moment(NOW, NOW)).isEqualTo("06:55");
    }

    @ParameterizedTest
    @CsvSource({
        "PT-3S, 0 s, 0 s",
        "PT59S, 59 s, 59 s",
        "PT14M59S, 14 min, 14 min",
        "PT2H, 2 t, 2 h",
        "PT2H5M, 2 t 5 min, 2 h 5 min",
        "P1D, 1 døgn, 1 day",
        "P3D, 3 døgn, 3 days",
    })
    void sayDurationsShortly(Duration duration, String nb, String en) {
        assertThat(norwegian.duration(duration)).isEqualTo(nb);
        assertThat(english.duration(duration)).isEqualTo(en);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | NB",
                "nb-NO,nb;q=0.9,en;q=0.8 | NB",
                "no | NB",
                "nn-NO | NB",
                "en-US,en;q=0.9,nb;q=0.8 | EN",
                "pl-PL,pl;q=0.9 | EN",
                "nb;q=0, en | EN",
                ";;;=,, | NB",
            })
    void followWhatTheBrowserAsksFor(String header, Language expected) {
        assertThat(Languages.asked(header)).isEqualTo(expected);
    }

    private static java.util.List<String> placeholders(String text) {
        return Pattern.compile("\\{(\\d)")
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .distinct()
                .sorted()
                .toList();
    }

    @Test
    void coverTheSameLanguagesAsTheSwitch() {
        assertThat(Arrays.stream(Language.values()).map(Language::other)).containsExactly(Language.EN, Language.NB);
    }
}
