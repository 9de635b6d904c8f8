package portvakt.gate.status;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.Comparator;
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

/** A gate's copy of its site's enrolments ({@link SignedReplica}). Belongs to one thread. */
public final class EnrolmentReplica {

    private static final Logger LOG = LoggerFactory.getLogger(EnrolmentReplica.class);

    private final SignedReplica<Enrolments> replica;

    public EnrolmentReplica(String site, DocumentProof proof, Disk disk) {
        this.replica = new SignedReplica<>(SignedFacts.ENROLMENTS, site, proof, EnrolmentReplica::read, disk);
    }

    /** What the disk has from before; empty where it has none that proves. */
    public Optional<Enrolments> load() throws IOException {
        return replica.load();
    }

    /** @see SignedReplica#document */
    public Optional<Enrolments> document(byte[] bytes) throws IOException, ListRefusedException {
        return replica.document(bytes);
    }

    private static SignedReplica.Read<Enrolments> read(byte[] payload) throws InvalidProtocolBufferException {
        EnrolmentTable table = EnrolmentTable.parseFrom(payload);
        Map<Uid, CardNumber> cards = new TreeMap<>(Comparator.comparing(Uid::hex));
        for (Enrolment enrolment : table.getEnrolmentsList()) {
            try {
                cards.put(Uid.of(enrolment.getUid().toByteArray()), new CardNumber(enrolment.getCardNumber()));
            } catch (IllegalArgumentException e) {
                LOG.warn("Enrolment table {} holds an entry that is none: {}", table.getVersion(), e.getMessage());
            }
        }
        return new SignedReplica.Read<>(table.getSite(), table.getVersion(), new Table(table.getVersion(), cards));
    }

    private record Table(long version, Map<Uid, CardNumber> cards) implements Enrolments {
        @Override
        public Optional<CardNumber> cardOf(Uid uid) {
            return Optional.ofNullable(cards.get(uid));
        }
    }
}
