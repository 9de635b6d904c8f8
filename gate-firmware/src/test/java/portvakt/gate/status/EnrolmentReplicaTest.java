package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import portvakt.gate.access.Enrolments;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.sign.SignedFacts;
import portvakt.protocol.v1.Enrolment;
import portvakt.protocol.v1.EnrolmentTable;

/** A UID is bound to a card only by a signed, newer table of this site. */
class EnrolmentReplicaTest {

    private static final Uid KNOWN = new Uid("04a1b2c3d4e5f6");
    private static final CardNumber CARD = new CardNumber("4388261");

    private final Issuer issuer = new Issuer();
    private final MemoryDisk disk = new MemoryDisk();
    private final EnrolmentReplica replica = replica();

    private EnrolmentReplica replica() {
        return new EnrolmentReplica("oslo", new PinnedKeys(List.of(issuer.keys.getPublic())), disk);
    }

    private byte[] document(Issuer signer, String type, String site, long version) {
        EnrolmentTable table = EnrolmentTable.newBuilder()
                .setSite(site)
                .setVersion(version)
                .addEnrolments(Enrolment.newBuilder()
                        .setUid(ByteString.copyFrom(new byte[3]))
                        .setCardNumber("1"))
                .addEnrolments(Enrolment.newBuilder()
                        .setUid(ByteString.copyFrom(KNOWN.bytes()))
                        .setCardNumber(CARD.digits()))
                .build();
        return SignedFacts.sign(type, table.toByteArray(), signer.keys.getPrivate(), KeyId.of(signer.keys.getPublic()))
                .toByteArray();
    }

    private byte[] good(long version) {
        return document(issuer, SignedFacts.ENROLMENTS, "oslo", version);
    }

    private static void assertKnows(Optional<Enrolments> enrolments) {
        assertThat(enrolments.orElseThrow().cardOf(KNOWN)).contains(CARD);
        assertThat(enrolments.orElseThrow().cardOf(new Uid("04a1b2c3d4e5f7"))).isEmpty();
    }

    @Test
    void aSignedTableIsUsedStoredAndThereAfterARestart() throws Exception {
        assertThat(replica.load()).isEmpty();
        assertKnows(replica.document(good(1)));
        assertKnows(replica().load());
    }

    @Test
    void theSameTableByANewKeyIsKeptSoThatItIsThereWhenTheOldKeyCountsNoMore() throws Exception {
        Issuer next = new Issuer();
        PublicKey old = issuer.keys.getPublic();
        EnrolmentReplica both = new EnrolmentReplica("oslo", new PinnedKeys(List.of(old, next.keys.getPublic())), disk);
        both.document(good(5));
        assertKnows(both.document(document(next, SignedFacts.ENROLMENTS, "oslo", 5)));
        assertThat(both.document(document(next, SignedFacts.ENROLMENTS, "oslo", 5)))
                .isEmpty();
        assertKnows(new EnrolmentReplica("oslo", new PinnedKeys(List.of(next.keys.getPublic())), disk).load());
    }

    @Test
    void whatIsNotSignedNotOursOrNotNewerChangesNothing() throws Exception {
        replica.document(good(5));
        Map<String, String> stored = disk.contents();
        assertRefused(ListRefusal.BAD_SIGNATURE, document(new Issuer(), SignedFacts.ENROLMENTS, "oslo", 6));
        assertRefused(ListRefusal.BAD_SIGNATURE, document(issuer, "policy", "oslo", 6));
        assertRefused(ListRefusal.WRONG_LIST, document(issuer, SignedFacts.ENROLMENTS, "bergen", 6));
        assertRefused(ListRefusal.ROLLBACK, good(4));
        assertThat(replica.document(good(5))).isEmpty();
        assertThatThrownBy(() -> replica.document(new byte[] {1, 2, 3}))
                .isInstanceOf(InvalidProtocolBufferException.class);
        EnrolmentReplica restarted = replica();
        restarted.load();
        assertThatThrownBy(() -> restarted.document(good(4))).isInstanceOf(ListRefusedException.class);
        assertThat(disk.contents()).isEqualTo(stored);
    }

    private void assertRefused(ListRefusal refusal, byte[] document) {
        assertThatThrownBy(() -> replica.document(document))
                .isInstanceOfSatisfying(
                        ListRefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(refusal));
    }

    @Test
    void everyFlippedBitIsRefused() throws Exception {
        byte[] document = good(1);
        disk.put("enrolments.signed", document);
        assertKnows(replica().load());
        for (int bit = 0; bit < document.length * 8; bit++) {
            byte[] flipped = document.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            disk.put("enrolments.signed", flipped);
            Optional<Enrolments> loaded = replica().load();
            // The key's name is a hint outside the signature: a flip there proves still, and says the same.
            loaded.ifPresent(enrolments -> assertKnows(Optional.of(enrolments)));
            if (bit / 8 < document.length - 75) {
                assertThat(loaded).isEmpty();
            }
        }
    }

    @Test
    void aTableThatCannotBeStoredIsNotUsedAndTakenAtTheNextTry() throws Exception {
        disk.failForces(1);
        assertThatThrownBy(() -> replica.document(good(1))).isInstanceOf(IOException.class);
        assertThat(replica().load()).isEmpty();
        assertKnows(replica.document(good(1)));
    }
}
