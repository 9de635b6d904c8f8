package portvakt.server.web.export;

import java.util.OptionalLong;
import portvakt.server.port.EntryLog.Filter;

/**
 * A file that is wanted.
 *
 * @param filter   what of the log goes into it
 * @param label    format and filter in words
 * @param back     the page where it was asked for
 * @param fileName what the browser should call it
 * @param rows     of it; made on the thread that writes
 * @param rowsMax  how many rows such a file may have; empty: any number
 */
public record ExportOrder(
        Filter filter,
        String label,
        String back,
        String fileName,
        String mediaType,
        Rows rows,
        RowFile.Maker maker,
        OptionalLong rowsMax) {

    /** Opens the log. */
    @FunctionalInterface
    public interface Rows {
        ExportRows open();
    }
}
