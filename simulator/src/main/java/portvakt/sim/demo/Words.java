package portvakt.sim.demo;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.text.MessageFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ResourceBundle;
import portvakt.server.web.Languages;
import portvakt.server.web.WebConfig;
import portvakt.server.web.view.Texts;

/** The workbench's words in one language; what the console has words for, as reasons, is said in the console's. Immutable. */
final class Words {

    private static final String BUNDLE = "portvakt.sim.demo.workbench";

    private static final Map<Texts.Language, Words> ALL = Map.of( // looked up, never walked
            Texts.Language.NB, new Words(Texts.Language.NB), Texts.Language.EN, new Words(Texts.Language.EN));

    private final Texts console;
    private final Locale locale;
    private final ResourceBundle bundle;

    private Words(Texts.Language language) {
        this.console = new Texts(language, WebConfig.ZONE_DEFAULT);
        this.locale = Locale.forLanguageTag(language == Texts.Language.NB ? "nb-NO" : "en-GB");
        this.bundle = ResourceBundle.getBundle(
                BUNDLE,
                Locale.forLanguageTag(language.tag()),
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    }

    static Words in(Texts.Language language) {
        return ALL.get(language);
    }

    /** As the console chooses; who asks for no language at all is a script, and its author reads English. */
    static Words of(ServerRequest request) {
        Optional<String> asked = request.headers().first(HeaderNames.ACCEPT_LANGUAGE);
        return in(request.headers()
                .cookies()
                .first(Languages.COOKIE)
                .asOptional()
                .flatMap(Texts.Language::ofTag)
                .orElseGet(() -> asked.map(Languages::asked).orElse(Texts.Language.EN)));
    }

    Texts.Language language() {
        return console.language();
    }

    boolean has(String key) {
        return bundle.containsKey(key) || console.has(key);
    }

    String text(String key, Object... arguments) {
        return bundle.containsKey(key)
                ? new MessageFormat(bundle.getString(key), locale).format(arguments)
                : console.text(key, arguments);
    }

    String time(Instant at) {
        return console.time(at);
    }

    String moment(Instant at) {
        return console.moment(at, Instant.now());
    }

    String duration(Duration duration) {
        return console.duration(duration);
    }
}
