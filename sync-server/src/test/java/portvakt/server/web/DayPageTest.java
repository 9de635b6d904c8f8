package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A day's pictures say what the log says, in the site's own hours, and what they do not say. */
class DayPageTest {

    /** 07:55 at the site. */
    private static final Instant NOW = TestServer.NOW;

    @TempDir
    private Path folder;

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String page(String path) throws Exception {
        HttpResponse<String> response =
                server.get(path, "Cookie", server.session("vakt", "guard"), "Accept-Language", "en");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    /** Two go in at 06:01 and one out at 07:31, as the site has it; one is denied in between, the gate being busy. */
    private void fill() {
        Instant six = Instant.parse("2026-11-24T04:01:00Z");
        for (int i = 0; i < 2; i++) {
            server.row("AccessGranted", "north", 10 + 2 * i, six.plusSeconds(i)).commit();
            server.row("AccessTaken", "north", 11 + 2 * i, six.plusSeconds(2 + i))
                    .completes(10 + 2 * i)
                    .commit();
        }
        server.row("AccessDenied", "north", 20, six.plusSeconds(5))
                .reason("GATE_BUSY")
                .commit();
        Instant out = Instant.parse("2026-11-24T05:31:00Z");
        server.row("AccessGranted", "south", 1, out).out().commit();
        server.row("AccessTaken", "south", 2, out.plusSeconds(1))
                .out()
                .completes(1)
                .commit();
        // The day before, by the site's clock.
        server.row("AccessGranted", "north", 1, Instant.parse("2026-11-23T21:59:00Z"))
                .commit();
    }

    @Test
    void countsByTheSitesHours() throws Exception {
        fill();
        String page = page("/day?site=bjorvika");
        assertThat(page.replaceAll("\\s+", " "))
                .contains(
                        "<dt>let in or out</dt><dd>3</dd>",
                        "<dt>denied</dt><dd>1</dd>",
                        "<th scope=\"row\">06:00</th><td class=\"num\">2</td><td class=\"num\">1</td>"
                                + "<td class=\"num\">2</td><td class=\"num\">0</td><td class=\"num\">2</td>",
                        "<th scope=\"row\">07:00</th><td class=\"num\">1</td><td class=\"num\">0</td>"
                                + "<td class=\"num\">0</td><td class=\"num\">1</td><td class=\"num\">1</td>",
                        "Most at 06:00: 3.",
                        "Most at 06:15: 2.",
                        "Queue: gate north, the hour from 06:00",
                        "At most 3 cards in one minute, at 06:01.",
                        "Once somebody showed a card while another was going through",
                        "No gate sees who stands in line")
                .doesNotContain("Day after");
        assertThat(page("/day?site=bjorvika&date=2026-11-23").replaceAll("\\s+", " "))
                .contains("<dt>let in or out</dt><dd>1</dd>", "Day after", "Monday 23 November");
    }

    @Test
    void aDayWithNothingInItIsADayToo() throws Exception {
        assertThat(page("/day?site=bjorvika")).contains("Tuesday 24 November").doesNotContain("Queue: gate");
        assertThat(page("/day?site=bjorvika&date=2031-01-01")).contains("Tuesday 24 November");
        assertThat(page("/day?site=bjorvika&date=yesterday")).contains("Tuesday 24 November");
        // A day of 23 hours, and one of 25.
        server.now = NOW.plusSeconds(300L * 86_400);
        assertThat(page("/day?site=bjorvika&date=2027-03-28").split("<th scope=\"row\">", -1))
                .hasSize(24);
        assertThat(page("/day?site=bjorvika&date=2026-10-25").split("<th scope=\"row\">", -1))
                .hasSize(26);
    }
}
