package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import portvakt.gate.access.GateTime;
import portvakt.gate.testing.HandClock;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.v1.ClockTrust;

/** Heads that are right in all but one thing: no other check may stand in for the one that is asked. */
class HeadChecksTest {

    private static final GateTime NOW =
            new GateTime(HandClock.START.plus(Duration.ofDays(1)), 1, ClockTrust.CLOCK_TRUST_SYNCHRONISED);
    private static final GateTime UNSET = new GateTime(NOW.wall(), 1, ClockTrust.CLOCK_TRUST_BOUNDED_BELOW);

    private final Issuer issuer = new Issuer();
    private final IssuedList issued = new IssuedList(issuer, Issuer.LIST, 500);
    private final HeadChecks checks = new HeadChecks(Issuer.LIST, issued.trust(), 1_000);
    private final ListHead mine = ForgedHeads.of(issued.headOf(issued.table(), issued.count()), 100);

    private static void assertRefused(ListRefusal refusal, ThrowingCallable what) {
        assertThatThrownBy(what)
                .isInstanceOfSatisfying(
                        ListRefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(refusal));
    }

    private ListHead newest(ListHead head) throws ListRefusedException {
        return checks.newest(issued.sign(head), Optional.of(mine), NOW);
    }

    private ListHead later(int epoch, long version) {
        return ForgedHeads.of(mine, epoch, version, mine.issuedAt().plusSeconds(60));
    }

    @Test
    void aLowerVersionIsARollbackHoweverLateItWasSigned() {
        assertRefused(ListRefusal.ROLLBACK, () -> newest(later(1, 99)));
        assertThatThrownBy(() -> newest(later(1, 99)))
                .hasMessageContaining("epoch 1 version 99 issued")
                .hasMessageContaining("older than epoch 1 version 100");
    }

    @Test
    void aLowerEpochIsARollbackHoweverHighItsVersionAndHoweverLateItWasSigned() {
        assertRefused(ListRefusal.ROLLBACK, () -> newest(later(0, 1_000)));
    }

    @Test
    void anEarlierSigningIsARollbackWhateverItsVersion() {
        Instant before = mine.issuedAt().minusMillis(1);
        assertRefused(ListRefusal.ROLLBACK, () -> newest(ForgedHeads.of(mine, 1, 100, before)));
        assertRefused(ListRefusal.ROLLBACK, () -> newest(ForgedHeads.of(mine, 1, 101, before)));
    }

    @Test
    void aVersionHasOneContent() throws Exception {
        assertRefused(ListRefusal.NOT_PROVED, () -> newest(ForgedHeads.withRoot(mine, "ab".repeat(32))));
        assertRefused(ListRefusal.NOT_PROVED, () -> newest(ForgedHeads.withCount(mine, 499, mine.bits())));
        assertThat(newest(mine)).isEqualTo(mine);
    }

    /** Versions begin anew with an epoch, or go on, or jump. */
    @Test
    void aLaterEpochMayHaveAnyVersion() throws Exception {
        long far = mine.version() + HeadChecks.VERSION_JUMP_MAX + 1;
        assertThat(newest(later(2, far)).version()).isEqualTo(far);
        assertThat(newest(later(2, 1)).version()).isEqualTo(1);
        assertRefused(ListRefusal.FAST_FORWARD, () -> newest(later(1, far)));
    }

    @Test
    void aClockThatNobodySetDoesNotSayThatAHeadHasExpired() throws Exception {
        GateTime late =
                new GateTime(mine.expiresAt().plusMillis(1), NOW.uptimeNs(), ClockTrust.CLOCK_TRUST_SYNCHRONISED);
        GateTime unset = new GateTime(late.wall(), NOW.uptimeNs(), ClockTrust.CLOCK_TRUST_BOUNDED_BELOW);
        byte[] head = issued.sign(mine);
        assertRefused(ListRefusal.EXPIRED, () -> checks.newest(head, Optional.empty(), late));
        assertThat(checks.newest(head, Optional.empty(), unset)).isEqualTo(mine);
    }

    /** A genuine delta from the version before, laid under the topic of the next. */
    @Test
    void aDeltaLeadsFromWhereItsTopicSays() throws Exception {
        ListHead one = issued.headOf(issued.table(), issued.count());
        ListDelta delta = issued.randomChange(new Random(1), 20, 600);
        assertThat(checks.delta(delta.bytes(), one, NOW)).isPresent();
        ListHead zero = ForgedHeads.of(one, 0);
        assertRefused(ListRefusal.NOT_PROVED, () -> checks.delta(delta.bytes(), zero, NOW));
        byte[] lower = ListDelta.of(delta.headBytes(), 0, delta.added(), delta.removed())
                .bytes();
        assertRefused(ListRefusal.NOT_PROVED, () -> checks.delta(lower, one, NOW));
    }

    /** What the broker takes is what the gate takes. */
    @Test
    void aDeltaOfTheMostKeysIsOne() throws Exception {
        ListHead one = issued.headOf(issued.table(), issued.count());
        Map<CardNumber, CardStatus> more = IntStream.range(500, 500 + ListDelta.KEYS_MAX)
                .boxed()
                .collect(Collectors.toMap(issued::number, _ -> CardStatus.REVOKED));
        ListDelta delta = issued.change(more);
        assertThat(delta.bytes()).hasSize(ListDelta.BYTES_MAX);
        HeadChecks large = new HeadChecks(Issuer.LIST, issued.trust(), issued.count());
        assertThat(large.delta(delta.bytes(), one, NOW)).isPresent();
        HeadChecks small = new HeadChecks(Issuer.LIST, issued.trust(), issued.count() - 1);
        assertRefused(ListRefusal.TOO_LARGE, () -> small.delta(delta.bytes(), one, NOW));
    }

    @Test
    void aDeltaOfALaterEpochIsForWhoeverIsThereAndNoAttack() throws Exception {
        ListDelta delta = issued.randomChange(new Random(1), 20, 600);
        byte[] next =
                issued.sign(ForgedHeads.of(delta.head(), 2, 7, delta.head().issuedAt()));
        byte[] bytes = ListDelta.of(next, 6, delta.added(), delta.removed()).bytes();
        assertThat(checks.delta(bytes, mine, NOW)).isEmpty();
        assertThat(checks.delta(bytes, mine, UNSET)).isEmpty();
    }

    @Test
    void onlyAnHonestHeadOfTheNewestFewVersionsIsJustBefore() {
        assertThat(checks.isJustBefore(issued.sign(later(1, 84)), mine)).isTrue();
        assertThat(checks.isJustBefore(issued.sign(later(1, 83)), mine)).isFalse();
        assertThat(checks.isJustBefore(issued.sign(later(0, 99)), mine)).isFalse();
        byte[] forged = later(1, 99).sign(new Issuer().keys.getPrivate());
        assertThat(checks.isJustBefore(forged, mine)).isFalse();
        assertThat(checks.isJustBefore(new byte[3], mine)).isFalse();
    }
}
