package portvakt.server.web.export;

import java.io.IOException;
import java.io.OutputStream;
import portvakt.server.port.LogEntry;

/**
 * A file of log rows that is being written: it holds a few rows at most, however many it is given. For one thread.
 *
 * <p>Nothing is to be closed: a file that was not finished is none, and what it was written to is thrown away.
 */
public interface RowFile {

    /** Takes one more row. @throws IOException if the row cannot be written */
    void write(LogEntry row) throws IOException;

    /** Writes what is left; no row may follow. @throws IOException if it cannot be written; the file is not whole then */
    void finish() throws IOException;

    /** Begins a file. */
    @FunctionalInterface
    interface Maker {

        /** @param out not closed by the file */
        RowFile begin(OutputStream out) throws IOException;
    }
}
