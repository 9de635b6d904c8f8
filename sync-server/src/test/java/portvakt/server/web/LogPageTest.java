package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.server.port.EntryLog;

/** A search shows what its address asks for, says what it does not understand, and hands the same question to the file. */
class LogPageTest {

    private static final String ENGLISH = "en";

    @TempDir
    private Path folder;

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        server.row("AccessDenied", "north", 1, TestServer.NOW)
                .holder("4388261", "Ola Nordmann", "Bygg AS")
                .reason("CREDENTIAL_REVOKED")
                .commit();
        server.row("AccessDenied", "south", 2, TestServer.NOW.minus(Duration.ofHours(2)))
                .holder("7654321", "Kari Berg", "Stillas & Sønn AS")
                .reason("CREDENTIAL_SUSPENDED")
                .commit();
        server.row("AccessGranted", "north", 3, TestServer.NOW)
                .holder("7654321", "Kari Berg", "Stillas & Sønn AS")
                .commit();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String page(String address, String account, String role) throws Exception {
        return server.get(address, "Cookie", server.session(account, role), "Accept-Language", ENGLISH)
                .body();
    }

    private String page(String address) throws Exception {
        return page(address, "kari", "site-manager");
    }

    /** Times are of the wall in Oslo: 06:55 there is 05:55 UTC. */
    @ParameterizedTest
    @CsvSource({
        "'', 1 2 3",
        "?kind=AccessDenied&gate=&reason=, 1 2",
        "?reason=CREDENTIAL_SUSPENDED, 2",
        "?gate=north, 1 3",
        "?card=4388261, 1",
        "?card=+4388261+, 1",
        "?employer=Stillas+%26+S%C3%B8nn+AS, 2 3",
        "?from=2026-11-24T06:55, 1 3",
        "?to=2026-11-24T06:55, 2",
        "?from=2026-11-24T04:00&to=2026-11-24T05:00, 2",
        "?before=3, 1 2",
        "?before=nonsense, 1 2 3",
    })
    void showsWhatIsAskedFor(String question, String sequences) throws Exception {
        assertThat(Pattern.compile("id=\"row_bjorvika_(?:north|south)_([0-9]+)\"")
                        .matcher(page("/log" + question))
                        .results()
                        .map(row -> row.group(1))
                        .sorted()
                        .toList())
                .containsExactly(sequences.split(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "?card=12x, card, no card number",
        "?kind=Nothing, kind, no such event",
        "?gate=NORTH, gate, small letters",
        "?from=yesterday, from, no date and time",
        "?from=2026-11-24T06:00&to=2026-11-24T06:00, to, later than",
    })
    void saysWhatItDoesNotUnderstandAndKeepsItToBePutRight(String question, String field, String words)
            throws Exception {
        String page = page("/log" + question);

        assertThat(page).contains("id=\"search-fault\"").contains(words).doesNotContain("row_bjorvika");
        assertThat(page).containsPattern("id=\"search-" + field + "\"[^>]*aria-invalid=\"true\"");
        assertThat(Pattern.compile("aria-invalid").matcher(page).results()).hasSize(1);
    }

    @Test
    void whoSeesMaskedNumbersCannotSearchByOne() throws Exception {
        assertThat(page("/log", "vakt", "guard")).contains("43***61").doesNotContain("id=\"search-card\"");
        assertThat(page("/log?card=4388261", "vakt", "guard"))
                .contains("id=\"search-fault\"")
                .doesNotContain("row_bjorvika");
        assertThat(server.get("/log/stream?card=4388261", "Cookie", server.session("vakt", "guard"))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void theFileAndTheStreamAreAskedTheSame() throws Exception {
        String page = page("/log?employer=Stillas+%26+S%C3%B8nn+AS&from=2026-11-24T04:00");

        String file = link(page, "href=\"(/api/v1/events/export[^\"]*csv)\"");
        assertThat(server.get(file, "Cookie", server.session("kari", "site-manager"))
                        .body()
                        .lines()
                        .skip(1))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("Stillas & Sønn AS"));
        assertThat(link(page, "sse-connect=\"([^\"]*)\""))
                .isEqualTo("/log/stream?employer=Stillas+%26+S%C3%B8nn+AS&from=2026-11-24T03%3A00%3A00Z&after=3");
    }

    @Test
    void theFoldedFormSaysWhatIsAsked() throws Exception {
        assertThat(page("/log?kind=AccessDenied&employer=Bygg+AS"))
                .contains("<summary>Denied · Employer: Bygg AS</summary>")
                .contains("<details class=\"panel\">");
        assertThat(page("/log")).contains("<details class=\"panel\" open>");
    }

    @Test
    void whatLiesInThePastIsNotFollowed() throws Exception {
        assertThat(page("/log?to=2026-11-24T06:55")).doesNotContain("sse-connect");
        assertThat(page("/log?before=3")).doesNotContain("sse-connect");
    }

    /** A rare match: the log gives up after some thousand rows, and the page says so and goes on. */
    @Test
    void anEmptyPageThatIsNotTheEndLeadsOn() throws Exception {
        server.log.instead = (_, _) -> new EntryLog.Page(List.of(), Optional.of(77L));

        assertThat(page("/log?assurance=SIGNED_PASS"))
                .contains("Older ones are left")
                .contains("href=\"/log?assurance=SIGNED_PASS&amp;before=77\"");
    }

    private static String link(String page, String pattern) {
        return Pattern.compile(pattern)
                .matcher(page)
                .results()
                .map((MatchResult found) -> found.group(1).replace("&amp;", "&"))
                .findFirst()
                .orElseThrow();
    }
}
