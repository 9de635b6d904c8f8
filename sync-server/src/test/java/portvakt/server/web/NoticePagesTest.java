package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Anybody may read how data is handled; it says what the settings say, and makes nothing up. */
class NoticePagesTest {

    @TempDir
    private Path folder;

    @Test
    void saysWhatTheSettingsSayInBothLanguages() throws Exception {
        try (TestServer server = new TestServer(folder)) {
            assertThat(server.get("/privacy-notice", "Accept-Language", "en").body())
                    .contains(
                            "Bygg-Eier AS",
                            "personvern@bygg-eier.example",
                            "To secure the site.",
                            "Legitimate interest.")
                    .contains(
                            "The hosting firm.",
                            "The data protection authority, Oslo",
                            "90 days",
                            "6 months",
                            "2 years")
                    .contains("Bjørvika", "Fornebu", "§ 15")
                    .doesNotContain("has not said", "Data protection officer");
            assertThat(server.get("/privacy-notice", "Accept-Language", "nb").body())
                    .contains("Sikre plassen.", "Berettiget interesse.", "Datatilsynet, Oslo", "90 dager", "6 måneder");
            String logIn = server.get("/login").body();
            assertThat(logIn).contains("href=\"/privacy-notice\"", "href=\"/cookies\"");
        }
    }

    @Test
    void whatIsMissingIsSaidAndNamedToWhoCanGiveIt() throws Exception {
        try (TestServer server = new TestServer(folder, true, false, TestServer.SILENT_OPERATOR)) {
            assertThat(server.get("/privacy-notice", "Accept-Language", "en").body())
                    .contains("has not said this yet")
                    .doesNotContain("privacy.controller", "Datatilsynet");
            assertThat(server.get("/privacy-notice", "Cookie", server.session("kari", "site-manager"))
                            .body())
                    .doesNotContain("privacy.controller");
            assertThat(server.get("/privacy-notice", "Cookie", server.session("anne", "admin"))
                            .body())
                    .contains(
                            "privacy.controller", "privacy.contact", "privacy.passagesPurpose", "privacy.passagesBasis")
                    .contains("privacy.recipients", "privacy.complaints", "href=\"/audit\"");
        }
    }

    @Test
    void namesEveryCookieThatIsSetAndNoOther() throws Exception {
        for (boolean secure : new boolean[] {false, true}) {
            try (TestServer server = new TestServer(folder, true, secure)) {
                HttpResponse<String> form = server.get("/login");
                String cookie = TestServer.cookie(form);
                String token = TestServer.formToken(form.body());
                HttpResponse<String> in = server.post(
                        "/login", cookie, Map.of("form-token", token, "name", "kari", "password", TestServer.PASSWORD));
                HttpResponse<String> language =
                        server.post("/language", cookie, Map.of("form-token", token, "to", "en", "back", "/login"));
                Set<String> set = Stream.of(form, in, language)
                        .flatMap(each -> each.headers().allValues("Set-Cookie").stream())
                        .map(each -> each.substring(0, each.indexOf('=')))
                        .collect(Collectors.toCollection(TreeSet::new));
                Set<String> told = Pattern.compile("<code>([^<]+)</code>")
                        .matcher(server.get("/cookies").body())
                        .results()
                        .map(found -> found.group(1))
                        .collect(Collectors.toCollection(TreeSet::new));
                assertThat(told).isEqualTo(set).hasSize(3);
            }
        }
    }
}
