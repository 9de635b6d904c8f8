package portvakt.sim.rig;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import portvakt.gate.adapter.file.FolderDisk;
import portvakt.gate.journal.SegmentedJournal;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;

/** A gate's journal as it stands on disk, read from a copy: opening the journal itself would repair it. */
final class JournalCopy {

    private JournalCopy() {}

    /** All events, proved to be a whole chain from the first on. */
    static List<ChainedEvent> proved(Path dataFolder) throws IOException {
        Path copy = Files.createTempDirectory("journal-copy");
        try (Stream<Path> files = Files.list(dataFolder)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        try (SegmentedJournal journal = SegmentedJournal.open(new FolderDisk(copy), SegmentedJournal.Limits.DEFAULT)) {
            List<ChainedEvent> events = journal.read(1, journal.last());
            ByteString hash = EventChain.GENESIS;
            long sequence = 0;
            for (ChainedEvent event : events) {
                sequence++;
                assertThat(event.getSequence()).isEqualTo(sequence);
                assertThat(event.getPreviousHash()).as("event %d", sequence).isEqualTo(hash);
                assertThat(EventChain.isWellFormed(event))
                        .as("event %d", sequence)
                        .isTrue();
                hash = EventChain.hash(event);
            }
            assertThat(sequence).isEqualTo(journal.last());
            return events;
        } finally {
            delete(copy);
        }
    }

    static EventFacts facts(ChainedEvent event) {
        try {
            return EventFacts.parseFrom(event.getFacts());
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError("event " + event.getSequence() + " holds no facts", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
