package portvakt.gate.adapter.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.port.Disk;

/** A folder keeps what the port promises, for its owner only, and whoever is interrupted. */
class FolderDiskTest {

    @TempDir
    private Path parent;

    private static void append(Disk.File file, String text) throws IOException {
        file.append(ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Test
    void filesAreWrittenReadReplacedAndDeleted() throws IOException {
        Path folder = parent.resolve("gate");
        FolderDisk disk = new FolderDisk(folder);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        try (Disk.File file = disk.open("a")) {
            append(file, "one");
            append(file, "two");
            file.force();
            ByteBuffer read = ByteBuffer.allocate(10);
            assertThat(file.read(read, 2)).isEqualTo(4);
            assertThat(file.read(read, 6)).isEqualTo(-1);
            file.truncate(4);
            file.truncate(99);
            assertThat(file.size()).isEqualTo(4);
            append(file, "!");
        }
        assertThat(disk.read("a")).asString().isEqualTo("onet!");
        disk.replace("a", "ab");
        disk.forceNames();
        assertThat(disk.names("a")).containsExactly("ab");
        disk.delete("ab");
        disk.delete("ab");
        assertThat(disk.names("")).isEmpty();
        assertThat(disk.freeBytes()).isPositive();
    }

    @Test
    void aFileIsForItsOwnerOnlyAlsoInAFolderThatIsOpenToAll() throws IOException {
        Path folder = Files.createDirectory(parent.resolve("gate"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        new FolderDisk(folder).open("a").close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("a"))))
                .isEqualTo("rw-------");
    }

    @Test
    void anInterruptedThreadDoesNotCloseTheFileForTheOthers() throws Exception {
        FolderDisk disk = new FolderDisk(parent.resolve("gate"));
        try (Disk.File file = disk.open("a")) {
            Thread interrupted = Thread.ofPlatform().start(() -> {
                Thread.currentThread().interrupt();
                try {
                    append(file, "one");
                    file.force();
                    file.read(ByteBuffer.allocate(3), 0);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            interrupted.join();
            append(file, "two");
            file.force();
        }
        assertThat(disk.read("a")).asString().isEqualTo("onetwo");
    }
}
