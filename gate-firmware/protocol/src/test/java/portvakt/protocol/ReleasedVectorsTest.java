package portvakt.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A golden vector that is released never changes: gates in the field were made by it. Vectors may only be added. */
class ReleasedVectorsTest {

    private static final Path VECTORS = Path.of("src/test/resources/vectors");
    private static final String INDEX = "released.txt";

    @Test
    void whatIsReleasedIsAsItWas() throws IOException, NoSuchAlgorithmException {
        for (String[] released : Vectors.of(INDEX)) {
            byte[] now = Files.readAllBytes(VECTORS.resolve(released[0]));
            int bytes = Integer.parseInt(released[1]);
            assertThat(now.length).as("%s was cut", released[0]).isGreaterThanOrEqualTo(bytes);
            assertThat(sha256(Arrays.copyOf(now, bytes)))
                    .as(
                            "the first %d bytes of %s were changed: a change of the wire format needs a new format mark "
                                    + "and vectors of its own",
                            bytes, released[0])
                    .isEqualTo(released[2]);
        }
    }

    @Test
    void whatWasAddedIsReleasedToo() throws IOException, NoSuchAlgorithmException {
        Map<String, Integer> released = new TreeMap<>();
        Vectors.of(INDEX).forEach(line -> released.merge(line[0], Integer.parseInt(line[1]), Math::max));
        try (Stream<Path> files = Files.list(VECTORS)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                byte[] now = Files.readAllBytes(file);
                if (!name.equals(INDEX)) {
                    assertThat(released.getOrDefault(name, 0))
                            .as("add to %s: %s %d %s", INDEX, name, now.length, sha256(now))
                            .isEqualTo(now.length);
                }
            }
        }
    }

    private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
