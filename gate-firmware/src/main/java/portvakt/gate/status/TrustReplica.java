package portvakt.gate.status;

import java.io.IOException;
import java.security.PublicKey;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.access.Passes;
import portvakt.gate.port.Disk;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.sign.MalformedTrustException;
import portvakt.protocol.sign.RootKeys;
import portvakt.protocol.sign.SignedFacts;
import portvakt.protocol.sign.Trust;
import portvakt.protocol.sign.TrustFiles;
import portvakt.protocol.sign.UnprovedTrustException;
import portvakt.protocol.v1.SignedDocument;

/**
 * A gate's copy of the trust file: proved by the root keys that the gate was given, newer than the last, stored, then gone by. What
 * is refused leaves it as it was. {@link #load} and {@link #document} belong to one thread; what is asked of it by
 * {@link #headsOf} and as a {@link DocumentProof} is answered on any thread, from the newest file.
 *
 * <p>A new file takes effect at once on what <em>arrives</em>. A list that decides already, signed by a key that has retired or is
 * gone since, goes on deciding: a card that it names is denied, whoever takes the key away; and for how long a card that it does
 * not name is granted is a matter of its age, which no new signature of that key renews. At the next start the list proves if its
 * key has only retired. If the key was removed, as a stolen one is, the list does not prove, and the gate has none until one by a
 * good key has come.
 */
public final class TrustReplica implements DocumentProof {

    /** How the trust file is called in refusals. */
    public static final String NAME = "trust";

    private static final Logger LOG = LoggerFactory.getLogger(TrustReplica.class);
    private static final String FILE = "trust.signed";

    /**
     * Where a gate starts: what came with its identity.
     *
     * @param trustFile proved by the roots
     */
    public record Start(RootKeys roots, byte[] trustFile) {}

    private final RootKeys roots;
    private final Disk disk;
    private volatile Trust current;

    /** @throws ListRefusedException if the first trust file does not prove */
    public TrustReplica(Start start, Disk disk) throws ListRefusedException {
        this.roots = start.roots();
        this.disk = disk;
        this.current = prove(start.trustFile());
    }

    /**
     * Goes by the file on the disk where that is newer than the one that came with the identity. One that is damaged is passed over:
     * the server sends the newest at each connection.
     *
     * @throws IOException if the disk cannot be read
     */
    public void load() throws IOException {
        if (!disk.names(FILE).contains(FILE)) {
            return;
        }
        try {
            Trust stored = prove(disk.read(FILE));
            if (stored.version() > current.version()) {
                current = stored;
            }
        } catch (ListRefusedException e) {
            LOG.warn("{} is damaged and not used: {}", FILE, e.getMessage());
        }
    }

    /**
     * @return whether another file is gone by from now on
     * @throws ListRefusedException with BAD_SIGNATURE, MALFORMED, or ROLLBACK for one that is older, says something else under the
     *     same version, or lowers the epoch of a list
     * @throws IOException if it proves but cannot be stored; it is not gone by then
     */
    public boolean document(byte[] bytes) throws IOException, ListRefusedException {
        Trust given = prove(bytes);
        if (given.equals(current)) {
            return false;
        }
        if (given.version() <= current.version()) {
            throw new ListRefusedException(
                    ListRefusal.ROLLBACK,
                    given.version() == current.version()
                            ? "another trust file of version " + given.version()
                            : "a trust file of version " + given.version() + " is older than version "
                                    + current.version());
        }
        Optional<String> lowered = loweredEpoch(given);
        if (lowered.isPresent()) {
            throw new ListRefusedException(
                    ListRefusal.ROLLBACK,
                    "the trust file of version " + given.version() + " lowers the epoch of list " + lowered.get());
        }
        disk.store(FILE, bytes);
        current = given;
        LOG.info(
                "Trust file {}: keys {}, epochs {}",
                given.version(),
                given.keys().stream()
                        .map(key -> key.id().hex() + (key.retired() ? " (retired)" : ""))
                        .toList(),
                given.epochs());
        return true;
    }

    private Optional<String> loweredEpoch(Trust given) {
        Set<String> named = new TreeSet<>(current.epochs().keySet());
        return named.stream()
                .filter(list -> given.epochOf(list) < current.epochOf(list))
                .findFirst();
    }

    private Trust prove(byte[] bytes) throws ListRefusedException {
        try {
            return TrustFiles.prove(bytes, roots);
        } catch (UnprovedTrustException e) {
            throw new ListRefusedException(ListRefusal.BAD_SIGNATURE, "trust file not taken: " + e.getMessage());
        } catch (MalformedTrustException e) {
            throw new ListRefusedException(ListRefusal.MALFORMED, "trust file not taken: " + e.getMessage());
        }
    }

    /** What is gone by now. */
    public Trust current() {
        return current;
    }

    /** Proves one list's heads, each time by the newest trust file. */
    public HeadProof headsOf(String list) {
        return new Heads(list);
    }

    private final class Heads implements HeadProof {
        private final String list;

        Heads(String list) {
            this.list = list;
        }

        @Override
        public ListHead proveNew(byte[] headBytes) throws ListRefusedException {
            Trust trust = current;
            ListHead head = prove(trust, headBytes);
            refuseRetired(trust, head.keyId());
            if (head.epoch() < trust.epochOf(list)) {
                throw new ListRefusedException(ListRefusal.ROLLBACK, epochs(trust, head));
            }
            return head;
        }

        @Override
        public ListHead proveStored(byte[] headBytes) throws ListRefusedException {
            return prove(current, headBytes);
        }

        private ListHead prove(Trust trust, byte[] bytes) throws ListRefusedException {
            ListHead head;
            try {
                head = ListHead.parse(bytes);
            } catch (MalformedListException e) {
                throw new ListRefusedException(ListRefusal.MALFORMED, e.getMessage());
            }
            Trust.Key key = signer(trust, head.keyId());
            if (!ListHead.isSignedBy(key.publicKey(), bytes)) {
                throw badSignature(head.keyId());
            }
            if (!head.list().equals(list)) {
                throw new ListRefusedException(ListRefusal.WRONG_LIST, "a head of " + head.list());
            }
            if (!key.signsList(list)) {
                throw new ListRefusedException(
                        ListRefusal.WRONG_KEY_USE, "key " + key.id().hex() + " may not sign list " + list);
            }
            if (head.epoch() > trust.epochOf(list)) {
                throw new ListRefusedException(ListRefusal.FAST_FORWARD, epochs(trust, head));
            }
            return head;
        }

        private String epochs(Trust trust, ListHead head) {
            return "a head in epoch " + head.epoch() + "; by the trust file of version " + trust.version() + " list "
                    + list + " is in epoch " + trust.epochOf(list);
        }
    }

    @Override
    public KeyId proveNew(String type, SignedDocument document) throws ListRefusedException {
        Trust trust = current;
        KeyId signer = prove(trust, type, document);
        refuseRetired(trust, signer);
        return signer;
    }

    @Override
    public KeyId proveStored(String type, SignedDocument document) throws ListRefusedException {
        return prove(current, type, document);
    }

    /** Whose passes count by the newest file: those of the keys that sign the site's other documents, retired ones too. */
    public Passes passes(String site) {
        Map<KeyId, PublicKey> keys = new TreeMap<>(Comparator.comparing(KeyId::hex));
        current.keys().stream().filter(Trust.Key::documents).forEach(key -> keys.put(key.id(), key.publicKey()));
        return new Passes(site, keys);
    }

    @Override
    public boolean isTrusted(KeyId signer) {
        return current.key(signer).filter(Trust.Key::documents).isPresent();
    }

    private static KeyId prove(Trust trust, String type, SignedDocument document) throws ListRefusedException {
        Trust.Key key = signer(trust, KeyId.ofBytes(document.getKeyId().toByteArray()));
        if (!SignedFacts.isSignedBy(key.publicKey(), type, document)) {
            throw badSignature(key.id());
        }
        if (!key.documents()) {
            throw new ListRefusedException(
                    ListRefusal.WRONG_KEY_USE, "key " + key.id().hex() + " may not sign " + type);
        }
        return key.id();
    }

    private static Trust.Key signer(Trust trust, KeyId id) throws ListRefusedException {
        return trust.key(id).orElseThrow(() -> badSignature(id));
    }

    private static ListRefusedException badSignature(KeyId id) {
        return new ListRefusedException(
                ListRefusal.BAD_SIGNATURE, "key " + id.hex() + " is not trusted here, or its signature is wrong");
    }

    private static void refuseRetired(Trust trust, KeyId id) throws ListRefusedException {
        if (trust.key(id).filter(Trust.Key::retired).isPresent()) {
            throw new ListRefusedException(
                    ListRefusal.RETIRED_KEY, "key " + id.hex() + " has retired and signs nothing new");
        }
    }
}
