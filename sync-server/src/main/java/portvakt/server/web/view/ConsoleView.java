package portvakt.server.web.view;

import java.util.List;

/**
 * The console's page.
 *
 * @param justNow   what the log does not have yet
 * @param live      whether it follows the log; a page of older rows does not
 * @param streamUrl where its changes come from
 * @param newestId  the newest event that is in it
 * @param olderUrl  empty, or the page with the rows before these
 */
public record ConsoleView(
        PageFrame frame,
        String today,
        PresenceView presence,
        GatesView gates,
        LiveView justNow,
        List<RowView> rows,
        boolean live,
        String streamUrl,
        long newestId,
        String olderUrl) {}
