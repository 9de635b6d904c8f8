package portvakt.sim.demo;

import io.helidon.http.HeaderNames;
import io.helidon.http.SetCookie;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import portvakt.protocol.Direction;
import portvakt.server.web.Languages;
import portvakt.server.web.view.Texts;
import portvakt.sim.site.SimulatedGate;

/** The workbench's page: a wallet of cards, the gates, the register, all of it to be used by mouse, touch or keyboard. */
final class WorkbenchPage implements HttpService {

    static final String PATH = "/workbench";

    private static final String OWN = "/portvakt/sim/demo/";
    private static final String CONSOLE = "/portvakt/server/web/static/";
    private static final Pattern GAP = Pattern.compile("\\{\\{([a-z0-9.-]+)}}");
    private static final Duration LANGUAGE_KEPT = Duration.ofDays(365);
    private static final String HTML = "text/html; charset=utf-8";

    private interface Looking {
        void answer(ServerRequest request, ServerResponse response) throws Refusal, InterruptedException;
    }

    private final WorkbenchApi api;
    private final WorkbenchStream stream;
    private final String page = read(OWN + "workbench.html");
    private final String gateSection = read(OWN + "workbench-gate.html");
    private final Map<String, String> files = Map.of( // looked up, never walked
            "workbench.css", read(OWN + "workbench.css"), "workbench.js", read(OWN + "workbench.js"));

    WorkbenchPage(WorkbenchApi api, WorkbenchStream stream) {
        this.api = api;
        this.stream = stream;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(PATH, looking(this::page))
                .get(PATH + "/workbench.css", looking((_, response) -> file(response, "workbench.css", "text/css")))
                .get(
                        PATH + "/workbench.js",
                        looking((_, response) -> file(response, "workbench.js", "text/javascript")))
                .get(PATH + "/stream", looking((request, response) -> stream.follow(request, response, api.bench())))
                .post(PATH + "/language", (request, response) -> {
                    try {
                        OwnPage.mayAct(request);
                        language(request, response);
                    } catch (Refusal e) {
                        WorkbenchApi.refuse(request, response, e);
                    }
                });
    }

    private static Handler looking(Looking looking) {
        return (request, response) -> {
            try {
                OwnPage.mayLook(request);
                looking.answer(request, response);
            } catch (Refusal e) {
                WorkbenchApi.refuse(request, response, e);
            }
        };
    }

    private void page(ServerRequest request, ServerResponse response) throws Refusal {
        Words words = Words.of(request);
        Bench bench = api.bench();
        WalletView wallet = new WalletView(words, bench);
        StringBuilder gates = new StringBuilder();
        for (SimulatedGate gate : bench.gates()) {
            Map<String, String> of = new TreeMap<>();
            of.put("gate", gate.name());
            of.put("gate-name", Sayings.gateName(words, gate.name()));
            of.put("way", words.text(gate.direction() == Direction.IN ? "way.in" : "way.out"));
            gates.append(fill(gateSection, words, of, Map.of()));
        }
        response.header(HeaderNames.CONTENT_TYPE, HTML)
                .send(fill(
                        page,
                        words,
                        Map.of(
                                "lang", words.language().tag(),
                                "other-lang", words.language().other().tag(),
                                "other-lang-name", words.text("language.other"),
                                "skip", words.text("page.skip"),
                                "console-css", "/static/console.css?v=" + fingerprint(read(CONSOLE + "console.css")),
                                "css", fingerprint(files.get("workbench.css")),
                                "js", fingerprint(files.get("workbench.js"))),
                        Map.of("gates", gates.toString(), "cards", wallet.cards(), "register", wallet.register())));
    }

    private void file(ServerResponse response, String name, String type) {
        response.header(HeaderNames.CONTENT_TYPE, type + "; charset=utf-8")
                .header(HeaderNames.CACHE_CONTROL, "public, max-age=31536000, immutable")
                .send(files.get(name));
    }

    private static void language(ServerRequest request, ServerResponse response) throws Refusal {
        String to = WorkbenchOrders.language(request.content().as(byte[].class));
        Texts.Language language =
                Texts.Language.ofTag(to).orElseThrow(() -> Refusal.badRequest("one-of", "to", to, "nb, en"));
        // As the console's own, so that both speak the same: it is served without TLS here, hence no prefix.
        response.headers()
                .addCookie(SetCookie.builder(Languages.COOKIE, language.tag())
                        .path("/")
                        .httpOnly(true)
                        .sameSite(SetCookie.SameSite.STRICT)
                        .maxAge(LANGUAGE_KEPT)
                        .build());
        response.status(Status.NO_CONTENT_204).send();
    }

    /** Fills {@code {{key}}} with what is given, else with the word of that key; all of it escaped but the parts. */
    private static String fill(String template, Words words, Map<String, String> given, Map<String, String> parts) {
        return GAP.matcher(template)
                .replaceAll(gap -> Matcher.quoteReplacement(
                        parts.containsKey(gap.group(1))
                                ? parts.get(gap.group(1))
                                : escaped(
                                        given.containsKey(gap.group(1))
                                                ? given.get(gap.group(1))
                                                : words.text(gap.group(1)))));
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String fingerprint(String content) {
        CRC32C crc = new CRC32C();
        crc.update(content.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    private static String read(String resource) {
        try (InputStream in = WorkbenchPage.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }
}
