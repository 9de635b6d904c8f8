package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;

/**
 * One account.
 *
 * @param url      where its forms are sent below
 * @param until    its last day, ISO 8601; empty: none
 * @param mapped   its roles come from the provider at each log-in
 * @param link     a one-time link that was just made, shown this once
 * @param linkOpen until when an earlier one counts
 * @param error    why the last change was refused
 */
public record UserView(
        PageFrame frame,
        String url,
        String name,
        Optional<String> displayName,
        String state,
        String css,
        String lastLogIn,
        boolean outside,
        boolean mapped,
        List<Given> given,
        List<Choice> roles,
        List<Choice> sites,
        String until,
        List<String> sessions,
        boolean disabled,
        boolean locked,
        Optional<Link> link,
        Optional<String> linkOpen,
        Optional<String> error) {

    /** A role that it has. @param site empty: everywhere */
    public record Given(String role, String site, String text) {}

    /** @param fresh of an account that has no password yet */
    public record Link(String url, String until, boolean fresh) {}
}
