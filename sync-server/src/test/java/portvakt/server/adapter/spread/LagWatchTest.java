package portvakt.server.adapter.spread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.list.SpreadLimits;
import portvakt.server.port.LagEpisodes;
import portvakt.server.port.Lists;
import portvakt.server.port.SpreadLog;
import portvakt.server.port.StorageException;

/** A lag is said once when it begins and once when it is over, by a clock that the test holds. */
class LagWatchTest {

    private static final Instant START = Instant.parse("2026-11-24T07:00:00Z");

    private final World world = new World();
    private final LagWatch watch = new LagWatch(world, world, world, SpreadLimits.DEFAULT, () -> world.now);

    @Test
    void aLateVersionIsOneAlarmAndOneEnd() {
        world.version = 4;
        world.issued = 5;
        world.issuedAt = START;
        at(29);
        assertThat(world.said).isEmpty();
        at(30);
        at(31);
        assertThat(world.said).containsExactly("begin BEHIND");
        world.version = 5;
        at(40);
        at(41);
        assertThat(world.said).containsExactly("begin BEHIND", "end");
    }

    @Test
    void aGateThatFallsSilentGoesOnLaggingUntilItIsWell() {
        world.version = 4;
        world.issued = 5;
        world.issuedAt = START;
        at(31);
        world.online = false;
        at(600);
        world.online = true;
        world.onlineSince = START.plusSeconds(700);
        at(701);
        assertThat(world.said).containsExactly("begin BEHIND");
        world.version = 5;
        at(702);
        assertThat(world.said).containsExactly("begin BEHIND", "end");
    }

    @Test
    void anOfflineGateIsNoLag() {
        world.online = false;
        world.version = 1;
        world.issued = 9;
        world.issuedAt = START;
        at(10_000);
        assertThat(world.said).isEmpty();
    }

    @Test
    void aListThatAges() {
        world.state = "STALE";
        world.stateSince = START;
        at(29);
        at(30);
        assertThat(world.said).containsExactly("begin STALE");
    }

    @Test
    void theThreadGoesOnAfterTheDatabaseWasAway() {
        world.version = 4;
        world.issued = 5;
        world.issuedAt = START;
        world.now = START.plusSeconds(60);
        world.away = 1;
        watch.start();
        watch.wake();
        await().until(() -> world.away == 0);
        watch.wake();
        await().untilAsserted(() -> assertThat(world.said).containsExactly("begin BEHIND"));
        watch.close();
    }

    private void at(long seconds) {
        world.now = START.plusSeconds(seconds);
        watch.look();
    }

    /** One list, one gate, and what was said of it. */
    private static final class World implements Lists, SpreadLog, LagEpisodes {
        private final List<String> said = new CopyOnWriteArrayList<>();
        private volatile Instant now = START;
        private volatile int away;
        private boolean online = true;
        private Instant onlineSince = START.minusSeconds(3_600);
        private long version = 1;
        private long issued = 1;
        private Instant issuedAt = START.minusSeconds(3_600);
        private String state = "FRESH";
        private Instant stateSince = START.minusSeconds(3_600);
        private Optional<Instant> lagSince = Optional.empty();

        @Override
        public List<GateNow> gates(String list) {
            return List.of(new GateNow(
                    "oslo",
                    "north",
                    online,
                    Optional.of(onlineSince),
                    Optional.of(now),
                    Optional.of(new Reported(1, version, now, state, stateSince, 0, 0)),
                    Optional.empty(),
                    Optional.empty(),
                    lagSince));
        }

        @Override
        public List<Version> versions(String list, Instant since) {
            return new ArrayList<>();
        }

        @Override
        public Optional<Version> newestAt(String list, Instant at) {
            if (away > 0) {
                away--;
                throw new StorageException("away", new IllegalStateException("away"));
            }
            return issuedAt.isAfter(at) ? Optional.empty() : Optional.of(new Version(1, issued, issuedAt, 1, 1));
        }

        @Override
        public Optional<Version> version(String list, long number) {
            return Optional.empty();
        }

        @Override
        public List<Applied> applied(String list, Instant since) {
            return List.of();
        }

        @Override
        public List<Applied> firstWith(String list, long number) {
            return List.of();
        }

        @Override
        public boolean begin(GateAddress gate, String list, String cause, String detail, Instant at) {
            said.add("begin " + cause);
            lagSince = Optional.of(at);
            return true;
        }

        @Override
        public boolean end(GateAddress gate, String list, String detail, Instant at) {
            said.add("end");
            lagSince = Optional.empty();
            return true;
        }

        @Override
        public void forgetBefore(Instant time) {
            assertThat(time).isEqualTo(now.minus(Duration.ofDays(35)));
        }

        @Override
        public Optional<PublishedList> find(String list) {
            return Optional.empty();
        }

        @Override
        public List<String> names() {
            return List.of("hms-kort");
        }

        @Override
        public void changed(String list) {
            // Nothing is issued here.
        }
    }
}
