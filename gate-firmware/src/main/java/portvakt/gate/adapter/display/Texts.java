package portvakt.gate.adapter.display;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import portvakt.protocol.DenialReason;

/** The worker's words in one language: short, addressed to whoever stands in front of the gate. Immutable. */
final class Texts {

    /** BCP 47 tags of all that there are words in. */
    static final List<String> LANGUAGES = List.of("nb", "en", "pl", "lt", "de", "uk");

    private final String language;
    private final Properties words = new Properties();

    private Texts(String language) {
        this.language = language;
    }

    /** @param language one of {@link #LANGUAGES} */
    static Texts in(String language) {
        Texts texts = new Texts(language);
        String file = "texts_" + language + ".properties";
        try (InputStream in = Texts.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalArgumentException("there is no " + file);
            }
            texts.words.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
        return texts;
    }

    String language() {
        return language;
    }

    Set<String> keys() {
        return words.stringPropertyNames();
    }

    /** What cannot be found is said by its key: a screen with one odd line still tells by colour and shape. */
    String text(String key) {
        return words.getProperty(key, key);
    }

    /** Headline and remedy under a key; no remedy where there is none to give. */
    Screen.Words words(String key) {
        return new Screen.Words(language, text(key + ".headline"), words.getProperty(key + ".remedy", ""));
    }

    /** @param pass whether a pass was shown and not a card: whom to ask differs then for some reasons */
    Screen.Words words(DenialReason reason, boolean pass) {
        String key = "reason." + reason.name();
        return words(pass && words.containsKey(key + ".pass.headline") ? key + ".pass" : key);
    }
}
