package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;

/**
 * What is held about one person.
 *
 * @param base      address of this person's forms and files
 * @param frozen    since when and why their data is frozen
 * @param parts     all that is held, by where it is held
 * @param views     who asked for this person; {@code lists}: who looked at lists that may have shown them
 * @param retention when what goes
 * @param erasure   what can be erased now, and what not before when and why
 * @param erases    whether the reader may have it erased now
 * @param today     for the form of a new case
 * @param rows      that can be corrected
 */
public record PersonDataView(
        PageFrame frame,
        String base,
        String backUrl,
        String card,
        String title,
        String made,
        List<String> errors,
        Optional<String> frozen,
        List<CaseLine> cases,
        List<Part> parts,
        List<AuditView.Line> views,
        List<AuditView.Line> lists,
        List<String> retention,
        List<String> erasure,
        boolean erases,
        String today,
        List<Choice> rows) {

    public record CaseLine(
            String what, String state, String css, String grounds, Optional<String> answer, String closeUrl) {}

    public record Part(String title, List<Line> lines) {}

    /** @param when empty where it is of no time */
    public record Line(String when, String what, String facts, List<String> marks) {}

    public record Choice(String value, String text) {}

    public String text(String key, Object... arguments) {
        return frame.text(key, arguments);
    }
}
