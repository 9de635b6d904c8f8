package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;

/**
 * The page on which the count of who is on a site is kept right.
 *
 * @param sites      the sites to choose from
 * @param mayCorrect whether the reader may
 * @param form       what stands in the form
 * @param error      why the last one was not taken
 */
public record PresenceBoardView(
        PageFrame frame,
        List<Site> sites,
        Site site,
        boolean mayCorrect,
        List<PersonView> people,
        List<CheckOutLine> checkOuts,
        List<DoubleEntryLine> doubleEntries,
        List<CorrectionLine> corrections,
        Form form,
        Optional<String> error) {

    /** @param deniesTwice whether its entrances deny who enters twice, so that a card may have to be forgiven */
    public record Site(String name, String title, String url, boolean deniesTwice) {}

    /** What somebody wrote, to be shown again when it was not taken. @param latest no later time can be stated */
    public record Form(String card, String direction, String at, String reason, String latest) {}

    /** Who it is about. @param card whole for those who may see it */
    public record Who(String name, Optional<String> employer, Optional<String> card) {}

    /**
     * Somebody whom a rule took for gone.
     *
     * @param superseded empty while it stands
     */
    public record CheckOutLine(Who who, String came, String at, String rule, Optional<String> superseded) {}

    /**
     * Somebody who entered twice.
     *
     * @param card     whole, for the form that forgives; empty where the reader may not, or it is no card
     * @param forgiven empty while it is open
     */
    public record DoubleEntryLine(
            Who who, String first, String second, Optional<String> card, Optional<String> forgiven) {}

    /**
     * A row of the log of corrections.
     *
     * @param undone   empty while it counts
     * @param undoable whether it can be undone by this reader
     */
    public record CorrectionLine(
            long id,
            String recorded,
            String author,
            String what,
            Who who,
            Optional<String> reason,
            Optional<String> undone,
            boolean undoable) {}
}
