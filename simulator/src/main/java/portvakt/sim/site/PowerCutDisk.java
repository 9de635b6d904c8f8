package portvakt.sim.site;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.random.RandomGenerator;
import portvakt.gate.port.Disk;

/**
 * A disk whose power can be cut once. What was written to a file's end and not yet forced is torn then: any length of it is left,
 * as the medium happened to have written so far. Afterwards nothing is read or written by whoever held it; the folder stays as it
 * was at that moment. What a power cut may do besides, as undoing names that were not forced, it does not play.
 */
final class PowerCutDisk implements Disk {

    private final Disk disk;
    private final RandomGenerator random;
    /** Many work on files at a time, and the cut waits for what is half done: a call that returned has happened. */
    private final ReadWriteLock power = new ReentrantReadWriteLock();

    private final List<CutFile> open = new ArrayList<>();
    private boolean off;

    /** @param random how much of an unforced end is left */
    PowerCutDisk(Disk disk, RandomGenerator random) {
        this.disk = disk;
        this.random = random;
    }

    /** Cuts the power; files are as they stay when it returns. @throws IOException if an end could not be torn */
    void cut() throws IOException {
        power.writeLock().lock();
        try {
            off = true;
            List<CutFile> files;
            synchronized (open) {
                files = List.copyOf(open);
                open.clear();
            }
            for (CutFile file : files) {
                file.tear();
            }
        } finally {
            power.writeLock().unlock();
        }
    }

    private interface Act<T> {
        T done() throws IOException;
    }

    private <T> T powered(Act<T> act) throws IOException {
        Lock on = power.readLock();
        on.lock();
        try {
            if (off) {
                throw new IOException("the power is cut");
            }
            return act.done();
        } finally {
            on.unlock();
        }
    }

    @Override
    public List<String> names(String prefix) throws IOException {
        return powered(() -> disk.names(prefix));
    }

    @Override
    public File open(String name) throws IOException {
        return powered(() -> {
            CutFile file = new CutFile(disk.open(name));
            synchronized (open) {
                open.add(file);
            }
            return file;
        });
    }

    @Override
    public byte[] read(String name) throws IOException {
        return powered(() -> disk.read(name));
    }

    @Override
    public ByteBuffer map(String name) throws IOException {
        return powered(() -> disk.map(name));
    }

    @Override
    public void replace(String from, String to) throws IOException {
        powered(() -> {
            disk.replace(from, to);
            return to;
        });
    }

    @Override
    public void delete(String name) throws IOException {
        powered(() -> {
            disk.delete(name);
            return name;
        });
    }

    @Override
    public void forceNames() throws IOException {
        powered(() -> {
            disk.forceNames();
            return true;
        });
    }

    @Override
    public long freeBytes() throws IOException {
        return powered(disk::freeBytes);
    }

    private final class CutFile implements File {
        private final File file;
        /** All before it survives. Guarded by this. */
        private long forced;

        CutFile(File file) throws IOException {
            this.file = file;
            this.forced = file.size();
        }

        void tear() throws IOException {
            long size = file.size();
            long safe = forced();
            if (size > safe) {
                file.truncate(safe + random.nextLong(size - safe + 1));
            }
            file.close();
        }

        private synchronized long forced() {
            return forced;
        }

        private synchronized void forced(long size) {
            forced = size;
        }

        @Override
        public long size() throws IOException {
            return powered(file::size);
        }

        @Override
        public void append(ByteBuffer bytes) throws IOException {
            powered(() -> {
                file.append(bytes);
                return bytes;
            });
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            powered(() -> {
                file.write(bytes, position);
                return bytes;
            });
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return powered(() -> file.read(into, position));
        }

        @Override
        public void truncate(long size) throws IOException {
            powered(() -> {
                file.truncate(size);
                forced(Math.min(forced(), size));
                return size;
            });
        }

        @Override
        public void force() throws IOException {
            powered(() -> {
                long written = file.size();
                file.force();
                forced(Math.max(forced(), written));
                return written;
            });
        }

        /** Closing after the cut is no error: the dead program's files were closed by it. */
        @Override
        public void close() throws IOException {
            synchronized (open) {
                open.remove(this);
            }
            file.close();
        }
    }
}
