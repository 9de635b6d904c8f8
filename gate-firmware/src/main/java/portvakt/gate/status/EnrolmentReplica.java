package portvakt.gate.status;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.access.Enrolments;
import portvakt.gate.port.Disk;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;
import portvakt.protocol.sign.SignedFacts;
import portvakt.protocol.v1.Enrolment;
import portvakt.protocol.v1.EnrolmentTable;
import portvakt.protocol.v1.SignedDocument;

/** A gate's copy of its site's enrolments: proved, newer than the last, stored, then given out. Belongs to one thread. */
public final class EnrolmentReplica {

    private static final Logger LOG = LoggerFactory.getLogger(EnrolmentReplica.class);
    private static final String NAME = "enrolments.signed";

    private final String site;
    private final List<PublicKey> keys;
    private final Disk disk;
    private long version = -1;

    public EnrolmentReplica(String site, List<PublicKey> keys, Disk disk) {
        this.site = site;
        this.keys = List.copyOf(keys);
        this.disk = disk;
    }

    /** What the disk has from before; empty where it has none that proves. */
    public Optional<Enrolments> load() throws IOException {
        if (!disk.names(NAME).contains(NAME)) {
            return Optional.empty();
        }
        try {
            return take(disk.read(NAME));
        } catch (InvalidProtocolBufferException | ListRefusedException e) {
            LOG.warn("{} is damaged and not used: {}", NAME, e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * @return the table to use from now on; empty when it is the one in use
     * @throws InvalidProtocolBufferException if the bytes are no such document
     * @throws ListRefusedException if it is not signed by a key that counts here, another site's, or older than the one in use
     * @throws IOException if it proves but cannot be stored; it is not used then
     */
    public Optional<Enrolments> document(byte[] bytes) throws IOException, ListRefusedException {
        long before = version;
        Optional<Enrolments> taken = take(bytes);
        if (taken.isPresent()) {
            try {
                disk.store(NAME, bytes);
            } catch (IOException e) {
                version = before;
                throw e;
            }
        }
        return taken;
    }

    private Optional<Enrolments> take(byte[] bytes) throws InvalidProtocolBufferException, ListRefusedException {
        SignedDocument document = SignedDocument.parseFrom(bytes);
        if (keys.stream().noneMatch(key -> SignedFacts.isSignedBy(key, SignedFacts.ENROLMENTS, document))) {
            throw new ListRefusedException(
                    ListRefusal.BAD_SIGNATURE, "the enrolments are not signed by a key that is trusted here");
        }
        EnrolmentTable table = EnrolmentTable.parseFrom(document.getPayload());
        if (!table.getSite().equals(site)) {
            throw new ListRefusedException(ListRefusal.WRONG_LIST, "the enrolments of site " + table.getSite());
        }
        if (table.getVersion() < version) {
            throw new ListRefusedException(
                    ListRefusal.ROLLBACK,
                    "enrolments of version " + table.getVersion() + " are older than version " + version);
        }
        if (table.getVersion() == version) {
            return Optional.empty();
        }
        Map<Uid, CardNumber> cards = new TreeMap<>(java.util.Comparator.comparing(Uid::hex));
        for (Enrolment enrolment : table.getEnrolmentsList()) {
            try {
                cards.put(Uid.of(enrolment.getUid().toByteArray()), new CardNumber(enrolment.getCardNumber()));
            } catch (IllegalArgumentException e) {
                LOG.warn("Enrolment table {} holds an entry that is none: {}", table.getVersion(), e.getMessage());
            }
        }
        version = table.getVersion();
        return Optional.of(uid -> Optional.ofNullable(cards.get(uid)));
    }
}
