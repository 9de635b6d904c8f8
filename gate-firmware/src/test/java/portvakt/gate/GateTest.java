package portvakt.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import portvakt.gate.access.AccessPolicy;
import portvakt.gate.port.CardReader;
import portvakt.gate.port.JournalOpening;
import portvakt.gate.port.ReaderSignal;
import portvakt.gate.status.Roots;
import portvakt.gate.testing.HandClock;
import portvakt.gate.testing.MemoryDisk;
import portvakt.gate.testing.MemoryJournal;
import portvakt.gate.testing.RecordingTurnstile;
import portvakt.protocol.Assurance;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;

/** A gate that cannot start leaves nothing running and nothing open. */
class GateTest {

    private static final String NAME = "half-open";

    private final List<String> closed = new ArrayList<>();

    private final class Reader implements CardReader {
        private final String name;
        private final boolean fails;

        Reader(String name, boolean fails) {
            this.name = name;
            this.fails = fails;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void start(Consumer<ReaderSignal> inbox) {
            if (fails) {
                throw new IllegalStateException("no thread for " + name);
            }
        }

        @Override
        public void close() {
            closed.add(name);
        }
    }

    /** A gate that has no list and no server. */
    static Gate.Settings settings(String name) {
        return new Gate.Settings(
                new Topics.GateAddress("oslo", name),
                Direction.IN,
                new AccessPolicy(
                        Direction.IN,
                        List.of(),
                        Assurance.UNSIGNED_CODE,
                        Duration.ofHours(1),
                        Duration.ofHours(2),
                        Duration.ofHours(3),
                        false,
                        false,
                        false,
                        ZoneId.of("Europe/Oslo")),
                Duration.ofSeconds(3),
                Duration.ofSeconds(2),
                new Roots().start(),
                List.of(),
                1,
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void agesThatDoNotRiseAreRefusedInTheInstallersWords() {
        assertThatThrownBy(() -> new GateConfig.Policy(null, null, Duration.ofHours(1), null, false, false, null, null))
                .hasMessage("policy: listWarnAge PT24H, listAttendedAge PT1H, listClosedAge PT168H;"
                        + " each must be at least the one before");
    }

    @Test
    void whenItWasBuiltIsKnown() {
        assertThat(Gate.builtAt())
                .hasValueSatisfying(at -> assertThat(at)
                        .isBetween(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2100-01-01T00:00:00Z")));
    }

    @Test
    void aReaderThatFailsAtTheStartIsClosedWithAllTheOthers() {
        Gate.Outside outside = new Gate.Outside(
                new RecordingTurnstile(_ -> {}),
                List.of(new Reader("card", false), new Reader("camera", true), new Reader("second", false)),
                new MemoryJournal(_ -> {}),
                JournalOpening.PLAIN,
                new MemoryDisk(),
                new HandClock(),
                Optional.empty());
        assertThatThrownBy(() -> Gate.start(settings(NAME), outside)).hasMessageContaining("camera");
        assertThat(closed).containsExactlyInAnyOrder("card", "camera", "second");
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("gate-" + NAME);
    }
}
