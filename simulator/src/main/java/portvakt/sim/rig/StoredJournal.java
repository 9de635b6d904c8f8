package portvakt.sim.rig;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import portvakt.gate.adapter.file.FolderDisk;
import portvakt.gate.journal.SegmentedJournal;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.Subject;
import portvakt.sim.world.Violation;

/** A gate's journal as it stands on its disk, read from a copy: opening the journal itself would mend it, and its gate runs. */
final class StoredJournal {

    private static final int TRIES_MAX = 5;

    /** @param hash hexadecimal, as the server stores it */
    record Written(long sequence, String hash, EventFacts facts, Optional<String> card) {}

    private StoredJournal() {}

    /** All events, proved to be a whole chain from the first on. @throws Violation if they are not */
    static List<Written> read(String gate, Path dataFolder) throws IOException {
        Path copy = Files.createTempDirectory("portvakt-journal-");
        try {
            copy(dataFolder, copy);
            try (SegmentedJournal journal =
                    SegmentedJournal.open(new FolderDisk(copy), SegmentedJournal.Limits.DEFAULT)) {
                return proved(gate, journal.last() == 0 ? List.of() : journal.read(1, journal.last()), journal.last());
            }
        } finally {
            delete(copy);
        }
    }

    private static List<Written> proved(String gate, List<ChainedEvent> events, long last) throws IOException {
        List<Written> all = new ArrayList<>();
        ByteString hash = EventChain.GENESIS;
        for (ChainedEvent event : events) {
            if (event.getSequence() != all.size() + 1
                    || !event.getPreviousHash().equals(hash)
                    || !EventChain.isWellFormed(event)) {
                throw new Violation("the journal is no chain", gate + ": event " + event.getSequence());
            }
            hash = EventChain.hash(event);
            String card = Subject.parseFrom(event.getSubject()).getCardNumber();
            all.add(new Written(
                    event.getSequence(),
                    HexFormat.of().formatHex(hash.toByteArray()),
                    EventFacts.parseFrom(event.getFacts()),
                    Optional.of(card).filter(digits -> !digits.isEmpty())));
        }
        if (all.size() != last) {
            throw new Violation("the journal is no chain", gate + ": it ends at " + last + " with " + all.size());
        }
        return all;
    }

    /** The gate goes on meanwhile: a file may go or grow between two looks. */
    private static void copy(Path from, Path to) throws IOException {
        for (int tries = 1; ; tries++) {
            try (Stream<Path> files = Files.list(from)) {
                for (Path file : files.filter(Files::isRegularFile)
                        .filter(file -> !file.getFileName().toString().equals("ballast"))
                        .sorted()
                        .toList()) {
                    Files.copy(file, to.resolve(file.getFileName()), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                }
                return;
            } catch (NoSuchFileException e) {
                if (tries == TRIES_MAX) {
                    throw e;
                }
            }
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
