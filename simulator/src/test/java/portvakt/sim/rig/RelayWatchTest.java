package portvakt.sim.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Direction;
import portvakt.protocol.v1.AccessGranted;
import portvakt.protocol.v1.EventFacts;
import portvakt.sim.device.RelayChange;
import portvakt.sim.world.Violation;

class RelayWatchTest {

    private static final Instant START = Instant.parse("2026-06-01T08:00:00Z");

    private final RelayWatch watch = new RelayWatch();
    private final List<RelayChange> changes = new ArrayList<>();
    private final List<StoredJournal.Written> journal = new ArrayList<>();

    private void released(Duration at, Duration length) {
        changes.add(change(true, at));
        changes.add(change(false, at.plus(length)));
    }

    private static RelayChange change(boolean on, Duration at) {
        return new RelayChange(on, START.plus(at), at.toNanos());
    }

    private void granted(Duration at) {
        journal.add(new StoredJournal.Written(
                journal.size() + 1L,
                "00",
                EventFacts.newBuilder()
                        .setOccurredAtMs(START.plus(at).toEpochMilli())
                        .setAccessGranted(AccessGranted.getDefaultInstance())
                        .build(),
                Optional.of("4100001")));
    }

    private void check() {
        watch.check("gate0", Direction.IN, changes, journal);
    }

    @Test
    void eachReleaseHasAGrantOfItsOwn() {
        granted(Duration.ofSeconds(1));
        released(Duration.ofMillis(1_002), Duration.ofMillis(600));
        assertThatCode(this::check).doesNotThrowAnyException();
        assertThat(watch.longestMs()).isEqualTo(600);

        released(Duration.ofSeconds(3), Duration.ofMillis(600));
        assertThatThrownBy(this::check).isInstanceOf(Violation.class).hasMessageContaining("released without a grant");
    }

    @Test
    void aGrantOfLongAgoIsNone() {
        granted(Duration.ofSeconds(1));
        released(Duration.ofSeconds(20), Duration.ofMillis(600));
        assertThatThrownBy(this::check).hasMessageContaining("released without a grant");
    }

    @Test
    void aReleaseEndsInTime() {
        granted(Duration.ofSeconds(1));
        released(Duration.ofSeconds(1), Duration.ofSeconds(4));
        assertThatThrownBy(this::check).hasMessageContaining("released for too long");
    }

    @Test
    void whatStoodStillCouldNotLock() throws Exception {
        long beganNs = System.nanoTime();
        watch.stopped();
        long pauseNs = Duration.ofMillis(50).toNanos();
        while (System.nanoTime() - beganNs < pauseNs) {
            Thread.onSpinWait();
        }
        watch.resumed();
        long nowNs = System.nanoTime();
        granted(Duration.ZERO);
        changes.add(
                new RelayChange(true, START, beganNs - Duration.ofMillis(100).toNanos()));
        changes.add(new RelayChange(false, START.plusMillis(200), nowNs));
        check();
        assertThat(watch.longestMs())
                .isBetween(100L, Duration.ofNanos(nowNs - beganNs).toMillis() + 100 - 49);
    }
}
