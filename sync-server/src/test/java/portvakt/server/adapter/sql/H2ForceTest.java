package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is acknowledged after a force is in the file, whichever of H2's threads writes it. */
@Tag(Databases.H2_ONLY)
class H2ForceTest {

    @TempDir
    private Path folder;

    @Test
    void aForceWaitsForWhatTheBackgroundWriterHasInHand() throws Exception {
        try (HeldFiles files = HeldFiles.register();
                Database database =
                        Database.open("jdbc:h2:held:" + folder.resolve("db"), Optional.empty(), Optional.empty())) {
            database.makeDurable();
            files.hold();
            database.jdbi()
                    .useHandle(handle -> handle.execute("INSERT INTO log_cursor (name, last_id) VALUES ('held', 1)"));
            // H2's own writer takes it after a while, and is stuck in the disk.
            await().until(files::isWriting);

            AtomicBoolean returned = new AtomicBoolean();
            Thread forcing = Thread.ofPlatform().start(() -> {
                database.makeDurable();
                returned.set(true);
            });
            await().until(() -> !forcing.isAlive()
                    || Arrays.stream(forcing.getStackTrace())
                            .anyMatch(frame -> frame.getMethodName().equals("flushExecutor")));
            assertThat(returned).isFalse();
            assertThat(files.forcedTooEarly()).isFalse();

            files.release();
            forcing.join();
            assertThat(returned).isTrue();
            assertThat(files.forcedTooEarly()).isFalse();
        }
    }

    @Test
    void aDatabaseInMemoryHasNothingToForce() throws Exception {
        try (Database database = Database.open("jdbc:h2:mem:force", Optional.empty(), Optional.empty())) {
            database.makeDurable();
            assertThat(database.isAlive()).isTrue();
        }
    }
}
