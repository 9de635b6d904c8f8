package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.gate.access.ListAction;
import portvakt.gate.access.ListPolicy;
import portvakt.gate.access.SiteRules;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.Assurance;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.sign.SignedFacts;
import portvakt.protocol.v1.ReadAssurance;
import portvakt.protocol.v1.SitePolicy;

/** A site's rules hold only from a signed, newer, whole policy of this site; anything else leaves the old ones. */
class PolicyReplicaTest {

    private static final SitePolicy GOOD = SitePolicy.newBuilder()
            .setSite("oslo")
            .setVersion(5)
            .setFreshMs(Duration.ofHours(12).toMillis())
            .setGraceMs(Duration.ofDays(2).toMillis())
            .setClosedMs(Duration.ofDays(5).toMillis())
            .setWhenGrace(portvakt.protocol.v1.ListAction.LIST_ACTION_GRANT)
            .setWhenStale(portvakt.protocol.v1.ListAction.LIST_ACTION_ATTENDED_ONLY)
            .setWhenNone(portvakt.protocol.v1.ListAction.LIST_ACTION_GRANT_FLAGGED)
            .setGrantOnUntrustedClock(true)
            .setMinimumAssurance(ReadAssurance.READ_ASSURANCE_UID_ONLY)
            .addAttendedGates("north")
            .build();

    private static final SiteRules RULES = new SiteRules(
            5,
            new ListPolicy(
                    Duration.ofHours(12),
                    Duration.ofDays(2),
                    Optional.of(Duration.ofDays(5)),
                    ListAction.GRANT,
                    ListAction.ATTENDED_ONLY,
                    ListAction.GRANT_FLAGGED),
            true,
            Assurance.UID_ONLY,
            Set.of("north"));

    private final Issuer issuer = new Issuer();
    private final MemoryDisk disk = new MemoryDisk();
    private final PolicyReplica replica = replica();

    private PolicyReplica replica() {
        return new PolicyReplica("oslo", new PinnedKeys(List.of(issuer.keys.getPublic())), disk);
    }

    private byte[] sign(Issuer signer, String type, SitePolicy policy) {
        return SignedFacts.sign(type, policy.toByteArray(), signer.keys.getPrivate(), KeyId.of(signer.publicKey()))
                .toByteArray();
    }

    private byte[] signed(Consumer<SitePolicy.Builder> change) {
        SitePolicy.Builder policy = GOOD.toBuilder();
        change.accept(policy);
        return sign(issuer, SignedFacts.POLICY, policy.build());
    }

    private void assertRefused(ListRefusal refusal, byte[] document) {
        assertThatThrownBy(() -> replica.document(document))
                .isInstanceOfSatisfying(
                        ListRefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(refusal));
    }

    @Test
    void aSignedPolicyHoldsIsStoredAndHoldsAfterARestart() throws Exception {
        assertThat(replica.load()).isEmpty();
        assertThat(replica.document(signed(_ -> {}))).contains(RULES);
        assertThat(replica.document(signed(_ -> {}))).as("the same again").isEmpty();
        assertThat(disk.contents()).containsOnlyKeys("policy.signed");
        assertThat(replica().load()).contains(RULES);
    }

    @Test
    void noClosingAgeMeansNever() throws Exception {
        assertThat(replica.document(signed(policy -> policy.setClosedMs(0)))
                        .orElseThrow()
                        .lists()
                        .closed())
                .isEmpty();
    }

    @Test
    void whatIsAtALimitHolds() throws Exception {
        SiteRules rules = replica.document(signed(policy -> {
                    policy.setFreshMs(1).clearAttendedGates();
                    policy.setClosedMs(PolicyReplica.AGE_MAX.toMillis());
                    IntStream.range(0, PolicyReplica.ATTENDED_GATES_MAX)
                            .forEach(gate -> policy.addAttendedGates("g" + gate));
                }))
                .orElseThrow();
        assertThat(rules.lists().fresh()).isEqualTo(Duration.ofMillis(1));
        assertThat(rules.lists().closed()).contains(PolicyReplica.AGE_MAX);
        assertThat(rules.attendedGates()).hasSize(PolicyReplica.ATTENDED_GATES_MAX);
    }

    @Test
    void whatIsNotSignedNotOursOrNotNewerChangesNothing() throws Exception {
        replica.document(signed(_ -> {}));
        Map<String, String> stored = disk.contents();
        SitePolicy next = GOOD.toBuilder().setVersion(6).build();
        assertRefused(ListRefusal.BAD_SIGNATURE, sign(new Issuer(), SignedFacts.POLICY, next));
        assertRefused(ListRefusal.BAD_SIGNATURE, sign(issuer, SignedFacts.ENROLMENTS, next));
        assertRefused(
                ListRefusal.WRONG_LIST,
                signed(policy -> policy.setSite("bergen").setVersion(6)));
        assertRefused(ListRefusal.ROLLBACK, signed(policy -> policy.setVersion(4)));
        assertThatThrownBy(() -> replica.document(new byte[] {1, 2, 3}))
                .isInstanceOf(InvalidProtocolBufferException.class);
        PolicyReplica restarted = replica();
        restarted.load();
        assertThatThrownBy(() -> restarted.document(signed(policy -> policy.setVersion(4))))
                .isInstanceOf(ListRefusedException.class);
        assertThat(disk.contents()).isEqualTo(stored);
    }

    static Stream<Arguments> senseless() {
        return Stream.of(
                senseless("version is 0", policy -> policy.setVersion(0)),
                senseless("version is -1", policy -> policy.setVersion(-1)),
                senseless("fresh_ms is 0", SitePolicy.Builder::clearFreshMs),
                senseless("fresh_ms is -1", policy -> policy.setFreshMs(-1)),
                senseless("grace_ms is 0", SitePolicy.Builder::clearGraceMs),
                senseless("closed_ms is 315360000001", policy -> policy.setClosedMs(315_360_000_001L)),
                senseless("grace_ms is 9223372036854775807", policy -> policy.setGraceMs(Long.MAX_VALUE)),
                senseless("closed_ms is -5", policy -> policy.setClosedMs(-5)),
                senseless("list ages must rise", policy -> policy.setFreshMs(policy.getGraceMs() + 1)),
                senseless("list ages must rise", policy -> policy.setClosedMs(policy.getGraceMs() - 1)),
                senseless("when_grace is no action", SitePolicy.Builder::clearWhenGrace),
                senseless("when_stale is no action", SitePolicy.Builder::clearWhenStale),
                senseless("when_none is no action", SitePolicy.Builder::clearWhenNone),
                senseless("when_none is no action", policy -> policy.setWhenNoneValue(99)),
                senseless("minimum_assurance is none", SitePolicy.Builder::clearMinimumAssurance),
                senseless("minimum_assurance is none", policy -> policy.setMinimumAssuranceValue(99)),
                senseless(
                        "10001 attended gates",
                        policy -> IntStream.range(0, PolicyReplica.ATTENDED_GATES_MAX)
                                .forEach(gate -> policy.addAttendedGates("g" + gate))),
                senseless("attended_gates holds", policy -> policy.addAttendedGates("#")));
    }

    private static Arguments senseless(String told, Consumer<SitePolicy.Builder> change) {
        return Arguments.of(told, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("senseless")
    void aPolicyThatLeavesAnythingOpenIsRefusedAsAWhole(String told, Consumer<SitePolicy.Builder> change)
            throws Exception {
        replica.document(signed(policy -> policy.setVersion(1)));
        Map<String, String> stored = disk.contents();
        assertThatThrownBy(() -> replica.document(signed(change)))
                .isInstanceOfSatisfying(
                        ListRefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(ListRefusal.MALFORMED))
                .hasMessageContaining(told);
        assertThat(disk.contents()).isEqualTo(stored);
        assertThat(replica.document(signed(_ -> {}))).as("the next good one").contains(RULES);
    }

    @Test
    void aRetiredKeySignsNoNewPolicyAndTheOneOfBeforeHolds() throws Exception {
        Issuer successor = new Issuer();
        Roots roots = new Roots();
        TrustReplica trust = new TrustReplica(roots.start(issuer.publicKey()), disk);
        PolicyReplica gate = new PolicyReplica("oslo", trust, disk);
        gate.document(signed(_ -> {}));
        trust.document(roots.rotated(2, Map.of(), issuer.publicKey(), successor.publicKey()));
        assertThatThrownBy(() -> gate.document(signed(policy -> policy.setVersion(6))))
                .isInstanceOfSatisfying(
                        ListRefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(ListRefusal.RETIRED_KEY));
        assertThat(new PolicyReplica("oslo", trust, disk).load()).contains(RULES);
    }

    /** As when a storage card is carried from one site's gate to another's. */
    @Test
    void aFileOfAnotherSiteIsPassedOver() throws Exception {
        disk.put("policy.signed", signed(policy -> policy.setSite("bergen")));
        assertThat(replica.load()).isEmpty();
        assertThat(replica.document(signed(_ -> {}))).contains(RULES);
    }

    @Test
    void aThiefsPolicyGivesWayToAnyThatProvesWhenHisKeyIsGone() throws Exception {
        Issuer thief = new Issuer();
        Roots roots = new Roots();
        TrustReplica trust = new TrustReplica(roots.start(issuer.publicKey(), thief.publicKey()), disk);
        PolicyReplica gate = new PolicyReplica("oslo", trust, disk);
        SitePolicy last = GOOD.toBuilder().setVersion(Long.MAX_VALUE).build();
        assertThat(gate.document(sign(thief, SignedFacts.POLICY, last))).isPresent();
        assertThatThrownBy(() -> gate.document(signed(_ -> {}))).isInstanceOf(ListRefusedException.class);
        trust.document(roots.trusting(2, issuer.publicKey()));
        assertThat(gate.document(signed(_ -> {}))).contains(RULES);
        assertThatThrownBy(() -> gate.document(sign(thief, SignedFacts.POLICY, last)))
                .isInstanceOf(ListRefusedException.class);
        assertThat(new PolicyReplica("oslo", trust, disk).load()).contains(RULES);
    }

    @Test
    void aPolicyThatCannotBeStoredDoesNotHoldAndIsTakenAtTheNextTry() throws Exception {
        disk.failForces(1);
        assertThatThrownBy(() -> replica.document(signed(_ -> {}))).isInstanceOf(IOException.class);
        assertThat(replica().load()).isEmpty();
        assertThat(replica.document(signed(_ -> {}))).contains(RULES);
    }
}
