package portvakt.gate.status;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.port.Disk;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.v1.SignedDocument;

/**
 * A gate's copy of one kind of signed document of its site: proved, newer than the last, stored, then given out. What is refused
 * leaves it as it was. Belongs to one thread; writes to the disk.
 *
 * @param <T> what the document says
 */
public final class SignedReplica<T> {

    private static final Logger LOG = LoggerFactory.getLogger(SignedReplica.class);

    /** What a payload says of itself, and its value. */
    public record Read<T>(String site, long version, T value) {}

    /** Makes something of a payload that proved. */
    @FunctionalInterface
    public interface Reader<T> {
        /** @throws ListRefusedException if it says something that this gate does not understand, or that makes no sense */
        Read<T> read(byte[] payload) throws InvalidProtocolBufferException, ListRefusedException;
    }

    /** What is in use. */
    private record Used(long version, KeyId signer) {}

    private final String type;
    private final String site;
    private final DocumentProof proof;
    private final Reader<T> reader;
    private final Disk disk;
    private Optional<Used> used = Optional.empty();

    /** @param type {@code SignedDocument.type}; the file is {@code TYPE.signed} */
    public SignedReplica(String type, String site, DocumentProof proof, Reader<T> reader, Disk disk) {
        this.type = type;
        this.site = site;
        this.proof = proof;
        this.reader = reader;
        this.disk = disk;
    }

    /** What the disk has from before; empty where it has none that proves. */
    public Optional<T> load() throws IOException {
        if (!disk.names(file()).contains(file())) {
            return Optional.empty();
        }
        try {
            SignedDocument document = SignedDocument.parseFrom(disk.read(file()));
            KeyId signer = proof.proveStored(type, document);
            return newer(document, signer).map(read -> use(read, signer));
        } catch (InvalidProtocolBufferException | ListRefusedException e) {
            LOG.warn("{} is damaged and not used: {}", file(), e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * @return what to use from now on; empty when it is what is in use
     * @throws InvalidProtocolBufferException if the bytes are no such document
     * @throws ListRefusedException if it is not signed by a key that counts here, another site's, older than the one in use, or
     *     not understood
     * @throws IOException if it proves but cannot be stored; it is not used then
     */
    public Optional<T> document(byte[] bytes) throws IOException, ListRefusedException {
        SignedDocument document = SignedDocument.parseFrom(bytes);
        KeyId signer = proof.proveNew(type, document);
        Optional<Read<T>> read = newer(document, signer);
        if (read.isPresent()) {
            disk.store(file(), bytes);
        }
        return read.map(taken -> use(taken, signer));
    }

    private T use(Read<T> taken, KeyId signer) {
        used = Optional.of(new Used(taken.version(), signer));
        return taken.value();
    }

    /**
     * What a document that proved says; empty if it is the one in use. The same by another key is not: the one in use may be gone by the
     * next start, when its key may count no more.
     */
    private Optional<Read<T>> newer(SignedDocument document, KeyId signer)
            throws InvalidProtocolBufferException, ListRefusedException {
        Read<T> read = reader.read(document.getPayload().toByteArray());
        if (!read.site().equals(site)) {
            throw new ListRefusedException(ListRefusal.WRONG_LIST, "the " + type + " of site " + read.site());
        }
        // A thief's version may be the highest there is: it gives way when his key counts no more.
        Optional<Used> before = used.filter(current -> proof.isTrusted(current.signer()));
        if (before.filter(current -> read.version() < current.version()).isPresent()) {
            throw new ListRefusedException(
                    ListRefusal.ROLLBACK,
                    type + " of version " + read.version() + " is older than version "
                            + before.get().version());
        }
        return before.equals(Optional.of(new Used(read.version(), signer))) ? Optional.empty() : Optional.of(read);
    }

    private String file() {
        return type + ".signed";
    }
}
