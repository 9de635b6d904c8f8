package portvakt.server.adapter.sql;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/** H2's files on a disk that can be made to hold writes up: {@code jdbc:h2:held:/path}. For one test at a time. */
public final class HeldFiles extends FilePathWrapper implements AutoCloseable {

    private static final String SCHEME = "held";

    private static volatile CountDownLatch gate = new CountDownLatch(0);
    private static final AtomicInteger WAITING = new AtomicInteger();
    private static final AtomicBoolean FORCED_TOO_EARLY = new AtomicBoolean();

    /** For H2, which makes one for each path. */
    public HeldFiles() {
        // Nothing of its own: all paths share what is held.
    }

    static HeldFiles register() {
        HeldFiles files = new HeldFiles();
        FORCED_TOO_EARLY.set(false);
        FilePath.register(files);
        return files;
    }

    /** Every write waits from now on. */
    void hold() {
        gate = new CountDownLatch(1);
    }

    void release() {
        gate.countDown();
    }

    /** Whether a write has begun that is not done. */
    boolean isWriting() {
        return WAITING.get() > 0;
    }

    /** Whether a file was forced while a write to it was under way. */
    boolean forcedTooEarly() {
        return FORCED_TOO_EARLY.get();
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        return new Held(getBase().open(mode));
    }

    @Override
    public void close() {
        release();
        FilePath.unregister(this);
    }

    private static final class Held extends FileBase {
        private final FileChannel file;

        Held(FileChannel file) {
            this.file = file;
        }

        private static void await() throws IOException {
            WAITING.incrementAndGet();
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            } finally {
                WAITING.decrementAndGet();
            }
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            await();
            return file.write(source, position);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            await();
            return file.write(source);
        }

        @Override
        public void force(boolean metaData) throws IOException {
            if (WAITING.get() > 0) {
                FORCED_TOO_EARLY.set(true);
            }
            file.force(metaData);
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            return file.read(into);
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            file.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            file.truncate(size);
            return this;
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return file.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }
    }
}
