package portvakt.gate.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/** The words of findings, Norwegian or English. Immutable. */
public final class CheckTexts {

    private final Locale locale;
    private final Properties words = new Properties();

    private CheckTexts(Locale locale, String language) {
        this.locale = locale;
        String file = "texts_" + language + ".properties";
        try (InputStream in = CheckTexts.class.getResourceAsStream(file)) {
            words.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }

    /** Norwegian where the system speaks it, else English. */
    public static CheckTexts in(Locale locale) {
        boolean norwegian = Set.of("nb", "no", "nn").contains(locale.getLanguage()); // looked up, never walked
        return new CheckTexts(locale, norwegian ? "nb" : "en");
    }

    public String name(Finding.Check check) {
        return text(check.name().toLowerCase(Locale.ROOT));
    }

    /** What was found. */
    public String text(Finding finding) {
        return text(key(finding), finding.arguments().toArray());
    }

    /** What to do; empty: nothing. */
    public Optional<String> remedy(Finding finding) {
        String key = key(finding) + ".remedy";
        return words.containsKey(key)
                ? Optional.of(text(key, finding.arguments().toArray()))
                : Optional.empty();
    }

    public String text(String key, Object... arguments) {
        String pattern = words.getProperty(key);
        if (pattern == null) {
            throw new IllegalArgumentException("there are no words for " + key);
        }
        return new MessageFormat(pattern, locale).format(arguments);
    }

    static String key(Finding finding) {
        return finding.check().name().toLowerCase(Locale.ROOT) + "." + finding.key();
    }

    Set<String> keys() {
        return words.stringPropertyNames();
    }
}
