package portvakt.server.web;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An address on this server that somebody is sent back to. Whatever could lead elsewhere is none: a link to our log-in page must not
 * end on another's ({@code //host}, {@code /\host}, which browsers read as that, or anything with a scheme).
 */
final class LocalPath {

    private static final int CHARS_MAX = 2_000;
    private static final Pattern SAFE = Pattern.compile("/(?!/)[!-\\[\\]-~]*");

    private LocalPath() {}

    static Optional<String> of(String text) {
        return Optional.of(text)
                .filter(path -> path.length() <= CHARS_MAX && SAFE.matcher(path).matches());
    }
}
