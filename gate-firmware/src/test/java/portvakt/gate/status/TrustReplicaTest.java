package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import portvakt.gate.access.Passes;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.sign.SignedFacts;
import portvakt.protocol.sign.Trust;
import portvakt.protocol.v1.SignedDocument;

/** A gate goes by the newest file that its roots signed, and by nothing else; what a key may do is what that file says. */
class TrustReplicaTest {

    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");

    private final Roots roots = new Roots();
    private final Issuer issuer = new Issuer();
    private final Issuer successor = new Issuer();
    private final TrustReplica.Start first = roots.start(issuer.publicKey());
    private final MemoryDisk disk = new MemoryDisk();
    private TrustReplica replica;

    @BeforeEach
    void start() throws Exception {
        replica = started();
    }

    private TrustReplica started() throws Exception {
        TrustReplica started = new TrustReplica(first, disk);
        started.load();
        return started;
    }

    private static Trust.Key all(Issuer key) {
        return Roots.everything(key.publicKey());
    }

    private static byte[] head(Issuer signer, String list, int epoch) {
        return signer.snapshot(
                        5,
                        NOW,
                        Map.of(),
                        honest -> new ListHead(
                                list,
                                epoch,
                                honest.version(),
                                honest.bits(),
                                honest.count(),
                                honest.issuedAt(),
                                honest.expiresAt(),
                                honest.rootHex(),
                                honest.keyId()))
                .head();
    }

    private static byte[] head(Issuer signer) {
        return head(signer, Issuer.LIST, 1);
    }

    private HeadProof heads() {
        return replica.headsOf(Issuer.LIST);
    }

    private static void assertRefused(ListRefusal refusal, ThrowingCallable what) {
        assertThatThrownBy(what)
                .isInstanceOfSatisfying(
                        ListRefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(refusal));
    }

    @Test
    void aNewerFileTakesEffectAtOnceAndIsThereAfterARestart() throws Exception {
        HeadProof heads = heads();
        assertRefused(ListRefusal.BAD_SIGNATURE, () -> heads.proveNew(head(successor)));
        assertThat(replica.document(roots.file(2, Map.of(), all(issuer).asRetired(), all(successor))))
                .isTrue();
        assertThat(heads.proveNew(head(successor)).version()).isEqualTo(5);
        TrustReplica restarted = started();
        assertThat(restarted.current()).isEqualTo(replica.current());
        assertThat(restarted.current().version()).isEqualTo(2);
    }

    /** What a routine change of key must not void, and a stolen key must. */
    @Test
    void passesCountByKeysThatSignDocumentsAlsoRetiredOnes() throws Exception {
        Issuer listsOnly = new Issuer();
        assertThat(replica.passes("oslo").keys()).containsOnlyKeys(KeyId.of(issuer.publicKey()));
        replica.document(roots.file(
                2,
                Map.of(),
                all(issuer).asRetired(),
                all(successor),
                Trust.Key.of(listsOnly.publicKey(), List.of("*"), false)));
        assertThat(replica.passes("oslo"))
                .isEqualTo(new Passes(
                        "oslo",
                        Map.of(
                                KeyId.of(issuer.publicKey()),
                                issuer.publicKey(),
                                KeyId.of(successor.publicKey()),
                                successor.publicKey())));
        replica.document(roots.file(3, Map.of(), all(successor)));
        assertThat(replica.passes("oslo").keys()).containsOnlyKeys(KeyId.of(successor.publicKey()));
    }

    @Test
    void theFileInUseChangesNothingWhenItComesAgain() throws Exception {
        byte[] second = roots.trusting(2, issuer.publicKey());
        assertThat(replica.document(roots.trusting(1, issuer.publicKey()))).isFalse();
        assertThat(replica.document(second)).isTrue();
        Map<String, String> stored = disk.contents();
        assertThat(replica.document(second)).isFalse();
        assertThat(disk.contents()).isEqualTo(stored);
    }

    @Test
    void whatIsRefusedLeavesDiskAndTrustAsTheyWere() throws Exception {
        byte[] file = roots.file(5, Map.of("hms-kort", 3, "site-oslo", 2), all(issuer));
        replica.document(file);
        Trust trust = replica.current();
        Map<String, String> stored = disk.contents();
        byte[] bent = file.clone();
        bent[bent.length - 1] ^= 1;
        byte[] foreign = new Roots().trusting(6, successor.publicKey());
        byte[] lowered = roots.file(6, Map.of("hms-kort", 2, "site-oslo", 2), all(successor));
        byte[] unnamed = roots.file(6, Map.of("hms-kort", 3), all(successor));

        assertRefused(ListRefusal.BAD_SIGNATURE, () -> replica.document(foreign));
        assertRefused(ListRefusal.BAD_SIGNATURE, () -> replica.document(bent));
        assertRefused(ListRefusal.BAD_SIGNATURE, () -> replica.document(new byte[0]));
        assertRefused(ListRefusal.MALFORMED, () -> replica.document(new byte[] {(byte) 0xff, 1, 2, 3}));
        assertRefused(ListRefusal.MALFORMED, () -> replica.document(new byte[1 << 17]));
        assertRefused(ListRefusal.ROLLBACK, () -> replica.document(roots.trusting(4, successor.publicKey())));
        assertRefused(ListRefusal.ROLLBACK, () -> replica.document(roots.trusting(5, successor.publicKey())));
        assertRefused(ListRefusal.ROLLBACK, () -> replica.document(lowered));
        assertRefused(ListRefusal.ROLLBACK, () -> replica.document(unnamed));

        assertThat(disk.contents()).isEqualTo(stored);
        assertThat(replica.current()).isEqualTo(trust);
        TrustReplica restarted = started();
        assertRefused(ListRefusal.ROLLBACK, () -> restarted.document(roots.trusting(4, successor.publicKey())));
    }

    /** The version alone says it: no epoch is lowered here. */
    @Test
    void anOlderFileAndAnotherOfTheSameVersionAreRefusedForTheirVersion() throws Exception {
        replica.document(roots.trusting(5, issuer.publicKey()));
        Map<String, String> stored = disk.contents();
        assertRefused(ListRefusal.ROLLBACK, () -> replica.document(roots.trusting(4, issuer.publicKey())));
        assertRefused(ListRefusal.ROLLBACK, () -> replica.document(roots.trusting(5, successor.publicKey())));
        assertThatThrownBy(() -> replica.document(roots.trusting(5, successor.publicKey())))
                .hasMessageContaining("another trust file of version 5");
        assertThat(replica.current().version()).isEqualTo(5);
        assertThat(disk.contents()).isEqualTo(stored);
        TrustReplica restarted = started();
        assertRefused(ListRefusal.ROLLBACK, () -> restarted.document(roots.trusting(4, issuer.publicKey())));
    }

    @Test
    void anEpochMayStayOrRiseAndNoneIsLoweredWhateverTheOthersDo() throws Exception {
        replica.document(roots.file(2, Map.of("hms-kort", 3, "site-oslo", 2), all(issuer)));
        for (Map<String, Integer> lowered : List.of(
                Map.of("hms-kort", 2, "site-oslo", 3), Map.of("hms-kort", 4, "site-oslo", 1), Map.of("hms-kort", 3))) {
            assertRefused(ListRefusal.ROLLBACK, () -> replica.document(roots.file(3, lowered, all(issuer))));
        }
        assertThatThrownBy(() -> replica.document(roots.file(3, Map.of("hms-kort", 3), all(issuer))))
                .hasMessageContaining("lowers the epoch of list site-oslo");
        assertThat(replica.document(roots.file(3, Map.of("hms-kort", 3, "site-oslo", 2), all(successor))))
                .isTrue();
        assertThat(replica.document(roots.file(4, Map.of("hms-kort", 4, "site-oslo", 2), all(successor))))
                .isTrue();
    }

    /** A gate that was away takes the newest file, whatever it missed. */
    @Test
    void versionsMayBePassedOver() throws Exception {
        assertThat(replica.document(roots.trusting(900, successor.publicKey()))).isTrue();
        assertThat(replica.current().version()).isEqualTo(900);
    }

    @Test
    void aFileThatCannotBeStoredIsNotGoneByAndTakenAtTheNextTry() throws Exception {
        byte[] second = roots.trusting(2, successor.publicKey());
        disk.failForces(1);
        assertThatThrownBy(() -> replica.document(second)).isInstanceOf(IOException.class);
        assertThat(replica.current().version()).isEqualTo(1);
        assertThat(replica.document(second)).isTrue();
    }

    @Test
    void aDamagedFileOnTheDiskIsPassedOverForTheOneOfTheIdentity() throws Exception {
        byte[] second = roots.trusting(2, successor.publicKey());
        for (int bit = 0; bit < second.length * 8; bit += 5) {
            byte[] flipped = second.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            disk.put("trust.signed", flipped);
            assertThat(started().current().version()).as("bit %d", bit).isEqualTo(1);
        }
        disk.put("trust.signed", second);
        assertThat(started().current().version()).isEqualTo(2);
        // Of two that the roots signed under one version the one that came with the identity counts.
        disk.put("trust.signed", roots.trusting(1, successor.publicKey()));
        assertThat(started().current().key(KeyId.of(issuer.publicKey()))).isPresent();
        disk.put("trust.signed", second);
        // A gate that was provisioned again goes by the newer file that came with that.
        TrustReplica again =
                new TrustReplica(new TrustReplica.Start(roots.keys(), roots.trusting(3, issuer.publicKey())), disk);
        again.load();
        assertThat(again.current().version()).isEqualTo(3);
    }

    @Test
    void anIdentityWhoseFileDoesNotProveIsNone() {
        TrustReplica.Start foreign = new TrustReplica.Start(new Roots().keys(), roots.trusting(1, issuer.publicKey()));
        assertRefused(ListRefusal.BAD_SIGNATURE, () -> new TrustReplica(foreign, disk));
    }

    @Test
    void aRetiredKeyProvesWhatIsStoredAndNothingNew() throws Exception {
        replica.document(roots.file(2, Map.of(), all(issuer).asRetired(), all(successor)));
        assertRefused(ListRefusal.RETIRED_KEY, () -> heads().proveNew(head(issuer)));
        assertThat(heads().proveStored(head(issuer)).version()).isEqualTo(5);
        assertRefused(ListRefusal.RETIRED_KEY, () -> replica.proveNew(SignedFacts.POLICY, document(issuer)));
        assertThat(replica.proveStored(SignedFacts.POLICY, document(issuer))).isEqualTo(KeyId.of(issuer.publicKey()));
        assertThat(replica.isTrusted(KeyId.of(issuer.publicKey()))).isTrue();
    }

    @Test
    void aRemovedKeyProvesNothingAtAll() throws Exception {
        replica.document(roots.trusting(2, successor.publicKey()));
        assertRefused(ListRefusal.BAD_SIGNATURE, () -> heads().proveNew(head(issuer)));
        assertRefused(ListRefusal.BAD_SIGNATURE, () -> heads().proveStored(head(issuer)));
        assertRefused(ListRefusal.BAD_SIGNATURE, () -> replica.proveStored(SignedFacts.POLICY, document(issuer)));
        assertThat(replica.isTrusted(KeyId.of(issuer.publicKey()))).isFalse();
    }

    @Test
    void aKeyDoesOnlyWhatItIsFor() throws Exception {
        replica.document(roots.file(
                2,
                Map.of(),
                Trust.Key.of(issuer.publicKey(), List.of("site-oslo"), false),
                Trust.Key.of(successor.publicKey(), List.of(), true)));
        assertRefused(ListRefusal.WRONG_KEY_USE, () -> heads().proveNew(head(issuer)));
        assertRefused(ListRefusal.WRONG_KEY_USE, () -> heads().proveStored(head(issuer)));
        assertThat(replica.headsOf("site-oslo")
                        .proveNew(head(issuer, "site-oslo", 1))
                        .list())
                .isEqualTo("site-oslo");
        assertRefused(ListRefusal.WRONG_KEY_USE, () -> replica.proveNew(SignedFacts.POLICY, document(issuer)));
        assertThat(replica.isTrusted(KeyId.of(issuer.publicKey()))).isFalse();
        assertThat(replica.proveNew(SignedFacts.POLICY, document(successor)))
                .isEqualTo(KeyId.of(successor.publicKey()));
        assertRefused(ListRefusal.WRONG_KEY_USE, () -> heads().proveNew(head(successor)));
    }

    @Test
    void headsAreInTheEpochOfTheTrustFile() throws Exception {
        replica.document(roots.file(2, Map.of(Issuer.LIST, 3), all(issuer)));
        assertRefused(ListRefusal.ROLLBACK, () -> heads().proveNew(head(issuer, Issuer.LIST, 2)));
        assertRefused(ListRefusal.FAST_FORWARD, () -> heads().proveNew(head(issuer, Issuer.LIST, 4)));
        assertThatThrownBy(() -> heads().proveNew(head(issuer, Issuer.LIST, 4)))
                .hasMessageContainingAll("a head in epoch 4", "list hms-kort is in epoch 3");
        assertRefused(ListRefusal.FAST_FORWARD, () -> heads().proveStored(head(issuer, Issuer.LIST, 4)));
        assertThat(heads().proveNew(head(issuer, Issuer.LIST, 3)).epoch()).isEqualTo(3);
        assertThat(heads().proveStored(head(issuer, Issuer.LIST, 2)).epoch()).isEqualTo(2);
        assertRefused(ListRefusal.WRONG_LIST, () -> heads().proveNew(head(issuer, "site-oslo", 1)));
        assertRefused(ListRefusal.MALFORMED, () -> heads().proveNew(new byte[168]));
    }

    @Test
    void aChangedHeadOrDocumentDoesNotProve() throws Exception {
        byte[] head = head(issuer);
        head[44] ^= 1;
        assertRefused(ListRefusal.BAD_SIGNATURE, () -> heads().proveNew(head));
        SignedDocument renamed =
                document(issuer).toBuilder().setType("enrolments").build();
        assertRefused(ListRefusal.BAD_SIGNATURE, () -> replica.proveNew(SignedFacts.ENROLMENTS, renamed));
        assertRefused(
                ListRefusal.BAD_SIGNATURE,
                () -> replica.proveNew(
                        SignedFacts.POLICY,
                        document(issuer).toBuilder().clearKeyId().build()));
    }

    private static SignedDocument document(Issuer signer) {
        return SignedFacts.sign(
                SignedFacts.POLICY, new byte[] {1, 2, 3}, signer.keys.getPrivate(), KeyId.of(signer.publicKey()));
    }
}
