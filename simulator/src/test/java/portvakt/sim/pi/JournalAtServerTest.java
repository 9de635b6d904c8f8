package portvakt.sim.pi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Direction;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.server.port.LogEntry;

/** Counts what the server lacks of a gate's journal, has twice, has differently, and has beyond it. */
class JournalAtServerTest {

    private static final String EXIT = "RequestToExit";
    private static final List<ChainedEvent> THREE = PiJournalTest.journal(
                    PiJournalTest.exit(1), PiJournalTest.exit(2), PiJournalTest.exit(3))
            .events();

    @Test
    void nothingIsWrongWhenBothHaveTheSame() {
        JournalAtServer same = JournalAtServer.of(
                THREE, List.of(row(1, EXIT), row(3, EXIT), row(-1, "GateSilent"), row(2, EXIT), row(-1, "GateSilent")));

        assertThat(same).isEqualTo(new JournalAtServer(0, 0, 0, 0));
        same.demandKnown();
        same.demandWhole();
    }

    @Test
    void aServerMayBeBehindAGateThatComesBackButNotInTheEnd() {
        JournalAtServer behind = JournalAtServer.of(THREE, List.of(row(1, EXIT)));

        assertThat(behind.lost()).isEqualTo(2);
        assertThatCode(behind::demandKnown).doesNotThrowAnyException();
        assertThatThrownBy(behind::demandWhole)
                .isInstanceOf(FailedException.class)
                .hasMessageContaining("lacks 2");
    }

    @Test
    void aGateThatForgotWhatItHadSentIsFound() {
        JournalAtServer ahead = JournalAtServer.of(
                THREE, List.of(row(1, EXIT), row(2, EXIT), row(3, EXIT), row(4, EXIT), row(5, EXIT)));

        assertThat(ahead.unknown()).isEqualTo(2);
        assertThatThrownBy(ahead::demandKnown).isInstanceOf(FailedException.class);
    }

    @Test
    void anEventThatCameTwiceIsFound() {
        JournalAtServer twice =
                JournalAtServer.of(THREE, List.of(row(1, EXIT), row(2, EXIT), row(2, EXIT), row(3, EXIT)));

        assertThat(twice.doubled()).isEqualTo(1);
        assertThatThrownBy(twice::demandKnown).isInstanceOf(FailedException.class);
        assertThatThrownBy(twice::demandWhole).isInstanceOf(FailedException.class);
    }

    @Test
    void anotherEventUnderTheSameNumberIsFound() {
        JournalAtServer other = JournalAtServer.of(THREE, List.of(row(1, EXIT), row(2, "AccessGranted"), row(3, EXIT)));

        assertThat(other.different()).isEqualTo(1);
        assertThatThrownBy(other::demandWhole).isInstanceOf(FailedException.class);
    }

    private static LogEntry row(long sequence, String kind) {
        return new LogEntry(
                sequence,
                "bjorvika",
                "entrance",
                sequence,
                Instant.EPOCH,
                Instant.EPOCH,
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
}
