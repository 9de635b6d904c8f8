package portvakt.server.web.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.server.adapter.file.SecretFile;

/**
 * Makes files of the log while somebody looks on, and keeps each for the session that asked for it: until it has been downloaded, for
 * an hour at most, and never over a restart. How many there are is bounded, and so is what they leave of the disk. Safe for any thread.
 */
public final class ExportJobs implements AutoCloseable {

    /** Exports that one account may have at once, being made or waiting to be fetched. */
    public static final int PER_ACCOUNT_MAX = 2;

    /** Exports being made at once. */
    public static final int RUNNING_MAX = 8;

    /** How long a file waits for its owner. */
    public static final Duration KEPT = Duration.ofHours(1);

    /** What an export leaves free on the disk: the entry log itself is written there. */
    public static final long FREE_BYTES_MIN = 512L << 20;

    private static final Duration SWEPT_EVERY = Duration.ofMinutes(1);
    private static final Logger LOG = LoggerFactory.getLogger(ExportJobs.class);

    private final Path folder;
    private final InstantSource clock;
    private final Supplier<String> ids;
    private final LongSupplier freeBytes;
    private final Map<String, ExportJob> jobs = new LinkedHashMap<>();
    private final ScheduledExecutorService sweeper;

    /** Who asked. @param session a name of the session that tells nobody how to resume it */
    public record Owner(String account, String session) {}

    /** An export as its owner sees it. */
    public record Export(String id, ExportOrder order, ExportState state) {}

    /**
     * Empties the folder: what a former run left there is nobody's.
     *
     * @param folder for this alone; made if it is not there
     * @param ids    names that nobody guesses
     * @throws UncheckedIOException if the folder cannot be used
     */
    public ExportJobs(Path folder, InstantSource clock, Supplier<String> ids) {
        this(folder, clock, ids, () -> freeBytes(folder));
    }

    /** For tests, whose disk is as full as they like. */
    public ExportJobs(Path folder, InstantSource clock, Supplier<String> ids, LongSupplier freeBytes) {
        this.folder = folder;
        this.clock = clock;
        this.ids = ids;
        this.freeBytes = freeBytes;
        try {
            SecretFile.createFolder(folder);
            empty();
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " cannot be used for exports: check that it can be written to.", e);
        }
        sweeper = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("export-sweep").daemon().factory());
        sweeper.scheduleWithFixedDelay(this::sweep, SWEPT_EVERY.toSeconds(), SWEPT_EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    /** Begins to make a file. */
    public synchronized Export start(Owner owner, ExportOrder order) throws ExportRefusedException {
        sweep();
        if (jobs.values().stream()
                        .filter(job -> job.owner().account().equals(owner.account()))
                        .filter(job -> isRunning(job) || job.state() instanceof ExportState.Ready)
                        .count()
                >= PER_ACCOUNT_MAX) {
            throw new ExportRefusedException(ExportRefusedException.Cause.ACCOUNT_BUSY);
        }
        if (jobs.values().stream().filter(ExportJobs::isRunning).count() >= RUNNING_MAX) {
            throw new ExportRefusedException(ExportRefusedException.Cause.SERVER_BUSY);
        }
        if (!hasRoom()) {
            throw new ExportRefusedException(ExportRefusedException.Cause.DISK_FULL);
        }
        String id = ids.get();
        ExportJob job = new ExportJob(owner, order, folder.resolve(id), this::hasRoom, clock);
        jobs.put(id, job);
        Thread.ofVirtual().name("export").start(job);
        return new Export(id, order, job.state());
    }

    /** A session's exports, oldest first. */
    public synchronized List<Export> of(Owner owner) {
        sweep();
        List<Export> own = new ArrayList<>();
        jobs.forEach((id, job) -> {
            if (job.owner().equals(owner)) {
                own.add(new Export(id, job.order(), job.state()));
            }
        });
        return own;
    }

    /** One of a session's exports. */
    public Optional<Export> find(Owner owner, String id) {
        return job(owner, id).map(job -> new Export(id, job.order(), job.state()));
    }

    /** Stops it, or throws its file away. */
    public void cancel(Owner owner, String id) {
        job(owner, id).ifPresent(job -> job.end(new ExportState.Cancelled()));
    }

    /** Where a finished file is. It stays until {@link #taken}. */
    public Optional<Path> file(Owner owner, String id) {
        return job(owner, id)
                .filter(job -> job.state() instanceof ExportState.Ready)
                .map(ExportJob::file);
    }

    /** Its owner has all of it. */
    public void taken(Owner owner, String id) {
        job(owner, id).ifPresent(job -> job.end(new ExportState.Taken()));
    }

    /** Stops what is under way and throws all files away. */
    @Override
    public void close() {
        sweeper.shutdownNow();
        synchronized (this) {
            jobs.values().forEach(job -> job.end(new ExportState.Cancelled()));
        }
    }

    private synchronized Optional<ExportJob> job(Owner owner, String id) {
        sweep();
        return Optional.ofNullable(jobs.get(id)).filter(job -> job.owner().equals(owner));
    }

    private static boolean isRunning(ExportJob job) {
        return job.state() instanceof ExportState.Running;
    }

    /** A file goes when its hour is over; that there was one is forgotten an hour later. */
    private synchronized void sweep() {
        Instant before = clock.instant().minus(KEPT);
        jobs.values().removeIf(job -> {
            boolean over = !isRunning(job) && job.since().isBefore(before);
            if (over && job.state() instanceof ExportState.Ready) {
                job.end(new ExportState.Expired());
                return false;
            }
            return over;
        });
    }

    private boolean hasRoom() {
        return freeBytes.getAsLong() >= FREE_BYTES_MIN;
    }

    private static long freeBytes(Path folder) {
        try {
            FileStore store = Files.getFileStore(folder);
            return store.getUsableSpace();
        } catch (IOException e) {
            LOG.error("{}: cannot tell how much room there is", folder, e);
            return 0;
        }
    }

    private void empty() throws IOException {
        try (Stream<Path> left = Files.list(folder)) {
            for (Path file : left.toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
