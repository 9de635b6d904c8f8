package portvakt.gate.adapter.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import portvakt.gate.check.Machine;

/** Whether a gate's data folder is in use, and how its disk is. */
public final class DiskProbe {

    private static final int BYTES = 4096;
    /** One line a lock: number, kind, mode, access, process, device:inode, range (proc(5)). */
    private static final Path LOCKS = Path.of("/proc/locks");

    private DiskProbe() {}

    /**
     * Whether some program holds the folder ({@link DataFolder}), by the kernel's list of locks: to try the lock would hold it for a
     * moment, and a gate that starts in that moment would not.
     */
    public static boolean isHeld(Path folder) {
        try (Stream<String> locks = Files.lines(LOCKS)) {
            String end = ":" + Files.getAttribute(folder.resolve("lock"), "unix:ino");
            return locks.map(line -> line.strip().split("\\s+"))
                    .anyMatch(words -> words.length > 5 && words[5].endsWith(end));
        } catch (IOException | UnsupportedOperationException e) {
            // No gate has ever run here, or it is not ours to see.
            return false;
        }
    }

    private static Path there(Path folder) {
        Path there = folder.toAbsolutePath();
        while (!Files.isDirectory(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return there;
    }

    /** Touches nothing. */
    public static Machine.Disk look(Path folder) {
        Path there = there(folder);
        try {
            FileStore store = Files.getFileStore(there);
            return new Machine.Disk(
                    store.isReadOnly() ? Optional.of(there + " (read-only)") : Optional.empty(),
                    store.type(),
                    store.getUsableSpace(),
                    Optional.empty());
        } catch (IOException e) {
            return new Machine.Disk(Optional.of(there + " (" + e + ")"), "", 0, Optional.empty());
        }
    }

    /** Writes a small file, forces it to the medium, removes it. */
    public static Machine.Disk write(Path folder) {
        Path there = there(folder);
        try {
            Path file = Files.createTempFile(there, "selftest", ".tmp");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                FileStore store = Files.getFileStore(there);
                long startNs = System.nanoTime();
                channel.write(ByteBuffer.allocate(BYTES));
                channel.force(true);
                return new Machine.Disk(
                        Optional.empty(),
                        store.type(),
                        store.getUsableSpace(),
                        Optional.of(Duration.ofNanos(System.nanoTime() - startNs)));
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            return new Machine.Disk(Optional.of(there + " (" + e + ")"), "", 0, Optional.empty());
        }
    }
}
