package portvakt.server.web.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.server.port.EntryLog.Filter;
import portvakt.server.port.LogEntry;
import portvakt.server.web.export.ExportJobs.Export;
import portvakt.server.web.export.ExportJobs.Owner;
import portvakt.server.web.export.ExportRefusedException.Cause;
import portvakt.server.web.export.ExportState.Fault;

/** Files are their owner's, few, counted truly, and gone when they should be. */
class ExportJobsTest {

    private static final Owner KARI = new Owner("kari", "kari-1");
    private static final long ROWS = 3_000;

    @TempDir
    private Path folder;

    private final AtomicLong free = new AtomicLong(ExportJobs.FREE_BYTES_MIN);
    private final AtomicInteger ids = new AtomicInteger();

    /** How many rows may still be written. */
    private final Semaphore rows = new Semaphore(0);

    private volatile Instant now = Rows.NOW;
    private ExportJobs jobs;

    @BeforeEach
    void open() {
        jobs = new ExportJobs(folder, () -> now, () -> "id" + ids.incrementAndGet(), free::get);
    }

    @AfterEach
    void close() {
        jobs.close();
        rows.release(Integer.MAX_VALUE / 2);
        await().atMost(Rows.PATIENCE).until(() -> files() == 0);
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    /** One byte a row, as slowly as the test lets it. */
    private RowFile slow(OutputStream out) {
        return new RowFile() {
            @Override
            public void write(LogEntry row) throws IOException {
                rows.acquireUninterruptibly();
                out.write('x');
            }

            @Override
            public void finish() {
                // Nothing is left.
            }
        };
    }

    private ExportOrder order(OptionalLong rowsMax) {
        return new ExportOrder(
                portvakt.server.port.EntryLog.Filter.NONE,
                "Excel",
                "/log",
                "a.xlsx",
                "x/y",
                () -> new ExportRows(new Rows(ROWS), Filter.NONE),
                this::slow,
                rowsMax);
    }

    private Export start(Owner owner) throws ExportRefusedException {
        return jobs.start(owner, order(OptionalLong.empty()));
    }

    private ExportState state(String id) {
        return jobs.find(KARI, id).orElseThrow().state();
    }

    private String ready() throws ExportRefusedException {
        String id = start(KARI).id();
        rows.release(Math.toIntExact(ROWS));
        await().atMost(Rows.PATIENCE).until(() -> state(id) instanceof ExportState.Ready);
        return id;
    }

    private static Cause refusal(Attempt attempt) {
        try {
            attempt.start();
        } catch (ExportRefusedException e) {
            return e.reason();
        }
        throw new AssertionError("was not refused");
    }

    private interface Attempt {
        Export start() throws ExportRefusedException;
    }

    @Test
    void tellsRowsWrittenAndHowManyThereAreLikelyToBe() throws Exception {
        String id = start(KARI).id();
        assertThat(state(id)).isEqualTo(new ExportState.Running(0, 0, false));

        rows.release(1_500);
        await().atMost(Rows.PATIENCE)
                .untilAsserted(() -> assertThat(state(id))
                        .isInstanceOfSatisfying(
                                ExportState.Running.class,
                                running -> assertThat(running.rows()).isEqualTo(1_500)));
        // One page of three is through: 1,500 rows with a third of the way behind, then 2,000 with two thirds.
        rows.release(501);
        await().atMost(Rows.PATIENCE)
                .untilAsserted(() -> assertThat(state(id)).isEqualTo(new ExportState.Running(2_001, 3_002, false)));

        rows.release(999);
        await().atMost(Rows.PATIENCE)
                .untilAsserted(() -> assertThat(state(id)).isEqualTo(new ExportState.Ready(ROWS, ROWS)));
        assertThat(Files.getPosixFilePermissions(folder.resolve(id)))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void whatIsBoundedIsCountedFirst() throws Exception {
        String fits = jobs.start(KARI, order(OptionalLong.of(ROWS))).id();
        String tooLong = jobs.start(KARI, order(OptionalLong.of(ROWS - 1))).id();

        await().atMost(Rows.PATIENCE)
                .untilAsserted(() -> assertThat(state(fits)).isEqualTo(new ExportState.Running(0, ROWS, true)));
        await().atMost(Rows.PATIENCE)
                .untilAsserted(() ->
                        assertThat(state(tooLong)).isEqualTo(new ExportState.Failed(Fault.TOO_MANY_ROWS, ROWS - 1)));
    }

    @Test
    void nobodyElseFindsIt() throws Exception {
        String id = ready();

        for (Owner other : new Owner[] {new Owner("kari", "kari-2"), new Owner("ola", "ola-1")}) {
            assertThat(jobs.find(other, id)).isEmpty();
            assertThat(jobs.file(other, id)).isEmpty();
            assertThat(jobs.of(other)).isEmpty();
            jobs.cancel(other, id);
            jobs.taken(other, id);
        }
        assertThat(jobs.file(KARI, id))
                .hasValueSatisfying(file -> assertThat(file).hasSize(ROWS));
    }

    @Test
    void goesWhenItHasBeenTaken() throws Exception {
        String id = ready();

        jobs.taken(KARI, id);

        assertThat(state(id)).isEqualTo(new ExportState.Taken());
        assertThat(files()).isZero();
    }

    @Test
    void goesAnHourAfterItWasReady() throws Exception {
        String id = ready();

        now = now.plus(ExportJobs.KEPT);
        assertThat(state(id)).isInstanceOf(ExportState.Ready.class);
        now = now.plusMillis(1);
        assertThat(state(id)).isEqualTo(new ExportState.Expired());
        assertThat(files()).isZero();
        now = now.plus(ExportJobs.KEPT).plusMillis(1);
        assertThat(jobs.find(KARI, id)).isEmpty();
    }

    @Test
    void isStoppedWhileItIsWritten() throws Exception {
        String id = start(KARI).id();
        rows.release(10);
        await().atMost(Rows.PATIENCE).until(() -> files() == 1);

        jobs.cancel(KARI, id);

        assertThat(state(id)).isEqualTo(new ExportState.Cancelled());
        rows.release(Math.toIntExact(ROWS));
        await().atMost(Rows.PATIENCE).until(() -> files() == 0);
        assertThat(state(id)).isEqualTo(new ExportState.Cancelled());
        assertThat(rows.availablePermits()).as("it stops at the page's end").isGreaterThan(1_000);
    }

    @Test
    void anAccountHasTwoWhateverItsSession() throws Exception {
        Export first = start(KARI);
        start(new Owner("kari", "kari-2"));
        assertThat(refusal(() -> start(KARI))).isEqualTo(Cause.ACCOUNT_BUSY);

        jobs.cancel(KARI, first.id());
        assertThat(start(KARI).state()).isInstanceOf(ExportState.Running.class);
    }

    @Test
    void aFileThatWaitsCountsForItsAccountAndNotForAll() throws Exception {
        ready();
        ready();
        assertThat(refusal(() -> start(KARI))).isEqualTo(Cause.ACCOUNT_BUSY);

        for (int i = 0; i < ExportJobs.RUNNING_MAX; i++) {
            start(new Owner("guard-" + i, "session-" + i));
        }
        assertThat(refusal(() -> start(new Owner("ola", "ola-1")))).isEqualTo(Cause.SERVER_BUSY);
    }

    @Test
    void leavesRoomOnTheDisk() throws Exception {
        String id = start(KARI).id();
        free.set(ExportJobs.FREE_BYTES_MIN - 1);

        assertThat(refusal(() -> start(KARI))).isEqualTo(Cause.DISK_FULL);
        rows.release(Math.toIntExact(ROWS));
        await().atMost(Rows.PATIENCE)
                .untilAsserted(() -> assertThat(state(id)).isEqualTo(new ExportState.Failed(Fault.DISK_FULL, 0)));
        await().atMost(Rows.PATIENCE).until(() -> files() == 0);
    }

    @Test
    void whatFailsLeavesNothing() throws Exception {
        String id = jobs.start(
                        KARI,
                        new ExportOrder(
                                portvakt.server.port.EntryLog.Filter.NONE,
                                "Excel",
                                "/log",
                                "a.xlsx",
                                "x/y",
                                () -> new ExportRows(new Rows(ROWS), Filter.NONE),
                                _ -> {
                                    throw new IOException("as if the disk were broken");
                                },
                                OptionalLong.empty()))
                .id();

        await().atMost(Rows.PATIENCE)
                .untilAsserted(() -> assertThat(state(id)).isEqualTo(new ExportState.Failed(Fault.SERVER, 0)));
        await().atMost(Rows.PATIENCE).until(() -> files() == 0);
    }

    @Test
    void aRestartEmptiesTheFolder() throws Exception {
        Files.writeString(folder.resolve("left"), "names and numbers");

        try (ExportJobs again = new ExportJobs(folder, () -> now, () -> "id", free::get)) {
            assertThat(again.of(KARI)).isEmpty();
            assertThat(files()).isZero();
        }
    }

    @Test
    void aFolderThatCannotBeUsedIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("a-file"), "");

        assertThatThrownBy(() -> new ExportJobs(file, () -> now, () -> "id", free::get))
                .hasMessageContaining(file.toString());
        Files.delete(file);
    }
}
