package portvakt.sim.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many whole sites in virtual time: nothing goes wrong that must not, and the runs get to the odd places that they are made for. */
@ExtendWith(QuietLog.class)
class SeedsIT {

    private static final int SEEDS = 1_000;

    /** As many as the machines that build this have processors. */
    private static final int THREADS = 2;

    /** What is not reached is not tested: a change that leads the runs past one of these makes the others worth less. */
    private static final List<String> PLACES = List.of(
            "a clock was unset after a start",
            "a journal went on after another's event",
            "a journal's sync failed",
            "a lent card",
            "a message arrived and its sender was told that it did not",
            "a token came after a newer one of the same card",
            "a token came twice",
            "event ACCESS_NOT_TAKEN",
            "event Alarm JOURNAL_SET_ASIDE",
            "event Alarm JOURNAL_UNAVAILABLE",
            "event Alarm CLOCK_JUMPED",
            "event Alarm IDENTITY_TWICE",
            "event Alarm LIST_NOT_STORED",
            "event Alarm TURNSTILE_FAULT",
            "event AccessDenied CREDENTIAL_EXPIRED",
            "event AccessDenied CREDENTIAL_REVOKED",
            "event AccessDenied CREDENTIAL_SUSPENDED",
            "event FIRE_RELEASE_STARTED",
            "event ListRefused BAD_SIGNATURE",
            "event UNATTRIBUTED_PASSAGE",
            "event AccessDenied PASS_OTHER_SITE",
            "event AccessDenied PASS_SIGNATURE",
            "event AccessDenied UNKNOWN_CARD",
            "a muster was held in a fire drill",
            "a pass opened",
            "a pass was copied",
            "an older policy was played back",
            "events came before earlier ones",
            "event ListRefused ROLLBACK",
            "event ListRefused WRONG_LIST",
            "sixty a minute came to one gate",
            "somebody left by another gate and came back",
            "somebody was denied for entering twice",
            "events came twice and were taken once",
            "the power went in the middle of a write",
            "the server was killed at a commit",
            "two programs with one name interrupted each other");

    @Test
    void nothingGoesWrong() {
        Marks marks = new Marks();
        Map<Fault, Long> struck = new EnumMap<>(Fault.class);
        LongSummaryStatistics virtualNs = new LongSummaryStatistics();
        List<String> failures = new ArrayList<>();
        long beganNs = System.nanoTime();
        new SeedRuns(THREADS, Options.Wish.NONE, _ -> {}).run(1, SEEDS + 1, () -> true, result -> {
            marks.add(result.marks());
            result.struck().forEach((fault, times) -> struck.merge(fault, times, Long::sum));
            virtualNs.accept(result.virtualNs());
            if (result.violation() != null) {
                failures.add(result.violation().getMessage() + "; repeat: "
                        + result.options().command());
            }
            return true;
        });
        System.out.printf(
                "%d seeds, %d virtual hours in %d s, faults %s%n",
                virtualNs.getCount(),
                virtualNs.getSum() / 3_600_000_000_000L,
                Duration.ofNanos(System.nanoTime() - beganNs).toSeconds(),
                struck);
        assertThat(failures).isEmpty();
        assertThat(virtualNs.getCount()).isEqualTo(SEEDS);
        assertThat(PLACES).allMatch(place -> marks.count(place) > 0, "is reached");
    }
}
