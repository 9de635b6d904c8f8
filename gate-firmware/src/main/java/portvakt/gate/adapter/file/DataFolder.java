package portvakt.gate.adapter.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import portvakt.gate.port.Disk;

/**
 * A gate's data folder, held by one program at a time: two writers would fork the journal's chain. The lock goes with the
 * process, however it ends.
 */
public final class DataFolder implements AutoCloseable {

    private final Disk disk;
    private final FileChannel lock;

    private DataFolder(Disk disk, FileChannel lock) {
        this.disk = disk;
        this.lock = lock;
    }

    /** @throws IOException naming the folder, if it cannot be written or another program holds it */
    public static DataFolder lock(Path folder) throws IOException {
        FolderDisk disk;
        FileChannel channel;
        try {
            disk = new FolderDisk(folder);
            channel = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException(
                    folder + ": cannot be made or written (" + e + "); check the path, its rights and the disk", e);
        }
        try {
            if (channel.tryLock() != null) {
                return new DataFolder(disk, channel);
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException(folder + ": this program has it open already", e);
        }
        channel.close();
        throw new IOException(
                folder + ": another gate program uses it; stop that one, or give each gate a folder of its own");
    }

    public Disk disk() {
        return disk;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
