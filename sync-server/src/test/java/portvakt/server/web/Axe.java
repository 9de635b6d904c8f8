package portvakt.server.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.chrome.ChromeDriver;

/** axe-core in a page: what a program can find of WCAG 2.2, levels A and AA, and of good practice. */
public final class Axe {

    private static final String SCRIPT = read();

    private static final String RUN = """
            const done = arguments[arguments.length - 1];
            axe.run(document, {
              runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
              resultTypes: ['violations'],
            }).then(found => done({
              rules: found.passes.length + found.violations.length,
              violations: found.violations.map(v => v.id + ': ' + v.help + ' at '
                + v.nodes.slice(0, 5).map(n => n.target.join(' ') + ' (' + (n.any[0]?.message || n.all[0]?.message || n.none[0]?.message) + ')').join('; ')),
            }), e => done({rules: 0, violations: [String(e)]}));""";

    private Axe() {}

    /** @param rules how many applied to the page */
    public record Found(long rules, List<String> violations) {}

    public static Found of(ChromeDriver driver) {
        driver.executeScript(SCRIPT);
        Map<?, ?> found = (Map<?, ?>) driver.executeAsyncScript(RUN);
        return new Found(
                (Long) found.get("rules"),
                ((List<?>) found.get("violations"))
                        .stream().map(String::valueOf).toList());
    }

    private static String read() {
        try (InputStream in = Axe.class.getResourceAsStream("/axe.min.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
