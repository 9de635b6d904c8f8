package portvakt.sim.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A seed is the same run in another JVM. Two, because immutable sets and identity hashes are salted per JVM: a replay inside one does not
 * see what is walked in their order.
 */
class ReplayIT {

    private static Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-DPORTVAKT_LOG=OFF",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SimulateCommand.class.getName(),
                        "--seeds",
                        "5",
                        "--hashes")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static List<String> lines(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    @Test
    void twoProcessesSeeTheSame() throws Exception {
        Process one = start();
        Process other = start();
        List<String> first = lines(one);
        List<String> second = lines(other);
        assertThat(one.waitFor()).isZero();
        assertThat(other.waitFor()).isZero();
        assertThat(first.stream().filter(line -> line.matches("seed \\d+ [0-9a-f]{16}-\\d{3,}")))
                .hasSize(5);
        assertThat(second).isEqualTo(first);
    }
}
