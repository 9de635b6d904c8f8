package portvakt.gate.adapter.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.check.Machine;

/** Whether a gate runs is seen without touching anything; a test of the disk leaves nothing behind. */
class DiskProbeTest {

    @TempDir
    private Path folder;

    @Test
    void aRunningGateIsSeen() throws Exception {
        Path data = folder.resolve("data");
        assertThat(DiskProbe.isHeld(data)).isFalse();
        try (DataFolder _ = DataFolder.lock(data)) {
            assertThat(DiskProbe.isHeld(data)).isTrue();
        }
        assertThat(DiskProbe.isHeld(data)).isFalse();
    }

    @Test
    void aWriteIsTimedAndLeavesNothing() throws Exception {
        Machine.Disk disk = DiskProbe.write(folder.resolve("not/there"));
        assertThat(disk.fault()).isEmpty();
        assertThat(disk.force()).isPresent();
        assertThat(disk.freeBytes()).isPositive();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
        assertThat(DiskProbe.look(folder).force()).isEmpty();
    }
}
