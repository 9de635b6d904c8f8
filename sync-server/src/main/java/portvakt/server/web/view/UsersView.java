package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;

/**
 * All accounts, the form that invites, and who changed what.
 *
 * @param outside whether accounts can log in by a provider
 * @param error   what was wrong with the form that was sent
 */
public record UsersView(
        PageFrame frame,
        List<Row> rows,
        Entered entered,
        List<Choice> roles,
        List<Choice> sites,
        boolean outside,
        Optional<String> error,
        List<Note> notes) {

    /** @param css of the state: {@code good}, {@code calm}, {@code warn}, {@code bad} */
    public record Row(String url, String name, List<String> roles, String lastLogIn, String state, String css) {}

    /** @param until the last day, ISO 8601 */
    public record Entered(String name, String until, boolean outside) {}

    /** A line of the audit. */
    public record Note(String at, String actor, String what, String subject) {}
}
