package portvakt.server.evidence;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import portvakt.protocol.event.EventChain;
import portvakt.server.port.Evidence;
import portvakt.server.port.Evidence.Stored;

/** Writes a gate's chain into a file, page by page: takes the memory of one page, however long the chain is. */
public final class ChainExport {

    private ChainExport() {}

    /**
     * Does not close the stream.
     *
     * @return how many events were written
     * @throws portvakt.server.port.StorageException if the database went away; what is written by then has no end line
     */
    public static long write(Evidence evidence, ChainFile.Header header, OutputStream out) throws IOException {
        line(out, ChainFile.header(header));
        long count = 0;
        long last = 0;
        ByteString lastHash = ByteString.EMPTY;
        long from = header.from();
        while (from <= header.to()) {
            List<Stored> page = evidence.page(header.gate(), from, header.to());
            if (page.isEmpty()) {
                break;
            }
            for (Stored stored : page) {
                line(out, ChainFile.line(header, stored.event(), stored.receivedAt()));
            }
            Stored newest = page.getLast();
            count += page.size();
            last = newest.event().getSequence();
            lastHash = EventChain.hash(newest.event());
            from = last + 1;
        }
        line(out, ChainFile.end(new ChainFile.End(count, last, lastHash)));
        return count;
    }

    private static void line(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.write('\n');
    }
}
