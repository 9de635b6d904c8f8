package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Uid;
import portvakt.server.port.CardChips.Seen;
import portvakt.server.port.Enrolments.Enrolment;
import portvakt.server.port.Enrolments.OnConflict;

/** A chip is bound, a card kept out and let in again, and the page says what is in the way in plain words. */
class CardPagesTest {

    private static final Uid CHIP = new Uid("04a1b2c3d4e5f6");
    private static final Uid OTHER = new Uid("0411223344556a");
    private static final CardNumber OLA = new CardNumber("4388261");
    private static final CardNumber KARI = new CardNumber("5120934");

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
                server.get(path, "Cookie", server.session("anne", "site-manager"), "Accept-Language", "en");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    private HttpResponse<String> post(String path, Map<String, String> fields) throws Exception {
        String session = server.session("anne", "site-manager");
        Map<String, String> all = new LinkedHashMap<>(fields);
        all.put("form-token", FormToken.of(session.substring(session.indexOf('=') + 1)));
        all.putIfAbsent("site", "bjorvika");
        return server.post(path, session, all);
    }

    private HttpResponse<String> bind(Uid uid, String card, String replace) throws Exception {
        return post("/cards/bind", Map.of("uid", uid.hex(), "card", card, "replace", replace));
    }

    private void tap(Uid uid, long sequence, Instant at) {
        server.row("AccessDenied", "north", sequence, at)
                .reason("UNKNOWN_CARD")
                .uid(uid.hex())
                .commit();
    }

    @Test
    void showsUnknownChipsOnceEachTheNewestFirstAndNoOldOnes() throws Exception {
        tap(new Uid("04aaaaaaaaaaaa"), 1, TestServer.NOW.minusSeconds(13 * 3600));
        tap(CHIP, 2, TestServer.NOW.minusSeconds(300));
        tap(OTHER, 3, TestServer.NOW.minusSeconds(200));
        tap(CHIP, 4, TestServer.NOW.minusSeconds(100));
        server.row("AccessDenied", "west", 5, TestServer.NOW)
                .site("fornebu")
                .reason("UNKNOWN_CARD")
                .uid("04bbbbbbbbbbbb")
                .commit();
        String page = page("/cards?site=bjorvika");
        assertThat(page).contains("north, 2 times").doesNotContain("04aaaaaaaaaaaa", "04bbbbbbbbbbbb");
        assertThat(page.indexOf(CHIP.hex())).isLessThan(page.indexOf(OTHER.hex()));
        // Tapped again it is the same row.
        assertThat(page.split("<strong class=\"card\">" + CHIP.hex(), -1)).hasSize(2);
    }

    @Test
    void bindsAChipAndSaysSo() throws Exception {
        tap(CHIP, 1, TestServer.NOW.minusSeconds(10));
        HttpResponse<String> bound = bind(CHIP, "NO 438 8261", "");
        assertThat(bound.statusCode()).as(bound.body()).isEqualTo(303);
        assertThat(bound.headers().firstValue("Location")).hasValue("/cards?site=bjorvika");
        assertThat(server.enrolments.list("bjorvika").enrolments())
                .containsExactly(new Enrolment(CHIP, OLA, "anne", TestServer.NOW));
        assertThat(page("/cards?site=bjorvika"))
                .contains(
                        "Bound to card 4388261 by anne. 0 of 1 gates that are online have it so far.",
                        "Bound by anne 07:55")
                .doesNotContain("Bind to a card");
        // Half an hour later it is no news any more.
        server.now = TestServer.NOW.plusSeconds(1801);
        assertThat(page("/cards?site=bjorvika")).doesNotContain("Bound to card");
    }

    @Test
    void asksBeforeAnythingIsReplaced() throws Exception {
        server.enrolments.bind("bjorvika", CHIP, OLA, OnConflict.REFUSE, "per", TestServer.NOW);

        HttpResponse<String> otherCard = bind(CHIP, KARI.digits(), "");
        assertThat(otherCard.statusCode()).isEqualTo(409);
        assertThat(otherCard.body()).contains(CHIP.hex(), "4388261", "per", "name=\"replace\" value=\"true\"");
        HttpResponse<String> otherChip = bind(OTHER, OLA.digits(), "");
        assertThat(otherChip.statusCode()).isEqualTo(409);
        assertThat(server.enrolments.list("bjorvika").enrolments()).hasSize(1);

        assertThat(bind(OTHER, OLA.digits(), "true").statusCode()).isEqualTo(303);
        assertThat(server.enrolments.list("bjorvika").enrolments())
                .containsExactly(new Enrolment(OTHER, OLA, "anne", TestServer.NOW));
    }

    @Test
    void saysWhatCannotBeBound() throws Exception {
        assertThat(bind(CHIP, "43", "").statusCode()).isEqualTo(422);
        assertThat(bind(new Uid("08112233"), OLA.digits(), "").statusCode()).isEqualTo(422);
        assertThat(post("/cards/bind", Map.of("uid", "zz", "card", OLA.digits()))
                        .statusCode())
                .isEqualTo(422);
        for (int i = 0; i < 3; i++) {
            bind(new Uid("0400000" + i), "100000" + i, "");
        }
        assertThat(bind(CHIP, OLA.digits(), "").body()).contains("7");
        assertThat(server.enrolments.list("bjorvika").enrolments()).hasSize(3);
    }

    @Test
    void setsAChipFree() throws Exception {
        server.enrolments.bind("bjorvika", CHIP, OLA, OnConflict.REFUSE, "per", TestServer.NOW);
        HttpResponse<String> free =
                post("/cards/unbind", Map.of("uid", CHIP.hex(), "card", OLA.digits(), "back", "card"));
        assertThat(free.headers().firstValue("Location")).hasValue("/cards/bjorvika/4388261");
        assertThat(server.enrolments.list("bjorvika").enrolments()).isEmpty();
        assertThat(post("/cards/unbind", Map.of("uid", CHIP.hex())).statusCode())
                .isEqualTo(422);
    }

    @Test
    void keepsACardOutAndLetsItInAgain() throws Exception {
        assertThat(post("/cards/bar", Map.of("card", "4388261", "reason", " ")).statusCode())
                .isEqualTo(422);
        assertThat(post("/cards/bar", Map.of("card", "4388261", "reason", "lost", "site", "fornebu"))
                        .statusCode())
                .as("a site without a list")
                .isEqualTo(422);
        assertThat(server.register.all).isEmpty();

        assertThat(post("/cards/bar", Map.of("card", "4388261", "reason", "lost at lunch"))
                        .statusCode())
                .isEqualTo(303);
        var change = server.register.all.getFirst();
        assertThat(change.list()).isEqualTo("site-bjorvika");
        assertThat(change.status()).isEqualTo(CardStatus.REVOKED);
        assertThat(change.account()).contains("anne");
        assertThat(change.reason()).contains("lost at lunch");
        assertThat(page("/cards?site=bjorvika")).contains("4388261", "lost at lunch", "Since 07:55, by anne");

        assertThat(post("/cards/unbar", Map.of("card", "4388261", "reason", "found", "back", "card"))
                        .statusCode())
                .isEqualTo(303);
        assertThat(page("/cards?site=bjorvika")).doesNotContain("lost at lunch");
        assertThat(page("/cards/bjorvika/4388261")).contains("lost at lunch", "found", "Valid, since 07:55");
    }

    @Test
    void oneCardTellsWhatIsKnownOfIt() throws Exception {
        server.enrolments.bind("bjorvika", CHIP, OLA, OnConflict.REFUSE, "per", TestServer.NOW);
        for (Uid uid : new Uid[] {CHIP, OTHER}) {
            server.chips.rows.add(
                    new FakeCardChips.Row("bjorvika", new Seen(OLA, uid, TestServer.NOW.minusSeconds(60), "north")));
        }
        server.row("AccessDenied", "north", 1, TestServer.NOW.minusSeconds(60))
                .holder("4388261", "Ola Nordmann", "Fjordbygg AS")
                .reason("CREDENTIAL_EXPIRED")
                .commit();
        assertThat(page("/cards/bjorvika/4388261"))
                .contains(
                        "Ola Nordmann",
                        "Fjordbygg AS",
                        "Not on site",
                        "several chips",
                        "Gate north read 07:54",
                        "Not mentioned",
                        CHIP.hex(),
                        "the chip itself gave the card number",
                        "/log?site=bjorvika&amp;card=4388261");
        assertThat(page("/cards?site=bjorvika"))
                .contains("One card number, several chips", "04**********f6", "04**********6a", "Expired cards");
    }

    @Test
    void findsACardByItsNumberAndABindingByAPart() throws Exception {
        server.enrolments.bind("bjorvika", CHIP, OLA, OnConflict.REFUSE, "per", TestServer.NOW);
        server.enrolments.bind("bjorvika", OTHER, KARI, OnConflict.REFUSE, "per", TestServer.NOW);
        HttpResponse<String> whole =
                server.get("/cards?site=bjorvika&find=438%208261", "Cookie", server.session("anne", "site-manager"));
        assertThat(whole.headers().firstValue("Location")).hasValue("/cards/bjorvika/4388261");
        assertThat(page("/cards?site=bjorvika&find=11223344"))
                .contains("5120934", "Showing 1 of 1 found, of 2 in all")
                .doesNotContain("4388261");
        assertThat(server.get("/cards/bjorvika/43", "Cookie", server.session("anne", "site-manager"))
                        .statusCode())
                .isEqualTo(404);
    }
}
