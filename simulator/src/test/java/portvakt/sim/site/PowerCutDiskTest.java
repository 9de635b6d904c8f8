package portvakt.sim.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.adapter.file.FolderDisk;
import portvakt.gate.port.Disk;

/** What was forced survives a power cut, what was not may be torn anywhere, and afterwards nobody writes. */
class PowerCutDiskTest {

    @TempDir
    private Path folder;

    @Test
    void keepsWhatWasForcedAndTearsTheRestAnywhere() throws IOException {
        TreeSet<Long> left = new TreeSet<>();
        for (int seed = 0; seed < 60; seed++) {
            String name = "file-" + seed;
            PowerCutDisk disk = new PowerCutDisk(new FolderDisk(folder), new SplittableRandom(seed));
            Disk.File file = disk.open(name);
            file.append(ByteBuffer.wrap(new byte[10]));
            file.force();
            file.append(ByteBuffer.wrap(new byte[4]));

            disk.cut();

            left.add(Files.size(folder.resolve(name)));
        }
        assertThat(left).containsExactly(10L, 11L, 12L, 13L, 14L);
    }

    @Test
    void whatWasThereBeforeIsSafeWithoutAForce() throws IOException {
        Files.write(folder.resolve("old"), new byte[7]);
        PowerCutDisk disk = new PowerCutDisk(new FolderDisk(folder), new SplittableRandom(1));
        disk.open("old");

        disk.cut();

        assertThat(folder.resolve("old")).hasSize(7);
    }

    @Test
    void nothingIsReadOrWrittenAfterwards() throws IOException {
        PowerCutDisk disk = new PowerCutDisk(new FolderDisk(folder), new SplittableRandom(1));
        Disk.File file = disk.open("file");
        file.append(ByteBuffer.wrap(new byte[3]));
        file.force();
        disk.cut();

        assertThatThrownBy(() -> file.append(ByteBuffer.wrap(new byte[1])))
                .isInstanceOf(IOException.class)
                .hasMessage("the power is cut");
        assertThatThrownBy(file::force).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.open("other")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.store("other", new byte[1])).isInstanceOf(IOException.class);
        assertThat(folder.resolve("file")).hasSize(3);
        assertThat(folder.resolve("other")).doesNotExist();
    }
}
