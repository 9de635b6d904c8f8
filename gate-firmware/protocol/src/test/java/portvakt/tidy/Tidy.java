package portvakt.tidy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads a module's sources and tells what breaks the house rules that no compiler knows: time, chance and sleep come in from
 * outside, methods fit on a screen, files are small, nothing is swallowed or left for later. Each module has a {@code TidyTest}
 * that asks it.
 */
public final class Tidy {

    private static final int METHOD_LINES_MAX = 70;
    private static final int FILE_LINES_MAX = 500;

    /** Where time, chance and waiting come in. */
    private static final Pattern WORLD = Pattern.compile(
            "Instant\\.now\\(|System\\.nanoTime\\(|currentTimeMillis\\(|new Random\\(|Math\\.random\\(|randomUUID\\(|"
                    + "Thread\\.sleep\\(|\\.parallelStream\\(");

    private static final Map<String, Pattern> NOWHERE = new TreeMap<>(Map.of(
            "an exception is swallowed",
                    Pattern.compile("catch \\((final )?(Exception|Throwable|RuntimeException) ignored\\)"),
            "something is left for later", Pattern.compile("\\b(TODO|FIXME|XXX)\\b"),
            "an author is named", Pattern.compile("@author\\b")));

    /** A line on which no method is declared: a type, a statement, a field. */
    private static final String NO_METHOD =
            "(?!.*(\\b(class|interface|enum|record|new|return|else|case|throw|if|for|while|switch|"
                    + "try|catch|assert|yield)\\b|=|->|;$))";

    /** The beginning of a method or constructor, of a class or of one inside it. */
    private static final Pattern METHOD =
            Pattern.compile("^( {4}| {8})" + NO_METHOD + "(\\w[\\w<>\\[\\],.? ]* \\w+\\(.*|\\w+\\(.*\\{)$");

    private Tidy() {}

    /**
     * @param sources    a module's {@code src/main/java}; one that is not there is clean
     * @param mayAskWorld paths below it, with slashes, that may ask for time, chance and sleep
     * @return what is wrong, one line each: file, line and rule
     */
    public static List<String> untidy(Path sources, Predicate<String> mayAskWorld) throws IOException {
        if (!Files.isDirectory(sources)) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java"))
                    .sorted()
                    .toList()) {
                String name = sources.relativize(file).toString().replace('\\', '/');
                check(name, Files.readAllLines(file), mayAskWorld.test(name), found);
            }
        }
        return found;
    }

    static void check(String name, List<String> lines, boolean mayAskWorld, List<String> found) {
        if (lines.size() > FILE_LINES_MAX) {
            found.add(name + ": " + lines.size() + " lines, at most " + FILE_LINES_MAX + ": split it");
        }
        for (int at = 0; at < lines.size(); at++) {
            String line = lines.get(at);
            String place = name + ":" + (at + 1) + ": ";
            if (!mayAskWorld && WORLD.matcher(line).find()) {
                found.add(place + "asks the world for time, chance or sleep; let the caller pass it in");
            }
            NOWHERE.forEach((rule, pattern) -> {
                if (pattern.matcher(line).find()) {
                    found.add(place + rule);
                }
            });
            int length = methodLines(lines, at);
            if (length > METHOD_LINES_MAX) {
                found.add(place + "a method of " + length + " lines, at most " + METHOD_LINES_MAX);
            }
        }
    }

    /** Sources are formatted, so a method ends at the first brace that stands as far in as it begins; 0 where none begins. */
    private static int methodLines(List<String> lines, int from) {
        String line = lines.get(from);
        if (!METHOD.matcher(line).matches()) {
            return 0;
        }
        String end = " ".repeat(line.length() - line.stripLeading().length()) + "}";
        for (int at = from; at < lines.size(); at++) {
            if (lines.get(at).equals(end)) {
                return at - from + 1;
            }
        }
        return 0;
    }
}
