package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;

/**
 * A muster.
 *
 * @param open      whether people can be ticked off
 * @param startIso  when it began, for the clock on the page
 * @param ended     when and by whom; empty while it is under way
 * @param streamUrl empty once it is over
 */
public record MusterBoardView(
        PageFrame frame,
        String title,
        String url,
        boolean drill,
        boolean open,
        String started,
        String startIso,
        Optional<String> ended,
        Sum sum,
        Doubts doubts,
        List<Row> rows,
        String streamUrl) {

    /** What the list does not know. */
    public record Doubts(List<String> lines, Texts texts) {}

    /** @param finished how long it took until nobody was missing any more */
    public record Sum(int missing, int left, int found, int total, Optional<String> finished, Texts texts) {}

    /**
     * Somebody on the list.
     *
     * @param list   {@code missing}, {@code left} or {@code found}: the part of the page that they stand in
     * @param order  what the rows of a list are sorted by
     * @param fact   when and where they came, or why they are on the list
     * @param warning that they have left, as a gate or somebody says
     * @param ticked when and by whom
     */
    public record Row(
            long id,
            String list,
            String order,
            String name,
            boolean nameKnown,
            Optional<String> employer,
            Optional<String> card,
            String fact,
            Optional<String> warning,
            Optional<String> ticked,
            String url,
            String formToken,
            boolean open,
            Texts texts) {}

    public List<Row> rows(String list) {
        return rows.stream().filter(row -> row.list().equals(list)).toList();
    }
}
