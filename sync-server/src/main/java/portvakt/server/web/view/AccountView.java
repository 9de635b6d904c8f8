package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;

/**
 * Somebody's own account.
 *
 * @param outside has no password here
 * @param error   why the password was not changed
 * @param done    that it was
 */
public record AccountView(
        PageFrame frame,
        String name,
        Optional<String> displayName,
        List<String> roles,
        boolean outside,
        int passwordLengthMin,
        List<Row> sessions,
        Optional<String> error,
        Optional<String> done) {

    public record Row(String id, String text, boolean current) {}
}
