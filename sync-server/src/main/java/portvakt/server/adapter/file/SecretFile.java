package portvakt.server.adapter.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file that only its owner may read (mode 0600). It is there whole or not at all, also after a power cut: written beside,
 * forced, renamed, folder forced.
 */
public final class SecretFile {

    private SecretFile() {}

    /**
     * Makes the folder, and what is missing above it, for its owner only (0700). One that is there already is closed to others:
     * the database makes its own files in it, and not all of them for the owner alone.
     */
    public static void createFolder(Path folder) throws IOException {
        Set<PosixFilePermission> ownersOnly = PosixFilePermissions.fromString("rwx------");
        if (Files.isDirectory(folder)) {
            Files.setPosixFilePermissions(folder, ownersOnly);
        } else {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(ownersOnly));
        }
    }

    public static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    public static void write(Path file, byte[] bytes) throws IOException {
        write(file, bytes, "rw-------");
    }

    /** The same for what all may read (mode 0644): certificates, public keys. */
    public static void writePublic(Path file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8), "rw-r--r--");
    }

    private static void write(Path file, byte[] bytes, String mode) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Path beside = folder.resolve(file.getFileName() + ".tmp");
        Files.deleteIfExists(beside);
        // The mode is given at creation: there is no moment at which others could open it.
        try (FileChannel channel = FileChannel.open(
                beside,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)))) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    public static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }
}
