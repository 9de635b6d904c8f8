package portvakt.sim.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.Uid;
import portvakt.server.port.Role;
import portvakt.sim.device.UidCard;
import portvakt.sim.device.VirtualCard;

/** From the tap of an unknown chip to the open gate by the console's page alone: shown, bound, let in, and told that the gates have it. */
class EnrolmentPageIT {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Uid CHIP = new Uid("04a1b2c3d4e5f6");
    private static final String NUMBER = "4388261";
    private static final String PASSWORD = "correct horse battery";

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newBuilder()
            .cookieHandler(new CookieManager())
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    private SimulatedSite site;

    @BeforeEach
    void open() throws Exception {
        site = SimulatedSite.open(new SimulatedSite.Settings(folder, 0, Duration.ofSeconds(2), Duration.ofMillis(200)));
        site.server().parts().accounts().create("anne", PASSWORD.toCharArray(), Role.SITE_MANAGER);
        post("login", page("login"), Map.of("name", "anne", "password", PASSWORD));
    }

    @AfterEach
    void close() throws IOException {
        site.close();
        http.close();
    }

    private String page(String path) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(site.url().resolve(path))
                                .timeout(Duration.ofSeconds(30))
                                .header("Accept-Language", "en")
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** @param shown the page that the form stands on */
    private HttpResponse<String> post(String path, String shown, Map<String, String> fields) throws Exception {
        Matcher token =
                Pattern.compile("name=\"form-token\" value=\"([0-9a-f]{64})\"").matcher(shown);
        assertThat(token.find()).as(shown).isTrue();
        Map<String, String> all = new LinkedHashMap<>(fields);
        all.put("form-token", token.group(1));
        String body = all.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return http.send(
                HttpRequest.newBuilder(site.url().resolve(path))
                        .timeout(Duration.ofSeconds(30))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Accept-Language", "en")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String cards() throws Exception {
        return page("cards?site=" + SimulatedSite.SITE);
    }

    @Test
    void anUnknownChipIsBoundOnThePageAndLetInAtTheNextTap() throws Exception {
        VirtualCard card = UidCard.desfire(CHIP);
        assertThat(site.entrance().tap(card).reason()).hasValue("UNKNOWN_CARD");
        String shown = Awaitility.await().atMost(PATIENCE).until(this::cards, page -> page.contains(CHIP.hex()));

        long sentNs = System.nanoTime();
        HttpResponse<String> bound =
                post("cards/bind", shown, Map.of("site", SimulatedSite.SITE, "uid", CHIP.hex(), "card", NUMBER));
        assertThat(bound.body()).contains("Bound to card " + NUMBER + " by anne.");
        Awaitility.await()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> site.entrance().tap(card).decision().equals(Optional.of("GRANTED")));
        System.out.println("from the form to GRANTED, ms: " + (System.nanoTime() - sentNs) / 1_000_000);
        assertThat(site.entrance().pushArm().passage()).hasValue("TAKEN");

        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(cards()).containsPattern("(The gate that is|gates that are) online ha(s|ve) it;"));
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(page("cards/" + SimulatedSite.SITE + "/" + NUMBER))
                        .contains("On site since", CHIP.hex(), "Went in"));
        assertThat(page("gates?site=" + SimulatedSite.SITE)).contains("Online");
    }
}
