package portvakt.sim.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import portvakt.gate.port.Disk;

/** A disk that counts what makes it wait: the fsyncs, of files and of names. */
final class CountingDisk implements Disk {

    private final Disk disk;
    private int forces;

    CountingDisk(Disk disk) {
        this.disk = disk;
    }

    int forces() {
        return forces;
    }

    @Override
    public List<String> names(String prefix) throws IOException {
        return disk.names(prefix);
    }

    @Override
    public File open(String name) throws IOException {
        return new CountingFile(disk.open(name));
    }

    @Override
    public byte[] read(String name) throws IOException {
        return disk.read(name);
    }

    @Override
    public ByteBuffer map(String name) throws IOException {
        return disk.map(name);
    }

    @Override
    public void replace(String from, String to) throws IOException {
        disk.replace(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        disk.delete(name);
    }

    @Override
    public void forceNames() throws IOException {
        forces++;
        disk.forceNames();
    }

    @Override
    public long freeBytes() throws IOException {
        return disk.freeBytes();
    }

    private final class CountingFile implements File {
        private final File file;

        CountingFile(File file) {
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void append(ByteBuffer bytes) throws IOException {
            file.append(bytes);
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            file.write(bytes, position);
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void force() throws IOException {
            forces++;
            file.force();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
