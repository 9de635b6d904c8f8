package portvakt.sim.pi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.AccessGranted;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.DecisionEvidence;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.GateStarted;
import portvakt.protocol.v1.ListEvidence;
import portvakt.protocol.v1.RequestToExit;

/** A journal after a power cut holds all that it held before, and its decisions never go back to an older list. */
class PiJournalTest {

    private static final String LIST = "hms-kort";

    @Test
    void aLongerJournalLeadsOn() {
        PiJournal early = journal(exit(1), exit(2));
        PiJournal late = journal(exit(1), exit(2), exit(3));

        assertThatCode(() -> late.demandLeadsOnFrom(early)).doesNotThrowAnyException();
        assertThatCode(() -> early.demandLeadsOnFrom(journal())).doesNotThrowAnyException();
    }

    @Test
    void aJournalThatHasForgottenIsFound() {
        assertThatThrownBy(() -> journal(exit(1)).demandLeadsOnFrom(journal(exit(1), exit(2))))
                .isInstanceOf(FailedException.class)
                .hasMessageContaining("held 2 events")
                .hasMessageContaining("holds 1");
    }

    @Test
    void aJournalThatHasAnotherPastIsFound() {
        assertThatThrownBy(() -> journal(exit(9), exit(2), exit(3)).demandLeadsOnFrom(journal(exit(1), exit(2))))
                .isInstanceOf(FailedException.class)
                .hasMessageContaining("event 2");
    }

    @Test
    void aDecisionByAnOlderListIsFound() {
        assertThatCode(() -> journal(granted(1, 4), granted(1, 4), exit(1), granted(1, 5), granted(2, 1))
                        .demandListsRise())
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> journal(granted(1, 4), granted(1, 3)).demandListsRise())
                .isInstanceOf(FailedException.class)
                .hasMessageContaining("event 2 was decided by version 3 of hms-kort");
        assertThatThrownBy(() -> journal(granted(2, 1), granted(1, 9)).demandListsRise())
                .isInstanceOf(FailedException.class);
    }

    @Test
    void whatWasTornAtItsStartsIsSummedUp() {
        assertThat(journal(started(0), exit(1), started(17), started(4)).tornBytes())
                .isEqualTo(21);
    }

    static PiJournal journal(EventFacts... facts) {
        List<ChainedEvent> events = new ArrayList<>();
        ByteString hash = EventChain.GENESIS;
        for (EventFacts each : facts) {
            ChainedEvent event = EventChain.link(events.size() + 1L, hash, each, null);
            events.add(event);
            hash = EventChain.hash(event);
        }
        return new PiJournal(events, 0);
    }

    static EventFacts exit(long atMs) {
        return EventFacts.newBuilder()
                .setOccurredAtMs(atMs)
                .setRequestToExit(RequestToExit.getDefaultInstance())
                .build();
    }

    private static EventFacts started(long cutBytes) {
        return EventFacts.newBuilder()
                .setGateStarted(GateStarted.newBuilder().setJournalCutBytes(cutBytes))
                .build();
    }

    private static EventFacts granted(int epoch, long version) {
        return EventFacts.newBuilder()
                .setAccessGranted(AccessGranted.newBuilder()
                        .setEvidence(DecisionEvidence.newBuilder()
                                .addLists(ListEvidence.newBuilder()
                                        .setList(LIST)
                                        .setEpoch(epoch)
                                        .setVersion(version))))
                .build();
    }
}
