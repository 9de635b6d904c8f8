package portvakt.sim.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.OptionalInt;
import java.util.function.Consumer;
import portvakt.protocol.CardNumber;

/**
 * One bit for each number that was ever issued: what an issuer could do who hands numbers out one after the other and lets
 * everybody know. It tells neither revoked from suspended nor numbers by their leading zeros.
 */
final class BitsetStructure extends FileStructure {

    @Override
    public String title() {
        return "bitset, dense numbers";
    }

    private static int bit(CardNumber card) {
        return (int) (Long.parseLong(card.digits()) - Cards.FIRST);
    }

    @Override
    public void build(Path folder, Cards cards, Deltas deltas) throws IOException {
        BitSet bits = new BitSet(cards.count() * Cards.RUN);
        for (int index = 0; index < cards.count(); index++) {
            bits.set(bit(cards.listed(index)));
        }
        replace(folder, out -> out.write(bits.toByteArray()));
    }

    @Override
    public Opened open(Path folder, Cards cards, Consumer<String> passed) throws IOException {
        BitSet bits = BitSet.valueOf(Files.readAllBytes(folder.resolve(FILE)));
        return new Opened() {
            @Override
            public boolean lists(CardNumber card) {
                return bits.get(bit(card));
            }

            @Override
            public Applied apply(int round, Cards.Changes changes) throws IOException {
                changes.added().forEach(card -> bits.set(bit(card)));
                changes.removed().forEach(card -> bits.clear(bit(card)));
                return new Applied(OptionalInt.of(replace(folder, out -> out.write(bits.toByteArray()))));
            }

            @Override
            public void close() {
                // Memory only.
            }
        };
    }

    @Override
    public long heapBytes(Cards cards) {
        return 16L * cards.count();
    }
}
