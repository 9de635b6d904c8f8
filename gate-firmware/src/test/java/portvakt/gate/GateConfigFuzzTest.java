package portvakt.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.protocol.config.ConfigFile;

/** Whatever stands in a gate's settings: taken, or refused in a sentence that names the file. */
class GateConfigFuzzTest {

    private static final Path FILE = file();

    private static Path file() {
        try {
            Path file = Files.createTempFile("gate", ".yaml");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<byte[]> settings() throws IOException {
        // Run from the repository's target folder when it is fuzzed, and from the module when it is tested.
        Path docs = Stream.of(Path.of("docs"), Path.of("../../gate-firmware/docs"))
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow();
        Pattern yaml = Pattern.compile("^```yaml\\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);
        return yaml
                .matcher(Files.readString(docs.resolve("settings.md")))
                .results()
                .map(block -> block.group(1).getBytes(StandardCharsets.UTF_8))
                .toList()
                .stream();
    }

    @MethodSource("settings")
    @FuzzTest
    void fuzz(byte[] yaml) throws IOException {
        Files.write(FILE, yaml);
        try {
            GateConfig config = ConfigFile.read(FILE, GateConfig.class);
            assertThat(config.address().gate()).isEqualTo(config.gate());
        } catch (ConfigFile.Invalid e) {
            assertThat(e.getMessage())
                    .startsWith(FILE.toString())
                    .hasSizeGreaterThan(FILE.toString().length() + 5);
        }
    }
}
