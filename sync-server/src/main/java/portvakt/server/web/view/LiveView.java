package portvakt.server.web.view;

import java.util.List;

/**
 * What has just happened and is not in the log yet, because its gate is still sending what happened before.
 *
 * @param rows newest first
 * @param more how many there are besides
 */
public record LiveView(Texts texts, List<RowView> rows, int more) {}
