package portvakt.gate.status;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of one list's files on the disk: a base of one version, the log that leads on from it, and what they are while they
 * are made. A list's name holds no dot, so no name of one list begins like another's.
 */
record Pair(String list, int epoch, long version) {

    private static final Pattern NAME =
            Pattern.compile("([^.]+)\\.([0-9]{1,9})\\.([0-9]{1,18})\\.(list|log|part|fold)");

    /** The pair that a file belongs to; empty for other files. */
    static Optional<Pair> of(String file) {
        Matcher matcher = NAME.matcher(file);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Pair pair = new Pair(matcher.group(1), Integer.parseInt(matcher.group(2)), Long.parseLong(matcher.group(3)));
        // A name with zeros in front would be a second name of the same pair.
        return file.startsWith(pair.stem()) ? Optional.of(pair) : Optional.empty();
    }

    private String stem() {
        return list + "." + epoch + "." + version + ".";
    }

    /** Head, table, keys. */
    String base() {
        return stem() + "list";
    }

    String log() {
        return stem() + "log";
    }

    /** A base that a sync is bringing. */
    String part() {
        return stem() + "part";
    }

    /** A base that a fold is writing. */
    String fold() {
        return stem() + "fold";
    }
}
