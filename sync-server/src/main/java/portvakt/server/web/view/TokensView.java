package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;

/**
 * The tokens of programs, and the form for a new one.
 *
 * @param secret of one that was just made, shown this once
 * @param error  what was wrong with the form that was sent
 */
public record TokensView(
        PageFrame frame,
        List<Row> rows,
        String name,
        String days,
        int daysMax,
        List<Choice> roles,
        List<Choice> sites,
        List<Choice> rights,
        Optional<String> secret,
        Optional<String> error) {

    /** Whether the choice of rights is unfolded. */
    public boolean rightsOpen() {
        return rights.stream().anyMatch(Choice::chosen);
    }

    /**
     * @param bound the rights that it is bound to; empty: all of its roles
     * @param open  it counts, so it can be revoked
     * @param css   of the state
     */
    public record Row(
            String url,
            String name,
            List<String> roles,
            String bound,
            String made,
            String used,
            String state,
            String css,
            boolean open) {}
}
