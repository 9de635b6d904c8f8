package portvakt.server.adapter.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.port.CardStatuses.Version;

/** A burst becomes few versions, and no change waits longer than 200 ms. Time here is what the test says it is. */
class ListPaceTest {

    private static final String LIST = "hms-kort";
    private static final Instant START = Instant.parse("2026-03-02T07:00:00Z");
    private static final int CARD = 1_000_000;

    @TempDir
    Path folder;

    private final RetainedMessages broker = new RetainedMessages();
    private final FakeStatuses statuses = new FakeStatuses();
    private ListIssuer issuer;
    private long nowMs;
    private long dueMs = Long.MAX_VALUE;
    /** How long a round takes. */
    private int roundMs;
    /** When each change was committed. */
    private final List<Long> committedMs = new ArrayList<>();
    /** When each change was handed to the broker. */
    private final List<Long> handedMs = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        issuer = new ListIssuer(
                LIST,
                TestKeys.in(folder, LIST),
                statuses,
                broker,
                () -> START.plusMillis(nowMs),
                () -> 1,
                () -> Duration.ofMillis(nowMs).toNanos());
        issuer.round();
        nowMs += 60_000;
    }

    private void commit(int cards) {
        for (int card = 0; card < cards; card++) {
            statuses.set(new CardNumber(String.valueOf(CARD + committedMs.size())), CardStatus.SUSPENDED);
            committedMs.add(nowMs);
        }
        issuer.changed();
        dueMs = nowMs;
    }

    /** Lets the issuer's thread do what it would do until this time. */
    private void until(long endMs) throws BrokerAway {
        while (dueMs <= endMs) {
            nowMs = Math.max(nowMs, dueMs);
            nowMs += roundMs;
            Duration pause = issuer.round();
            while (handedMs.size() < newest().changeId()) {
                handedMs.add(nowMs);
            }
            dueMs = pause.equals(IssuerThread.IDLE) ? Long.MAX_VALUE : nowMs + pause.toMillis();
        }
        nowMs = Math.max(nowMs, endMs);
    }

    private Version newest() {
        return statuses.versions.getLast();
    }

    private long longestDelayMs() {
        assertThat(handedMs).hasSameSizeAs(committedMs);
        long longest = 0;
        for (int change = 0; change < committedMs.size(); change++) {
            longest = Math.max(longest, handedMs.get(change) - committedMs.get(change));
        }
        return longest;
    }

    private int versions() {
        return statuses.versions.size() - 1;
    }

    @Test
    void aLoneChangeWaitsForNothing() throws Exception {
        commit(1);
        until(nowMs);
        assertThat(versions()).isEqualTo(1);
        assertThat(longestDelayMs()).isZero();
    }

    @Test
    void aChangeThatNobodySaidIsFoundAllTheSame() throws Exception {
        statuses.set(new CardNumber("1234567"), CardStatus.REVOKED);
        issuer.round();
        assertThat(versions()).isEqualTo(1);
    }

    @Test
    void aBrokerThatIsAwayDelaysNoSignature() throws Exception {
        commit(1);
        until(nowMs);
        broker.away = true;
        nowMs += 40;
        commit(1);
        assertThat(issuer.round()).isEqualTo(Duration.ofMillis(60));
    }

    @Test
    void fiftyThousandInOneCommitAreSevenVersionsAtOnce() throws Exception {
        commit(50_000);
        until(nowMs);
        assertThat(versions()).isEqualTo(7);
        assertThat(longestDelayMs()).isZero();
        assertThat(statuses.versions).extracting(Version::deltaBytes).allMatch(bytes -> bytes <= 64 * 1024);
    }

    @Test
    void fiftyThousandInFiveHundredCommitsOverFiveSecondsAreFiftyOneVersions() throws Exception {
        long startMs = nowMs;
        for (int commit = 0; commit < 500; commit++) {
            until(startMs + commit * 10L);
            commit(100);
        }
        until(startMs + 10_000);
        System.out.println(
                "50,000 in 500 commits: " + versions() + " versions, longest delay " + longestDelayMs() + " ms");
        assertThat(versions()).isEqualTo(51);
        assertThat(longestDelayMs()).isLessThanOrEqualTo(100);
    }

    @Test
    void nobodyWaitsLongerThanTheWindowAndTheRoundsThemselves() throws Exception {
        roundMs = 40;
        long startMs = nowMs;
        for (int commit = 0; commit < 300; commit++) {
            until(startMs + commit * 7L);
            commit(1 + commit % 13);
        }
        until(startMs + 10_000);
        System.out.println("longest delay " + longestDelayMs() + " ms with rounds of 40 ms");
        assertThat(longestDelayMs()).isLessThanOrEqualTo(200);
        assertThat(versions()).isLessThan(40);
    }
}
