package portvakt.gate.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import portvakt.gate.access.AccessPolicy;
import portvakt.gate.journal.SegmentedJournal;
import portvakt.gate.passage.Passage;
import portvakt.gate.port.EventJournal;
import portvakt.gate.testing.HandClock;
import portvakt.gate.testing.MemoryDisk;
import portvakt.gate.testing.RecordingTurnstile;
import portvakt.protocol.Assurance;
import portvakt.protocol.Direction;
import portvakt.protocol.event.JournalStart;
import portvakt.protocol.v1.Alarm;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;

/** The first events of a journal that goes on at the server's word say so, and what was set aside for it; the next run says neither. */
class NewJournalTest {

    private static final JournalStart START =
            new JournalStart(40, ByteString.copyFrom(new byte[31]).concat(ByteString.copyFrom(new byte[] {1})));

    private final MemoryDisk disk = new MemoryDisk();

    /** One run of the program. @return what it put into its journal */
    private List<EventFacts> run(JournalStart start) throws IOException {
        try (SegmentedJournal journal =
                SegmentedJournal.open(disk, SegmentedJournal.Limits.DEFAULT, start, new SecureRandom())) {
            long before = journal.last();
            loops(journal).startStepped("test", journal.opening());
            List<EventFacts> facts = new ArrayList<>();
            for (ChainedEvent event : journal.read(before + 1, journal.last())) {
                facts.add(EventFacts.parseFrom(event.getFacts()));
            }
            return facts;
        }
    }

    private static Loops loops(EventJournal journal) {
        AccessPolicy policy = new AccessPolicy(
                Direction.IN,
                List.of(),
                Assurance.UNSIGNED_CODE,
                Duration.ofHours(1),
                Duration.ofHours(2),
                Duration.ofHours(3),
                false,
                false,
                false,
                ZoneId.of("Europe/Oslo"));
        return new Loops(
                policy,
                new Passage(Duration.ofSeconds(3), Duration.ofSeconds(2)),
                new HandClock(),
                journal,
                new RecordingTurnstile(_ -> {}),
                ByteString.copyFromUtf8("boot"),
                "north",
                Optional.empty());
    }

    @Test
    void aNewComputersFirstEventNamesTheOneBeforeIt() throws IOException {
        List<EventFacts> first = run(START);
        assertThat(first)
                .singleElement()
                .satisfies(facts -> assertThat(facts.getGateStarted().getGoesOnAfterSequence())
                        .isEqualTo(40));
        assertThat(run(START)).singleElement().satisfies(facts -> {
            assertThat(facts.hasGateStarted()).isTrue();
            assertThat(facts.getGateStarted().getGoesOnAfterSequence()).isZero();
        });
    }

    @Test
    void whatWasSetAsideIsTheSecondEvent() throws IOException {
        run(JournalStart.NONE);
        run(JournalStart.NONE);
        List<EventFacts> first = run(START);
        assertThat(first).hasSize(2);
        assertThat(first.getFirst().getGateStarted().getGoesOnAfterSequence()).isEqualTo(40);
        Alarm alarm = first.getLast().getAlarm();
        assertThat(alarm.getKind()).isEqualTo("JOURNAL_SET_ASIDE");
        assertThat(alarm.getDetail())
                .contains("had not acknowledged 2 of its events, 1 to 2", "portvakt-gate journal --set-aside 40");
        assertThat(run(START))
                .singleElement()
                .satisfies(facts -> assertThat(facts.hasGateStarted()).isTrue());
    }
}
