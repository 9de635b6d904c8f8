package portvakt.gate.status;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.port.Disk;
import portvakt.protocol.sign.SignedFacts;
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

    private final String type;
    private final String site;
    private final Supplier<List<PublicKey>> keys;
    private final Reader<T> reader;
    private final Disk disk;
    private long version = -1;

    /**
     * @param type {@code SignedDocument.type}; the file is {@code TYPE.signed}
     * @param keys whose signature counts at the moment
     */
    public SignedReplica(String type, String site, Supplier<List<PublicKey>> keys, Reader<T> reader, Disk disk) {
        this.type = type;
        this.site = site;
        this.keys = keys;
        this.reader = reader;
        this.disk = disk;
    }

    /** What the disk has from before; empty where it has none that proves. */
    public Optional<T> load() throws IOException {
        if (!disk.names(file()).contains(file())) {
            return Optional.empty();
        }
        try {
            return take(disk.read(file())).map(this::use);
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
        Optional<Read<T>> taken = take(bytes);
        if (taken.isPresent()) {
            disk.store(file(), bytes);
        }
        return taken.map(this::use);
    }

    private T use(Read<T> taken) {
        version = taken.version();
        return taken.value();
    }

    private Optional<Read<T>> take(byte[] bytes) throws InvalidProtocolBufferException, ListRefusedException {
        SignedDocument document = SignedDocument.parseFrom(bytes);
        if (keys.get().stream().noneMatch(key -> SignedFacts.isSignedBy(key, type, document))) {
            throw new ListRefusedException(
                    ListRefusal.BAD_SIGNATURE, "this " + type + " is not signed by a key that is trusted here");
        }
        Read<T> read = reader.read(document.getPayload().toByteArray());
        if (!read.site().equals(site)) {
            throw new ListRefusedException(ListRefusal.WRONG_LIST, "the " + type + " of site " + read.site());
        }
        if (read.version() < version) {
            throw new ListRefusedException(
                    ListRefusal.ROLLBACK, type + " of version " + read.version() + " is older than version " + version);
        }
        return read.version() == version ? Optional.empty() : Optional.of(read);
    }

    private String file() {
        return type + ".signed";
    }
}
