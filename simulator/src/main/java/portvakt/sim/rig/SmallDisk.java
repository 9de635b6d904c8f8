package portvakt.sim.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file system of a few megabytes in memory, which can be filled to the last page. Mounting asks for root. */
final class SmallDisk implements AutoCloseable {

    private final Path folder;

    /** @param megabytes its size */
    SmallDisk(Path folder, int megabytes) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder);
        asRoot("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "portvakt-test", folder.toString());
    }

    /** Not one more page can be written from now on. What a file's last page has left still can. */
    void fill() throws IOException {
        try (OutputStream out = Files.newOutputStream(ballast())) {
            byte[] page = new byte[4096];
            while (true) {
                out.write(page);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    void makeRoom() throws IOException {
        Files.delete(ballast());
    }

    private Path ballast() {
        return folder.resolve("ballast");
    }

    @Override
    public void close() throws IOException {
        asRoot("umount", folder.toString());
    }

    private static void asRoot(String... command) throws IOException {
        List<String> words = new ArrayList<>(List.of(command));
        if (!"root".equals(System.getProperty("user.name"))) {
            words.addAll(0, List.of("sudo", "-n"));
        }
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.onExit().join().exitValue())
                .as("%s failed: %s. This test mounts a small disk: run it as root, or let sudo do it.", words, said)
                .isZero();
    }
}
