package portvakt.sim.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** One file that is read whole, kept in memory, and written whole again. */
abstract class FileStructure implements Structure {

    static final String FILE = "cards";

    /** What goes into the file. */
    interface Content {
        void write(OutputStream out) throws IOException;
    }

    /** Puts a new file in the old one's place; returns when that survives a power cut. @return fsyncs that it took */
    static int replace(Path folder, Content content) throws IOException {
        Path part = folder.resolve(FILE + ".part");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 20)) {
            content.write(out);
        }
        force(part, StandardOpenOption.WRITE);
        Files.move(part, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        force(folder, StandardOpenOption.READ);
        return 2;
    }

    private static void force(Path path, StandardOpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }

    @Override
    public long bytesOnDisk(Path folder) throws IOException {
        return Files.size(folder.resolve(FILE));
    }
}
