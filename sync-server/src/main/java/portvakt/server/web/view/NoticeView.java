package portvakt.server.web.view;

import java.util.List;

/**
 * The privacy notice, made from the settings in force.
 *
 * @param missing names of settings that are not given; shown to those who can give them
 */
public record NoticeView(PageFrame frame, List<Section> sections, List<Kept> kept, List<String> missing) {

    public record Section(String title, List<String> paragraphs) {}

    /** How long a site keeps what. */
    public record Kept(String site, String passages, String list, String passNotes) {}
}
