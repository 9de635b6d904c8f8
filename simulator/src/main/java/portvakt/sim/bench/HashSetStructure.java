package portvakt.sim.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import portvakt.protocol.CardNumber;

/** A text file of card numbers, read into a {@code HashSet<String>}. */
final class HashSetStructure extends FileStructure {

    @Override
    public String title() {
        return "HashSet<String>";
    }

    @Override
    public void build(Path folder, Cards cards, Deltas deltas) throws IOException {
        replace(folder, out -> {
            for (int index = 0; index < cards.count(); index++) {
                write(out, cards.listed(index).digits());
            }
        });
    }

    private static void write(OutputStream out, String digits) throws IOException {
        out.write((digits + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public Opened open(Path folder, Cards cards, Consumer<String> passed) throws IOException {
        Set<String> listed = new HashSet<>();
        try (BufferedReader lines = Files.newBufferedReader(folder.resolve(FILE), StandardCharsets.US_ASCII)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                listed.add(line);
            }
        }
        return new Opened() {
            @Override
            public boolean lists(CardNumber card) {
                return listed.contains(card.digits());
            }

            @Override
            public Applied apply(int round, Cards.Changes changes) throws IOException {
                changes.added().forEach(card -> listed.add(card.digits()));
                changes.removed().forEach(card -> listed.remove(card.digits()));
                return new Applied(OptionalInt.of(replace(folder, out -> {
                    for (String digits : listed) {
                        write(out, digits);
                    }
                })));
            }

            @Override
            public void close() {
                // Memory only.
            }
        };
    }

    /** About 100 bytes a card, twice that while the table grows. */
    @Override
    public long heapBytes(Cards cards) {
        return 256L * cards.count();
    }
}
