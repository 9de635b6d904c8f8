package portvakt.gate.adapter.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import portvakt.gate.enrol.GateKeys;

/**
 * A gate's identity as a folder that is replaced whole or not at all, also over a power cut, for its owner only (0700, files 0600). The
 * owner is that of the folder before it, else of the folder above: an enrolment is run by root, and the gate by a user of its own.
 */
public final class IdentityFolder implements GateKeys {

    private static final String FRESH = ".new";
    private static final String KEY = ".key";

    private final Path folder;

    public IdentityFolder(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    /**
     * @param files contents by their paths in the folder
     * @throws IOException naming the file; the folder is as it was then
     */
    public void replace(Map<String, byte[]> files) throws IOException {
        NameSwap.finish(folder);
        Path fresh = beside(FRESH);
        delete(fresh);
        try {
            makeFolder(fresh);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path path = fresh.resolve(file.getKey()).normalize();
                if (!path.startsWith(fresh) || path.equals(fresh)) {
                    throw new IOException(file.getKey() + ": is no name of a file in an identity");
                }
                if (!Files.isDirectory(path.getParent())) {
                    makeFolder(path.getParent());
                }
                write(path, file.getValue());
                force(path.getParent());
            }
            force(fresh);
            if (Files.exists(folder)) {
                NameSwap.swap(fresh, folder);
            } else {
                Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
            }
            force(folder.getParent());
        } finally {
            // The former identity after a swap, or what a failure has left.
            delete(fresh);
        }
    }

    @Override
    public Optional<String> load() throws IOException {
        try {
            return Optional.of(Files.readString(beside(KEY)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void keep(String text) throws IOException {
        Files.deleteIfExists(beside(KEY));
        if (!Files.isDirectory(folder.getParent())) {
            throw new IOException(folder.getParent()
                    + ": is no folder; make it, or name another with --identity or the setting identityFolder");
        }
        write(beside(KEY), text.getBytes(StandardCharsets.UTF_8));
        force(folder.getParent());
    }

    /** Forgets a key that has its certificate now. */
    public void forgetKey() throws IOException {
        Files.deleteIfExists(beside(KEY));
    }

    private Path beside(String end) {
        return folder.resolveSibling(folder.getFileName() + end);
    }

    private void makeFolder(Path made) throws IOException {
        Files.createDirectory(made, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        own(made);
    }

    private void write(Path file, byte[] bytes) throws IOException {
        // The mode is given at creation: there is no moment at which others could open it.
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
        own(file);
    }

    private void own(Path made) throws IOException {
        PosixFileAttributes wanted =
                Files.readAttributes(Files.exists(folder) ? folder : folder.getParent(), PosixFileAttributes.class);
        PosixFileAttributeView given = Files.getFileAttributeView(made, PosixFileAttributeView.class);
        if (!given.readAttributes().owner().equals(wanted.owner())) {
            given.setOwner(wanted.owner());
        }
        if (!given.readAttributes().group().equals(wanted.group())) {
            given.setGroup(wanted.group());
        }
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> found = Files.walk(root)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }
}
