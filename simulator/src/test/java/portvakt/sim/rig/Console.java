package portvakt.sim.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The console as a person uses it, with forms and cookies and without a browser. */
final class Console {

    private static final Pattern TOKEN = Pattern.compile("name=\"form-token\" value=\"([0-9a-f]{64})\"");

    private final HttpClient http =
            HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    private final URI url;

    /** Logs in. */
    Console(URI url, String account, String password) throws Exception {
        this.url = url;
        HttpResponse<String> in = post("login", "login", Map.of("name", account, "password", password));
        assertThat(in.statusCode()).as(in.body()).isEqualTo(303);
    }

    /** Fills in a page's form and sends it. */
    HttpResponse<String> post(String page, String to, Map<String, String> fields) throws Exception {
        Matcher token = TOKEN.matcher(get(page));
        assertThat(token.find()).as("a form at %s", page).isTrue();
        Map<String, String> all = new TreeMap<>(fields);
        all.put("form-token", token.group(1));
        String body = all.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return http.send(
                HttpRequest.newBuilder(url.resolve(to))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    String get(String page) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(url.resolve(page)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
