package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;

/**
 * Who read personal data.
 *
 * @param fields   of its form, in order
 * @param fault    what cannot be understood
 * @param person   whether it is asked about one person: then {@code lists} has the looks at lists that may have had them
 * @param olderUrl the rows before these; empty if there are none
 */
public record AuditView(
        PageFrame frame,
        List<LogView.Field> fields,
        Optional<String> fault,
        List<Line> lines,
        boolean person,
        List<Line> lists,
        String olderUrl) {

    /**
     * @param when  the last time, and how often since when
     * @param what  what was read, in words
     * @param where the site
     * @param facts the question, the span, how many rows
     */
    public record Line(String account, String when, String what, String where, List<String> facts) {}
}
