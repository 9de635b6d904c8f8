package portvakt.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.server.adapter.sql.Journal;
import portvakt.server.log.ChainAudit.Finding;
import portvakt.server.log.ChainAudit.Judgement;
import portvakt.server.log.ChainAudit.Link;

/** Whatever was done to a journal between two events shows where they meet, whichever of them comes first. */
class ChainAuditTest {

    private static final int EVENTS = 6;

    private final Journal journal = new Journal();
    private List<ChainedEvent> events;

    @BeforeEach
    void fill() {
        for (int minute = 0; minute < EVENTS; minute++) {
            journal.exitRequest(minute);
        }
        events = journal.batch().getEventsList();
    }

    private ChainedEvent event(long sequence) {
        return events.get((int) sequence - 1);
    }

    private static Link link(ChainedEvent event) {
        return new Link(event.getPreviousHash(), EventChain.hash(event), event.getFacts());
    }

    private ChainAudit stored(long... sequences) {
        Map<Long, Link> links = new TreeMap<>();
        LongStream.of(sequences).forEach(sequence -> links.put(sequence, link(event(sequence))));
        return new ChainAudit(links, 0);
    }

    private static Judgement judge(ChainAudit audit, ChainedEvent event) {
        return audit.judge(event, EventChain.hash(event));
    }

    private static ChainedEvent edited(ChainedEvent event) {
        return event.toBuilder()
                .setFacts(Journal.facts(999).build().toByteString())
                .build();
    }

    private static ChainedEvent numbered(long sequence) {
        return ChainedEvent.newBuilder().setSequence(sequence).build();
    }

    @Test
    void aBatchTouchesItsOwnEventsAndTheirNeighbours() {
        assertThat(ChainAudit.sequencesOf(List.of(numbered(9), numbered(4), numbered(5))))
                .containsExactly(3L, 4L, 5L, 6L, 8L, 9L, 10L);
        assertThat(ChainAudit.sequencesOf(List.of(numbered(1)))).containsExactly(1L, 2L);
        assertThat(ChainAudit.sequencesOf(List.of())).isEmpty();
    }

    /** Numbers on the wire are unsigned: what is negative to Java is 2^63 and more. */
    @Test
    void anEventWithoutANumberThatCanBeTouchesNothing() {
        assertThat(ChainAudit.sequencesOf(List.of(numbered(0), numbered(-1), numbered(Long.MIN_VALUE))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 1, (1L << 40) + 1})
    void aNumberThatNoEventCanHaveIsNotRemembered(long sequence) {
        ChainAudit audit = stored();
        assertThat(judge(audit, numbered(sequence)))
                .isEqualTo(new Judgement(Finding.UNNUMBERED, "it has no sequence that can be"));
        assertThat(audit.at(sequence)).isEmpty();
    }

    /** Or one event of a thief would leave no numbers for the gate that is let in anew behind it. */
    @Test
    void howFarAheadANumberCanBeGoesByWhatIsCommitted() {
        assertThat(judge(stored(), numbered(1L << 40)).finding()).isEqualTo(Finding.FITS);
        ChainAudit later = new ChainAudit(Map.of(), 5); // looked up, never walked
        assertThat(judge(later, numbered((1L << 40) + 5)).finding()).isEqualTo(Finding.FITS);
        assertThat(judge(later, numbered((1L << 40) + 6)).finding()).isEqualTo(Finding.UNNUMBERED);
        ChainAudit last = new ChainAudit(Map.of(), Long.MAX_VALUE - 2); // looked up, never walked
        assertThat(judge(last, numbered(Long.MAX_VALUE - 1)).finding()).isEqualTo(Finding.FITS);
        assertThat(judge(last, numbered(Long.MAX_VALUE)).finding()).isEqualTo(Finding.UNNUMBERED);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aWholeChainFitsInAnyOrder(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ChainedEvent> shuffled = new ArrayList<>(events);
        for (int i = shuffled.size() - 1; i > 0; i--) {
            Collections.swap(shuffled, i, random.nextInt(i + 1));
        }
        ChainAudit audit = stored();
        assertThat(shuffled)
                .allSatisfy(event -> assertThat(judge(audit, event)).isEqualTo(new Judgement(Finding.FITS, "")));
        assertThat(audit.at(4)).contains(link(event(4)));
        assertThat(audit.at(EVENTS + 1)).isEmpty();
    }

    @Test
    void anEventFitsBetweenStoredNeighbours() {
        assertThat(judge(stored(2, 4), event(3))).isEqualTo(new Judgement(Finding.FITS, ""));
    }

    @Test
    void anEventThatComesTwiceIsRepeated() {
        ChainAudit audit = stored(2);
        assertThat(judge(audit, event(2))).isEqualTo(new Judgement(Finding.REPEATED, ""));
        judge(audit, event(3));
        assertThat(judge(audit, event(3)).finding()).isEqualTo(Finding.REPEATED);
    }

    @Test
    void anotherEventOfAStoredNumberIsAForkAndDoesNotTakeItsPlace() {
        ChainAudit audit = stored(1, 2, 3);
        Judgement judgement = judge(audit, edited(event(2)));
        assertThat(judgement.finding()).isEqualTo(Finding.FORKED);
        assertThat(judgement.detail())
                .isEqualTo("event 2 is another than the event 2 that was committed before: the journal was put back or"
                        + " doubled");
        assertThat(audit.at(2)).contains(link(event(2)));
    }

    @Test
    void anEventAfterAnotherThanTheStoredOneIsBroken() {
        ChainAudit audit = new ChainAudit(Map.of(2L, link(edited(event(2)))), 0); // looked up, never walked
        assertThat(judge(audit, event(3)))
                .isEqualTo(new Judgement(Finding.BROKEN, "event 3 follows another event 2 than the committed one"));
    }

    @Test
    void anEventBeforeOneThatFollowsAnotherIsBroken() {
        assertThat(judge(stored(4), edited(event(3))))
                .isEqualTo(new Judgement(Finding.BROKEN, "event 4, committed before, follows another event 3"));
    }

    @Test
    void anEventThatFitsNeitherNeighbourNamesBoth() {
        ChainedEvent strange =
                edited(event(3)).toBuilder().setPreviousHash(EventChain.GENESIS).build();
        assertThat(judge(stored(2, 4), strange))
                .isEqualTo(new Judgement(
                        Finding.BROKEN,
                        "event 3 follows another event 2 than the committed one; event 4, committed before, follows"
                                + " another event 3"));
    }

    /** Nothing is stored before it, and still it is known what it has to follow. */
    @Test
    void aFirstEventThatFollowsSomethingIsBroken() {
        ChainedEvent cut = event(1).toBuilder()
                .setPreviousHash(ByteString.fromHex("ab".repeat(EventChain.HASH_BYTES)))
                .build();
        assertThat(judge(stored(), cut))
                .isEqualTo(new Judgement(Finding.BROKEN, "event 1 follows another event 0 than the committed one"));
    }

    @Test
    void aBrokenEventIsRememberedAndWhatFollowsItFits() {
        ChainAudit audit = stored(2);
        Journal others = new Journal();
        for (int minute = 50; minute < 54; minute++) {
            others.exitRequest(minute);
        }
        List<ChainedEvent> tail = others.batch(3, 4).getEventsList();
        assertThat(tail)
                .extracting(event -> judge(audit, event).finding())
                .containsExactly(Finding.BROKEN, Finding.FITS);
    }
}
