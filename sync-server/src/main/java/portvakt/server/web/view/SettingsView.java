package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;

/**
 * How a site is set up.
 *
 * @param known    whether the settings name the site; one that is known by its gates alone has none
 * @param ages     in force now
 * @param changed  empty: the settings file counts
 * @param form     empty where there is nothing to be changed
 * @param changes  the newest first
 */
public record SettingsView(
        PageFrame frame,
        List<CardsView.Place> places,
        CardsView.Place place,
        Optional<String> error,
        boolean known,
        List<Age> ages,
        List<Section> sections,
        Optional<Override> changed,
        Optional<Form> form,
        List<String> changes) {

    /** What happens at an age of a list. @param css colour and icon */
    public record Age(String age, String action, String css) {}

    public record Section(String title, List<Row> rows) {}

    /**
     * @param key       as the settings call it; empty for what is no setting
     * @param byDefault whether it is what holds without the setting
     */
    public record Row(String label, String key, String value, String why, boolean byDefault) {}

    /** Somebody has set something else than the file says. @param who who, when and why @param ages, rows what the file says */
    public record Override(String who, List<Age> ages, List<Row> rows) {}

    /** @param open whether it was just sent @param fresh, grace, closed in hours */
    public record Form(
            boolean open,
            String fresh,
            String grace,
            String closed,
            List<Choice> whenGrace,
            List<Choice> whenStale,
            List<Choice> whenNone,
            List<Choice> assurance,
            boolean clock,
            String attended,
            String reason) {}

    public record Choice(String value, String text, boolean chosen) {}
}
