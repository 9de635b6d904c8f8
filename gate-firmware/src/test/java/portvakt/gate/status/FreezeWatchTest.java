package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import portvakt.gate.access.GateTime;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.v1.ClockTrust;

/** Frozen is who is connected for a minute, knows the time, and hears nothing that is valid still; it is told once. */
class FreezeWatchTest {

    private static final IssuedList ISSUED = new IssuedList(new Issuer(), Issuer.LIST, 1);
    private static final ListHead HEAD = ISSUED.headOf(ISSUED.table(), ISSUED.count());
    private static final Instant EXPIRED = HEAD.expiresAt().plusMillis(1);
    private static final long PATIENCE_NS = FreezeWatch.PATIENCE.toNanos();

    private final FreezeWatch watch = new FreezeWatch();

    private boolean tells(Instant wall, ClockTrust trust, long nowNs) {
        List<ListEffect> out = new ArrayList<>();
        watch.tick(Optional.of(HEAD), new GateTime(wall, nowNs, trust), out);
        assertThat(out)
                .allMatch(effect ->
                        effect instanceof ListEffect.Refused refused && refused.cause() == ListRefusal.FROZEN);
        return !out.isEmpty();
    }

    private boolean tells(Instant wall, long nowNs) {
        return tells(wall, ClockTrust.CLOCK_TRUST_SYNCHRONISED, nowNs);
    }

    @Test
    void aConnectionHasAMinuteToBringAValidHead() {
        watch.connected(0);
        assertThat(tells(EXPIRED, PATIENCE_NS - 1)).isFalse();
        assertThat(tells(EXPIRED, PATIENCE_NS)).isTrue();
    }

    @Test
    void aHeadThatIsValidIsNoFreeze() {
        watch.connected(0);
        assertThat(tells(HEAD.expiresAt(), PATIENCE_NS)).isFalse();
        assertThat(tells(EXPIRED, PATIENCE_NS)).isTrue();
    }

    @Test
    void aClockThatNobodySetCannotTell() {
        watch.connected(0);
        assertThat(tells(EXPIRED, ClockTrust.CLOCK_TRUST_BOUNDED_BELOW, PATIENCE_NS))
                .isFalse();
        assertThat(tells(EXPIRED, PATIENCE_NS)).isTrue();
    }

    @Test
    void aGateWithoutConnectionIsOfflineAndNotFrozen() {
        assertThat(tells(EXPIRED, PATIENCE_NS)).isFalse();
        watch.connected(0);
        watch.lost();
        assertThat(tells(EXPIRED, 2 * PATIENCE_NS)).isFalse();
        watch.connected(2 * PATIENCE_NS);
        assertThat(tells(EXPIRED, 3 * PATIENCE_NS - 1)).isFalse();
        assertThat(tells(EXPIRED, 3 * PATIENCE_NS)).isTrue();
    }

    @Test
    void itIsToldOnceUntilANewerHeadHasCome() {
        watch.connected(0);
        assertThat(tells(EXPIRED, PATIENCE_NS)).isTrue();
        assertThat(tells(EXPIRED.plus(Duration.ofHours(1)), 60 * PATIENCE_NS)).isFalse();
        watch.newerHead();
        assertThat(tells(EXPIRED.plus(Duration.ofHours(1)), 60 * PATIENCE_NS)).isTrue();
    }
}
