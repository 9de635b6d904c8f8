package portvakt.server.web.view;

import java.util.List;

/**
 * One row of the site's list and how it came to be.
 *
 * @param keeps   whether the reader may change it
 * @param removed whether it is on the list no more
 */
public record SiteListRowView(
        PageFrame frame,
        String backUrl,
        SiteListView.Row row,
        boolean keeps,
        boolean removed,
        SiteListView.PersonForm form,
        List<String> errors,
        String removeUrl,
        List<VersionLine> versions) {

    /** @param what who did what, and when */
    public record VersionLine(String what, String content) {}
}
