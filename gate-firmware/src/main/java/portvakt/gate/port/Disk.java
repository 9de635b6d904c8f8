package portvakt.gate.port;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The gate's own storage: one folder of files with plain names. What was written is safe from a power cut only after
 * {@link File#force}, and a file's name only after {@link #forceNames}. Calls block; one thread a file.
 */
public interface Disk {

    /** Names of all files that begin so, sorted. */
    List<String> names(String prefix) throws IOException;

    /** Opens for reading and writing, making the file if it is not there. */
    File open(String name) throws IOException;

    byte[] read(String name) throws IOException;

    /**
     * The file's bytes, read-only, big-endian, read from the medium when they are looked at. The file must not be made shorter
     * while anybody looks; replacing and deleting it is allowed. Where the medium cannot read a page, looking at it throws
     * {@link InternalError}.
     */
    ByteBuffer map(String name) throws IOException;

    /** Puts the first file in the second one's place, at once or not at all. */
    void replace(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    /** Puts these bytes in the file's place, at once or not at all; returns when they survive a power cut. */
    default void store(String name, byte[] bytes) throws IOException {
        String part = name + ".part";
        try (File file = open(part)) {
            file.truncate(0);
            file.append(ByteBuffer.wrap(bytes));
            file.force();
        }
        replace(part, name);
        forceNames();
    }

    /** Makes new, replaced and deleted names durable (an fsync of the folder). */
    void forceNames() throws IOException;

    long freeBytes() throws IOException;

    /** An open file. */
    interface File extends AutoCloseable {

        long size() throws IOException;

        /** Writes all of it at the end, or throws; then part of it may have been written. */
        void append(ByteBuffer bytes) throws IOException;

        /**
         * Writes all of it at a position, or throws; then part of it may have been written. Behind the file's end too: what is
         * between reads as zeros, and takes no room yet on most media.
         */
        void write(ByteBuffer bytes, long position) throws IOException;

        /** Reads up to {@code into.remaining()} bytes from a position; -1 at the end. */
        int read(ByteBuffer into, long position) throws IOException;

        void truncate(long size) throws IOException;

        /** Returns when all that was written is on the medium. After it threw, nothing is known of what was written. */
        void force() throws IOException;

        @Override
        void close() throws IOException;
    }
}
