package portvakt.sim.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import portvakt.protocol.CardStatus;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.UnattributedPassage;
import portvakt.server.web.view.Texts;

/** Both languages have the same words, and a word for everything that can happen. */
class WordsTest {

    private static Properties bundle(String language) throws IOException {
        Properties bundle = new Properties();
        try (InputStream in = WordsTest.class.getResourceAsStream("workbench_" + language + ".properties")) {
            bundle.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        }
        return bundle;
    }

    @Test
    void bothLanguagesHaveTheSameKeysWithTheSameGaps() throws IOException {
        Properties nb = bundle("nb");
        Properties en = bundle("en");
        assertThat(nb.stringPropertyNames()).isEqualTo(en.stringPropertyNames());
        for (String key : nb.stringPropertyNames()) {
            assertThat(gaps(nb.getProperty(key))).as(key).isEqualTo(gaps(en.getProperty(key)));
        }
    }

    private static TreeSet<String> gaps(String text) {
        TreeSet<String> gaps = new TreeSet<>();
        for (Matcher gap = Pattern.compile("\\{(\\d)|\\[card]").matcher(text); gap.find(); ) {
            gaps.add(gap.group());
        }
        return gaps;
    }

    @ParameterizedTest
    @EnumSource(Texts.Language.class)
    void everyGapOfThePagesHasAWord(Texts.Language language) throws IOException {
        Words words = Words.in(language);
        List<String> given = List.of(
                "lang",
                "other-lang",
                "other-lang-name",
                "skip",
                "console-css",
                "css",
                "js",
                "gates",
                "cards",
                "register",
                "gate",
                "gate-name",
                "way");
        List<String> missing = new ArrayList<>();
        for (String file : List.of("workbench.html", "workbench-gate.html")) {
            String page;
            try (InputStream in = WordsTest.class.getResourceAsStream(file)) {
                page = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
            Pattern.compile("\\{\\{([a-z0-9.-]+)}}")
                    .matcher(page)
                    .results()
                    .map(gap -> gap.group(1))
                    .forEach(key -> {
                        if (!given.contains(key) && !words.has(key)) {
                            missing.add(key);
                        }
                    });
        }
        assertThat(missing).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Texts.Language.class)
    void everyEventStatusAndCauseHasAWord(Texts.Language language) {
        Words words = Words.in(language);
        List<String> keys = new ArrayList<>();
        for (EventFacts.BodyCase body : EventFacts.BodyCase.values()) {
            keys.add("event." + body + (body == EventFacts.BodyCase.DEVICE_CHANGED ? ".lost" : ""));
        }
        for (UnattributedPassage.Cause cause : UnattributedPassage.Cause.values()) {
            if (cause != UnattributedPassage.Cause.UNRECOGNIZED) {
                keys.add("cause." + cause.name().replace("CAUSE_", ""));
            }
        }
        for (CardStatus status : CardStatus.values()) {
            keys.add("status." + status);
            keys.add("register." + status + ".of");
        }
        assertThat(keys).allSatisfy(key -> assertThat(words.has(key)).as(key).isTrue());
    }

    @Test
    void writesTextSafelyIntoAPage() {
        assertThat(WorkbenchPage.escaped("<a href=\"x\">&")).isEqualTo("&lt;a href=&quot;x&quot;&gt;&amp;");
    }
}
