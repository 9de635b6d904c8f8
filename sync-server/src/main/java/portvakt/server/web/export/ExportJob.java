package portvakt.server.web.export;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.server.web.export.ExportState.Fault;

/** One file that is made, kept for its owner and thrown away. Safe for any thread; {@link #run} once. */
final class ExportJob implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ExportJob.class);

    private final ExportJobs.Owner owner;
    private final ExportOrder order;
    private final Path file;
    private final BooleanSupplier hasRoom;
    private final InstantSource clock;
    private volatile ExportState state = new ExportState.Running(0, 0, false);
    private volatile Instant since;
    private volatile long written;
    private volatile long counted;
    private volatile double share;

    ExportJob(ExportJobs.Owner owner, ExportOrder order, Path file, BooleanSupplier hasRoom, InstantSource clock) {
        this.owner = owner;
        this.order = order;
        this.file = file;
        this.hasRoom = hasRoom;
        this.clock = clock;
        this.since = clock.instant();
    }

    /** The export was cancelled while it was being written. */
    private static final class StoppedException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** The file cannot be made, for a reason that is worth telling. */
    private static final class FaultException extends IOException {
        private static final long serialVersionUID = 1L;
        private final Fault fault;

        FaultException(Fault fault) {
            super(fault.name());
            this.fault = fault;
        }
    }

    ExportJobs.Owner owner() {
        return owner;
    }

    ExportOrder order() {
        return order;
    }

    Path file() {
        return file;
    }

    /** When it came to its present state. */
    Instant since() {
        return since;
    }

    ExportState state() {
        if (!(state instanceof ExportState.Running)) {
            return state;
        }
        long rows = written;
        double part = share;
        long expected = counted > 0 ? counted : part > 0 ? Math.round(rows / part) : 0;
        return new ExportState.Running(rows, expected == 0 ? 0 : Math.max(rows, expected), counted > 0);
    }

    /** Ends it where it is running or waits to be fetched; its file goes. */
    synchronized void end(ExportState last) {
        boolean running = state instanceof ExportState.Running;
        if (running || state instanceof ExportState.Ready) {
            state = last;
            since = clock.instant();
        }
        // Whoever is still writing deletes it, after the last byte.
        if (!running) {
            delete();
        }
    }

    @Override
    public void run() {
        try {
            write();
            ready(Files.size(file));
        } catch (StoppedException e) {
            LOG.debug("an export was cancelled");
        } catch (FaultException e) {
            LOG.info("an export cannot be made: {}", e.fault);
            end(new ExportState.Failed(e.fault, order.rowsMax().orElse(0)));
        } catch (IOException | RuntimeException e) {
            LOG.error("an export ends unfinished", e);
            end(new ExportState.Failed(hasRoom.getAsBoolean() ? Fault.SERVER : Fault.DISK_FULL, 0));
        } finally {
            if (!(state instanceof ExportState.Ready)) {
                delete();
            }
        }
    }

    private synchronized void ready(long bytes) {
        if (state instanceof ExportState.Running) {
            state = new ExportState.Ready(written, bytes);
            since = clock.instant();
        }
    }

    private void write() throws IOException {
        ExportRows rows = order.rows().open();
        if (order.rowsMax().isPresent()) {
            // What does not fit is said before anybody waits for it.
            counted = rows.count(order.rowsMax().getAsLong() + 1);
            if (counted > order.rowsMax().getAsLong()) {
                throw new FaultException(Fault.TOO_MANY_ROWS);
            }
        }
        try (OutputStream out = new BufferedOutputStream(
                Channels.newOutputStream(Files.newByteChannel(
                        file,
                        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))),
                1 << 16)) {
            RowFile made = order.maker().begin(out);
            rows.each(
                    row -> {
                        made.write(row);
                        written = written + 1;
                        return true;
                    },
                    this::pageTaken);
            made.finish();
        }
    }

    private void pageTaken(double upTo) throws IOException {
        share = upTo;
        if (!(state instanceof ExportState.Running)) {
            throw new StoppedException();
        }
        if (!hasRoom.getAsBoolean()) {
            throw new FaultException(Fault.DISK_FULL);
        }
    }

    private void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.error("{} should be deleted and cannot; it goes at the next start", file, e);
        }
    }
}
