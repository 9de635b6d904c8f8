package portvakt.sim.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import portvakt.gate.port.Disk;

/** What the fleet is measured with is right itself: ranks, waves, the disk in memory. */
class FleetTest {

    @Test
    void aPercentileIsOneThatWasMeasured() {
        Delays hundred =
                Delays.of(LongStream.rangeClosed(1, 100).map(i -> 101 - i).toArray());
        assertThat(hundred.percentileNs(50)).isEqualTo(50);
        assertThat(hundred.percentileNs(99)).isEqualTo(99);
        assertThat(hundred.longestNs()).isEqualTo(100);
        assertThat(Delays.of(7, 3, 5).percentileNs(99)).isEqualTo(7);
        assertThat(Delays.of(3).percentileNs(50)).isEqualTo(3);
        assertThatThrownBy(Delays::of).hasMessageContaining("nothing was measured");
        assertThat(Delays.show(12_340_000)).isEqualTo("12.3 ms");
        assertThat(Delays.show(1_234_560_000)).isEqualTo("1,235 ms");
    }

    @Test
    void aWaveCountsEachOnceAndOnlyWhenItIsThere() throws InterruptedException {
        Wave wave = new Wave(5, 3);
        wave.reached(0, 4, 10);
        wave.reached(0, 5, 20);
        wave.reached(0, 6, 30);
        wave.reached(2, 7, 15);
        assertThat(wave.await(Duration.ZERO)).isFalse();
        assertThat(wave.missing()).containsExactly(1);
        wave.reached(1, 5, 40);
        assertThat(wave.await(Duration.ZERO)).isTrue();
        assertThat(wave.missing()).isEmpty();
        assertThat(wave.since(10).sortedNs()).containsExactly(5, 10, 30);
    }

    @Test
    void theDiskKeepsWhatIsWritten() throws IOException {
        FleetDisk disk = new FleetDisk();
        try (Disk.File file = disk.open("a.part")) {
            file.write(ByteBuffer.wrap(new byte[] {3, 4}), 2);
            file.write(ByteBuffer.wrap(new byte[] {1}), 0);
            file.append(ByteBuffer.wrap(new byte[] {5}));
            assertThat(file.size()).isEqualTo(5);
        }
        assertThat(disk.read("a.part")).containsExactly(1, 0, 3, 4, 5);
        disk.replace("a.part", "a");
        assertThat(disk.names("a")).containsExactly("a");
        ByteBuffer mapped = disk.map("a");
        assertThat(mapped.remaining()).isEqualTo(5);
        disk.delete("a");
        assertThat(mapped.get(4)).isEqualTo((byte) 5);
        assertThatThrownBy(() -> disk.read("a")).isInstanceOf(IOException.class);
    }

    @Test
    void whatWasCutOffTheDiskReadsAsZeros() throws IOException {
        FleetDisk disk = new FleetDisk();
        try (Disk.File file = disk.open("a")) {
            file.append(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            file.truncate(1);
            file.write(ByteBuffer.wrap(new byte[] {9}), 2);
            ByteBuffer read = ByteBuffer.allocate(8);
            assertThat(file.read(read, 0)).isEqualTo(3);
            assertThat(file.read(read, 3)).isEqualTo(-1);
        }
        assertThat(disk.read("a")).containsExactly(1, 0, 9);
    }
}
