package portvakt.server.web.view;

import java.util.List;

/** How a site is set up. @param known whether the settings name the site; one that is known by its gates alone has none */
public record SettingsView(
        PageFrame frame,
        List<CardsView.Place> places,
        CardsView.Place place,
        boolean known,
        List<Age> ages,
        List<Section> sections) {

    /** What happens at an age of a list. @param css colour and icon */
    public record Age(String age, String action, String css) {}

    public record Section(String title, List<Row> rows) {}

    /**
     * @param key       as the settings call it; empty for what is no setting
     * @param byDefault whether it is what holds without the setting
     */
    public record Row(String label, String key, String value, String why, boolean byDefault) {}
}
