package portvakt.sim.rig;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of the operating system that the rig starts: where they are, and what they say. */
final class Programs {

    /** Not all of these are in everybody's path. */
    private static final List<Path> FOLDERS = List.of(
            Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/sbin"), Path.of("/bin"), Path.of("/usr/local/bin"));

    private static final Path POSTGRESQL = Path.of("/usr/lib/postgresql");

    private Programs() {}

    /** @param why completes "which is needed for …" */
    static Path find(String name, String debianPackage, String why) throws MissingProgramException {
        return FOLDERS.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new MissingProgramException(name, debianPackage, why));
    }

    /** The folder of PostgreSQL's own programs, which Debian keeps out of the path; the newest version's. */
    static Path postgresql() throws IOException {
        Optional<Path> newest = Optional.empty();
        if (Files.isDirectory(POSTGRESQL)) {
            try (Stream<Path> versions = Files.list(POSTGRESQL)) {
                newest = versions.map(version -> version.resolve("bin"))
                        .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                        .max(Comparator.comparingInt(Programs::version));
            }
        }
        return newest.orElseThrow(() -> new MissingProgramException("postgres", "postgresql", "a real database"));
    }

    private static int version(Path bin) {
        String name = bin.getParent().getFileName().toString();
        return name.matches("[0-9]{1,3}") ? Integer.parseInt(name) : 0;
    }

    /** Whether this program may do what only root may. */
    static boolean areRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Runs a program to its end. @return what it said @throws IOException with what it said, if it failed */
    static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed: " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command.getFirst() + " ran", e);
        }
        return said;
    }
}
