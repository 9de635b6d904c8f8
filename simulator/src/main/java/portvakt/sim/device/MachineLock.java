package portvakt.sim.device;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** One owner a machine, over processes and within one. Ends with its process, whatever becomes of it. */
final class MachineLock implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private final FileChannel channel;

    private MachineLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws IOException if another holds it for longer than {@code waitMax} */
    static MachineLock take(String name, Duration waitMax) throws IOException {
        Path file = Path.of(System.getProperty("java.io.tmpdir"), name + ".lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        long deadlineNs = System.nanoTime() + waitMax.toNanos();
        try {
            while (!locked(channel)) {
                if (System.nanoTime() > deadlineNs) {
                    throw new IOException("another simulation has held " + file + " for longer than " + waitMax
                            + ". Wait for it to end, or end it.");
                }
                Thread.sleep(POLL);
            }
            return new MachineLock(channel);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            channel.close();
            throw new IOException("interrupted while waiting for " + file, e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            // Held within this JVM.
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
