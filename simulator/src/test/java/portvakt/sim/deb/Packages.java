package portvakt.sim.deb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** Makes the packages as {@code ./portvakt deb} does, of the jars that this Maven run has built. */
final class Packages {

    /** The project's. */
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private Packages() {}

    /** @param environment what is different from this process's own; {@code MASK} becomes the umask */
    static void make(Path out, Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        "bash",
                        "-c",
                        "umask ${MASK:-022} && exec \"$0\" deb --built --out \"$1\"",
                        ROOT.resolve("portvakt").toString(),
                        out.toString())
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    /** The one package of that name in the folder. */
    static Path in(Path folder, String name) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(name + "_.*\\.deb"))
                    .reduce((one, other) -> {
                        throw new AssertionError("both " + one + " and " + other);
                    })
                    .orElseThrow(() -> new AssertionError("no package " + name + " in " + folder));
        }
    }
}
