package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;

/**
 * How one list spreads, in the words of one language.
 *
 * @param version  {@code "v4 217"}; empty: none was issued
 * @param issued   when it was issued, and when it expires
 * @param contents how many cards it holds, by status
 * @param reach    how many of the gates have it
 * @param bar      the same as a picture
 * @param notes    who is silent, who waits
 * @param figures  the delays
 * @param more     empty, or where all gates are shown
 */
public record SpreadView(
        Texts texts,
        String asOf,
        Optional<String> version,
        List<String> issued,
        List<Figure> contents,
        Reach reach,
        List<Note> notes,
        List<Figure> figures,
        List<String> delayNotes,
        Optional<ChartView> chart,
        List<GateRow> gates,
        String more,
        List<VersionRow> versions) {

    /** A number and what it is. */
    public record Figure(String value, String label) {}

    /**
     * @param newestWidth, silentWidth hundredths of the bar: online with the newest version; silent, and had it
     */
    public record Reach(String have, String of, int newestWidth, int silentWidth, String spoken) {}

    public record Note(String css, String text) {}

    /**
     * @param css   colour and icon: {@code good}, {@code calm}, {@code silent}, {@code warn}, {@code bad}
     * @param notes damaged buckets, a snapshot on its way
     */
    public record GateRow(
            String name,
            String css,
            String condition,
            String version,
            String behind,
            String age,
            String delay,
            String lastSeen,
            List<String> notes) {}

    public record VersionRow(
            String version, String issued, String changed, String have, String median, String longest) {}
}
