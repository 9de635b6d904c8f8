package portvakt.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.port.LogEntry;

/** Live copies are shown newest first until the log has them, and never fill the memory. */
class LiveEventsTest {

    private static final Instant START = Instant.parse("2026-03-02T06:00:00Z");

    private final LiveEvents events = new LiveEvents();

    private static LogEntry entry(String site, String gate, long sequence, long second, String kind) {
        return new LogEntry(
                0,
                site,
                gate,
                sequence,
                START.plusSeconds(second),
                START,
                "SYNCHRONISED",
                Direction.IN,
                kind,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private void add(String site, String gate, long sequence, long second) {
        events.add(entry(site, gate, sequence, second, "RequestToExit"));
    }

    private List<String> shown() {
        return events.newestFirst().stream()
                .map(each -> each.site() + "/" + each.gate() + " " + each.sequence())
                .toList();
    }

    @Test
    void theNewestByTheGatesClocksComesFirstWhateverItsGateAndNumber() {
        add("oslo", "north", 1, 10);
        add("oslo", "north", 2, 30);
        add("bergen", "south", 700, 20);
        assertThat(shown()).containsExactly("oslo/north 2", "bergen/south 700", "oslo/north 1");
    }

    @Test
    void eventsOfOneInstantStandInAnOrderThatIsAlwaysTheSame() {
        add("oslo", "south", 4, 0);
        add("oslo", "north", 4, 0);
        add("bergen", "south", 4, 0);
        add("oslo", "north", 5, 0);
        assertThat(shown()).containsExactly("oslo/south 4", "oslo/north 5", "oslo/north 4", "bergen/south 4");
    }

    @Test
    void theFirstCopyOfAnEventCounts() {
        events.add(entry("oslo", "north", 1, 0, "AccessTaken"));
        events.add(entry("oslo", "north", 1, 0, "RequestToExit"));
        assertThat(events.newestFirst()).extracting(LogEntry::kind).containsExactly("AccessTaken");
    }

    @Test
    void whatTheLogHasIsGoneAndAllElseStays() {
        add("oslo", "north", 1, 1);
        add("oslo", "north", 2, 2);
        add("oslo", "south", 1, 3);
        events.remove(new GateAddress("oslo", "north"), 1);
        assertThat(shown()).containsExactly("oslo/south 1", "oslo/north 2");
        events.remove(new GateAddress("oslo", "north"), 99);
        events.remove(new GateAddress("bergen", "north"), 2);
        assertThat(shown()).containsExactly("oslo/south 1", "oslo/north 2");
        events.remove(new GateAddress("oslo", "north"), 2);
        events.remove(new GateAddress("oslo", "south"), 1);
        assertThat(shown()).isEmpty();
        add("oslo", "north", 3, 0);
        assertThat(shown()).containsExactly("oslo/north 3");
    }

    @Test
    void ofAGateWhoseLogNeverComesTheNewestThousandAreKept() {
        add("oslo", "south", 1, 0);
        for (int sequence = 1; sequence <= LiveEvents.GATE_EVENTS_MAX; sequence++) {
            add("oslo", "north", sequence, sequence);
        }
        assertThat(shown()).hasSize(LiveEvents.GATE_EVENTS_MAX + 1).contains("oslo/north 1");
        add("oslo", "north", LiveEvents.GATE_EVENTS_MAX + 1, 9_999);
        assertThat(shown())
                .hasSize(LiveEvents.GATE_EVENTS_MAX + 1)
                .contains("oslo/north 1001", "oslo/north 2", "oslo/south 1")
                .doesNotContain("oslo/north 1");
    }
}
