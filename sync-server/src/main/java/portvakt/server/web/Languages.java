package portvakt.server.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import portvakt.server.web.view.Texts;

/** Which language a visitor gets: what they switched to, else what their browser asks for, else Norwegian. */
public final class Languages {

    /** The cookie that keeps what they switched to; over TLS with a prefix. */
    public static final String COOKIE = "portvakt-language";

    static final String PATH = "/language";

    private static final Texts.Language DEFAULT = Texts.Language.NB;

    private final Cookies cookies;
    private final Map<Texts.Language, Texts> texts;

    Languages(Cookies cookies, ZoneId zone) {
        this.cookies = cookies;
        this.texts = Map.of(
                Texts.Language.NB, new Texts(Texts.Language.NB, zone),
                Texts.Language.EN, new Texts(Texts.Language.EN, zone));
    }

    List<Route> routes() {
        return List.of(Route.open(Method.POST, PATH, this::change));
    }

    Texts texts(ServerRequest request) {
        return texts.get(cookies.language(request)
                .flatMap(Texts.Language::ofTag)
                .orElseGet(() -> asked(
                        request.headers().first(HeaderNames.ACCEPT_LANGUAGE).orElse(""))));
    }

    /** What a browser asks for. @param acceptLanguage RFC 9110 § 12.5.4; may be blank */
    public static Texts.Language asked(String acceptLanguage) {
        if (acceptLanguage.isBlank()) {
            return DEFAULT;
        }
        try {
            for (Locale.LanguageRange range : Locale.LanguageRange.parse(acceptLanguage)) {
                String primary = range.getRange().split("-", 2)[0];
                if (range.getWeight() > 0 && List.of("nb", "no", "nn").contains(primary)) {
                    return Texts.Language.NB;
                }
                if (range.getWeight() > 0 && primary.equals("en")) {
                    return Texts.Language.EN;
                }
            }
        } catch (IllegalArgumentException e) {
            // A header that is no language list says nothing of the visitor.
            return DEFAULT;
        }
        // Somebody who reads neither is likelier to read English.
        return Texts.Language.EN;
    }

    private void change(ServerRequest request, ServerResponse response) {
        Form form = Form.of(request);
        if (form.isForged(cookies)) {
            Form.refuse(response);
            return;
        }
        Texts.Language.ofTag(form.value("to")).ifPresent(language -> cookies.setLanguage(response, language.tag()));
        String back = form.value("back");
        // Own paths alone, or the switch would send people wherever a link says.
        Pages.redirect(response, LocalPath.of(back).orElse("/"));
    }
}
