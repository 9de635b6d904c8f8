package portvakt.sim.rig;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file system of a few megabytes in memory, which can be filled to the last page. Mounting asks for root. */
final class SmallDisk implements AutoCloseable {

    private static final int PAGE_BYTES = 4096;

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
            byte[] page = new byte[PAGE_BYTES];
            while (true) {
                out.write(page);
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw e;
            }
        }
    }

    void makeRoom() throws IOException {
        Files.deleteIfExists(ballast());
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
        if (!Programs.areRoot()) {
            words.addAll(0, List.of("sudo", "-n"));
        }
        try {
            Programs.run(words);
        } catch (IOException e) {
            throw new IOException(e.getMessage() + ". This mounts a small disk: run it as root, or let sudo do it.", e);
        }
    }
}
