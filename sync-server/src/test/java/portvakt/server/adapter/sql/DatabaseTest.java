package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.TimeZone;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that cannot be used says which file it is and what to do; one that can keeps instants as they are. */
class DatabaseTest {

    @Test
    @Tag(Databases.H2_ONLY)
    void aSecondServerOnTheSameFileIsToldSo(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("portvakt.mv.db");
        Databases.open("jdbc:h2:file:" + folder.resolve("portvakt")).close();
        // Another program's lock, as the operating system sees it.
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertThatThrownBy(() -> Database.open(
                            "jdbc:h2:file:" + folder.resolve("portvakt"), Optional.empty(), Optional.empty()))
                    .isInstanceOf(Database.Unusable.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("in use by another program");
        }
    }

    @Test
    @Tag(Databases.H2_ONLY)
    void aDamagedFileIsNamedWithTheRemedy(@TempDir Path folder) throws Exception {
        Files.write(folder.resolve("portvakt.mv.db"), new byte[100_000]);
        assertThatThrownBy(() ->
                        Database.open("jdbc:h2:file:" + folder.resolve("portvakt"), Optional.empty(), Optional.empty()))
                .isInstanceOf(Database.Unusable.class)
                .hasMessageContaining(folder.resolve("portvakt.mv.db").toString())
                .hasMessageContaining("backup");
    }

    @Test
    void instantsKeepTheirHourWhenTheClocksGoBack() {
        TimeZone before = TimeZone.getDefault();
        TimeZone.setDefault(TimeZone.getTimeZone("Europe/Oslo"));
        try (Database database = Databases.inMemory()) {
            for (Instant instant :
                    new Instant[] {Instant.parse("2026-10-25T00:30:00Z"), Instant.parse("2026-10-25T01:30:00Z")}) {
                Instant back = database.jdbi()
                        .withHandle(handle -> handle.select("SELECT CAST(? AS TIMESTAMP WITH TIME ZONE)", instant)
                                .mapTo(Instant.class)
                                .one());
                assertThat(back).isEqualTo(instant);
            }
        } finally {
            TimeZone.setDefault(before);
        }
    }

    /** It is logged, and whoever reads the log need not know whose card it was. */
    @Test
    void aFaultNamesTheStatementAndNoValue() {
        String insert = "INSERT INTO card_status (list, card_number) VALUES (?, ?)";
        try (Database database = Databases.inMemory()) {
            assertThatThrownBy(() -> database.jdbi().useHandle(handle -> handle.execute(insert, "hms-kort", "4388261")))
                    .hasMessageContaining("card_status")
                    .satisfies(DatabaseTest::tellsNoCard);
            assertThatThrownBy(() -> database.jdbi()
                            .useHandle(handle -> handle.prepareBatch(insert)
                                    .add("hms-kort", "4388261")
                                    .add("hms-kort", "4388261")
                                    .execute()))
                    .satisfies(DatabaseTest::tellsNoCard);
        }
    }

    private static void tellsNoCard(Throwable fault) {
        StringWriter logged = new StringWriter();
        fault.printStackTrace(new PrintWriter(logged));
        assertThat(logged.toString()).doesNotContain("4388261");
    }

    @Test
    void aForceCoversEveryoneWhoAskedBeforeItBegan() {
        AtomicInteger forces = new AtomicInteger();
        CheckpointGroup group = new CheckpointGroup(forces::incrementAndGet);
        group.force();
        group.force();
        assertThat(forces).hasValue(2);
    }
}
