package portvakt.server.web.view;

import java.util.Optional;

/**
 * The log-in page, the one that makes the first account, or the one where an invited person chooses a password.
 *
 * @param token proves the right to make the account, or to choose its password
 * @param name  of the invited one
 * @param to    where they go on to after the log-in; empty: where they may
 */
public record LogInView(
        PageFrame frame,
        Kind kind,
        String token,
        String name,
        String to,
        int passwordLengthMin,
        Optional<String> error,
        Optional<Outside> outside) {

    /** Which of the three it is. @param key of its texts, and the path of its form */
    public enum Kind {
        LOG_IN("login"),
        SETUP("setup"),
        INVITATION("invitation");

        private final String key;

        Kind(String key) {
            this.key = key;
        }

        public String key() {
            return key;
        }
    }

    /** The way in by a provider. @param url empty: it is away */
    public record Outside(String label, Optional<String> url) {}
}
