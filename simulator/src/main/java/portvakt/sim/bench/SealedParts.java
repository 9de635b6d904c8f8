package portvakt.sim.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import portvakt.gate.status.SealedList;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.CardKeys;

/** The two halves of a look-up in the sealed list: from card to keys, and the search for the keys. */
@State(Scope.Benchmark)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SealedParts {

    private static final int ASKED_MAX = 1 << 18;

    /** Set by the run. */
    @Param("0")
    public int cards;

    private SealedStructure.OpenList opened;
    private SealedList list;
    private final CardKeys permutation = new CardKeys(BenchIssuer.secret());
    private final long[] keys = new long[2];
    private CardNumber[] absent;
    private long[] keysOfAbsent;
    private int mask;
    private int at;

    @Setup
    public void open() throws IOException {
        Cards all = new Cards(cards, Long.getLong(LookUp.SEED));
        Path folder = Path.of(System.getProperty(LookUp.FOLDER)).resolve(Structures.SEALED);
        opened = SealedStructure.openList(folder, _ -> {});
        opened.settle();
        list = opened.list();
        Answers.check("sealed list", all, opened::lists, ASKED_MAX);
        int asked = Integer.highestOneBit(Math.min(ASKED_MAX, cards));
        mask = asked - 1;
        absent = new CardNumber[asked];
        keysOfAbsent = new long[2 * asked];
        for (int index = 0; index < asked; index++) {
            absent[index] = all.absent((int) ((index * 2_654_435_761L & 0x7fff_ffff_ffffL) % cards));
            permutation.keys(absent[index], keys);
            System.arraycopy(keys, 0, keysOfAbsent, 2 * index, 2);
        }
    }

    @TearDown
    public void close() throws IOException {
        opened.close();
    }

    /** Both keys of a card, as each look-up needs them. */
    @Benchmark
    public long[] permutation() {
        permutation.keys(absent[at++ & mask], keys);
        return keys;
    }

    /** Both searches, as a card that is not listed needs them. */
    @Benchmark
    public Optional<CardStatus> search() {
        int first = 2 * (at++ & mask);
        return list.statusOf(keysOfAbsent[first], keysOfAbsent[first + 1]);
    }
}
