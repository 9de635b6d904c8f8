package portvakt.gate.adapter.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import portvakt.gate.port.Disk;

/** A {@link Disk} in a folder of the file system, readable by its owner only: it holds who went where. */
public final class FolderDisk implements Disk {

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;

    /** Makes the folder if it is not there. */
    public FolderDisk(Path folder) throws IOException {
        this(folder, true);
    }

    private FolderDisk(Path folder, boolean make) throws IOException {
        this.folder = folder;
        if (make) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    /** A folder that is there: nothing is made. */
    public static FolderDisk existing(Path folder) throws IOException {
        return new FolderDisk(folder, false);
    }

    @Override
    public List<String> names(String prefix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(prefix))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public File open(String name) throws IOException {
        Path file = folder.resolve(name);
        // The folder may be one that the installer made, open to all; what is in it is for nobody else to read.
        FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OWNER_ONLY)
                .close();
        return new OpenFile(new RandomAccessFile(file.toFile(), "rw"));
    }

    @Override
    public byte[] read(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name));
    }

    @Override
    public ByteBuffer map(String name) throws IOException {
        try (FileChannel channel = FileChannel.open(folder.resolve(name), StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        }
    }

    @Override
    public void replace(String from, String to) throws IOException {
        Files.move(folder.resolve(from), folder.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
    }

    @Override
    public void forceNames() throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public long freeBytes() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    /** Not a {@link FileChannel}: an interrupt of any thread that uses one closes it for all of them. */
    private static final class OpenFile implements File {
        private final RandomAccessFile file;

        OpenFile(RandomAccessFile file) {
            this.file = file;
        }

        @Override
        public synchronized long size() throws IOException {
            return file.length();
        }

        @Override
        public synchronized void append(ByteBuffer bytes) throws IOException {
            byte[] written = new byte[bytes.remaining()];
            bytes.get(written);
            file.seek(file.length());
            file.write(written);
        }

        @Override
        public synchronized void write(ByteBuffer bytes, long position) throws IOException {
            byte[] written = new byte[bytes.remaining()];
            bytes.get(written);
            file.seek(position);
            file.write(written);
        }

        @Override
        public synchronized int read(ByteBuffer into, long position) throws IOException {
            byte[] read = new byte[into.remaining()];
            file.seek(position);
            int length = file.read(read);
            if (length > 0) {
                into.put(read, 0, length);
            }
            return length;
        }

        @Override
        public synchronized void truncate(long size) throws IOException {
            if (size < file.length()) {
                file.setLength(size);
            }
        }

        /** Not synchronised: appends go on while the medium works. */
        @Override
        public void force() throws IOException {
            file.getFD().sync();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
