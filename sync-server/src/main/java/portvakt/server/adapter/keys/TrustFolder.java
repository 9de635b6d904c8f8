package portvakt.server.adapter.keys;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import portvakt.protocol.sign.MalformedTrustException;
import portvakt.protocol.sign.Pem;
import portvakt.protocol.sign.RootKeys;
import portvakt.protocol.sign.Trust;
import portvakt.protocol.sign.TrustFiles;
import portvakt.protocol.sign.UnprovedTrustException;
import portvakt.server.adapter.file.SecretFile;

/**
 * The trust file and the public root keys that it is proved by, in the data folder. The trust file is the one switch: which key the
 * server signs with, and in which epoch, follows from it, so that replacing it changes all of that at once or nothing.
 *
 * <pre>
 * trust/trust.signed     the trust file, as gates get it
 * trust/root.pub         public root keys, PEM
 * trust/root.threshold   how many of them must sign
 * root-keys/root-ID.key  a private root key, as long as nobody has taken it away
 * </pre>
 */
public final class TrustFolder {

    private final Path folder;
    private final Path rootKeyFolder;

    /** What lies in the folder. */
    record Content(RootKeys roots, byte[] file, Trust trust) {}

    TrustFolder(Path dataFolder) {
        this.folder = dataFolder.resolve("trust");
        this.rootKeyFolder = dataFolder.resolve("root-keys");
    }

    /** Keeps two commands apart. @throws IOException if another is at it */
    AutoCloseable lock() throws IOException {
        SecretFile.createFolder(folder);
        FileChannel channel =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new IOException(folder + ": another command is at it");
        }
        return channel;
    }

    /** Private root keys that lie on this machine. */
    List<Path> rootKeysHere() throws IOException {
        return RootKeyFiles.in(rootKeyFolder);
    }

    /**
     * Whether a first trust file is still to be made. The public root keys are written last: without them nothing of it was ever
     * told anybody.
     */
    boolean isNew() {
        return !SecretFile.exists(folder.resolve("root.pub"));
    }

    /** Makes the first trust file by a root key that is made here, or was left here by a start that was cut off. */
    Content createWithOwnRoot(PublicKey signingKey, Instant now) throws IOException {
        List<Path> here = rootKeysHere();
        Path key = here.isEmpty() ? RootKeyFiles.create(rootKeyFolder) : here.getFirst();
        RootKeys roots = new RootKeys(RootKeyFiles.publicKeys(RootKeyFiles.publicFile(key)), 1);
        return create(roots, List.of(key), signingKey, now);
    }

    /** Makes the first trust file by root keys from elsewhere. @param signers as many private ones as must sign */
    Content create(RootKeys roots, List<Path> signers, PublicKey signingKey, Instant now) throws IOException {
        SecretFile.createFolder(folder);
        Trust first = new Trust(1, now, List.of(signing(signingKey)), Map.of());
        Content content = signed(roots, first, signers);
        SecretFile.write(folder.resolve("trust.signed"), content.file);
        SecretFile.writePublic(folder.resolve("root.threshold"), roots.threshold() + "\n");
        SecretFile.writePublic(folder.resolve("root.pub"), pem(roots));
        return content;
    }

    static Trust.Key signing(PublicKey key) {
        return Trust.Key.of(key, List.of(Trust.EVERY_LIST), true);
    }

    static String pem(RootKeys roots) {
        return roots.keys().stream().map(Pem::of).collect(Collectors.joining());
    }

    /** @throws IOException if a file is missing or damaged; the message names it and the remedy */
    Content read() throws IOException {
        try {
            RootKeys roots = new RootKeys(
                    RootKeyFiles.publicKeys(folder.resolve("root.pub")),
                    Integer.parseInt(
                            Files.readString(folder.resolve("root.threshold")).strip()));
            byte[] file = Files.readAllBytes(folder.resolve("trust.signed"));
            return new Content(roots, file, TrustFiles.prove(file, roots));
        } catch (UnprovedTrustException | MalformedTrustException | IllegalArgumentException | IOException e) {
            throw new IOException(
                    "the trust file in " + folder + " is damaged or incomplete (" + e.getMessage()
                            + "). Put trust.signed, root.pub and root.threshold back from a backup.",
                    e);
        }
    }

    /** Signs a trust file and proves it as a gate will. @throws IOException if it would not prove; nothing is written */
    Content signed(RootKeys roots, Trust trust, List<Path> signers) throws IOException {
        List<KeyPair> pairs = new ArrayList<>(RootKeyFiles.pairs(signers, roots.keys()));
        byte[] file;
        try {
            file = TrustFiles.sign(trust, pairs);
            return new Content(roots, file, TrustFiles.prove(file, roots));
        } catch (UnprovedTrustException e) {
            throw new IOException("the trust file would be " + e.getMessage() + ": give more --root", e);
        } catch (MalformedTrustException | IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Puts it in the place of the one before: whole or not at all, also over a power cut. */
    void replace(Content content) throws IOException {
        SecretFile.write(folder.resolve("trust.signed"), content.file);
    }

    /** The key that signs now: the last in the file that has not retired and signs everything. */
    static Optional<Trust.Key> active(Trust trust) {
        return trust.keys().reversed().stream()
                .filter(key -> !key.retired() && key.documents() && key.lists().contains(Trust.EVERY_LIST))
                .findFirst();
    }
}
