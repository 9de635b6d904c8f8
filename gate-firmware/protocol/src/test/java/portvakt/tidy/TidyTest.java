package portvakt.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The protocol's sources keep the house rules, and the rules see what breaks them. */
class TidyTest {

    @Test
    void theSourcesAreTidy() throws IOException {
        assertThat(Tidy.untidy(Path.of("src/main/java"), name -> name.startsWith("portvakt/protocol/mqtt/")))
                .isEmpty();
    }

    private static List<String> found(String... lines) {
        List<String> found = new ArrayList<>();
        Tidy.check("A.java", List.of(lines), false, found);
        return found;
    }

    @Test
    void eachRuleSeesWhatBreaksIt() {
        for (String line : List.of(
                "x = Instant.now();",
                "System.nanoTime()",
                "System.currentTimeMillis()",
                "new Random(1)",
                "Math.random()",
                "UUID.randomUUID()",
                "Thread.sleep(1)",
                "list.parallelStream()",
                "} catch (Exception ignored) {",
                "// TODO later",
                "// FIXME",
                " * @author me")) {
            assertThat(found("fine", line)).as(line).singleElement().asString().startsWith("A.java:2: ");
        }
        List<String> allowed = new ArrayList<>();
        Tidy.check("A.java", List.of("Instant.now()"), true, allowed);
        assertThat(allowed).isEmpty();
    }

    @Test
    void longMethodsAndFilesAreSeen() {
        List<String> method = new ArrayList<>();
        method.add("    private static int sum(int one, int other) {");
        method.addAll(Collections.nCopies(68, "        x++;"));
        method.add("    }");
        assertThat(found(method.toArray(String[]::new))).isEmpty();
        method.add(1, "        x++;");
        assertThat(found(method.toArray(String[]::new)))
                .singleElement()
                .asString()
                .contains("71 lines");
        assertThat(found(Collections.nCopies(501, "").toArray(String[]::new)))
                .containsExactly("A.java: 501 lines, at most 500: split it");
    }
}
