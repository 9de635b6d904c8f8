package portvakt.server.web.view;

import java.util.Optional;

/**
 * The log-in page, or the one that makes the first account.
 *
 * @param setupToken proves the right to make it
 */
public record LogInView(
        PageFrame frame, boolean setup, String setupToken, int passwordLengthMin, Optional<String> error) {}
