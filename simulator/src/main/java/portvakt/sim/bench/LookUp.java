package portvakt.sim.bench;

import java.io.IOException;
import java.nio.file.Path;
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
import portvakt.protocol.CardNumber;

/** One look-up of a card that is listed, or of one that is not. The cards asked for are spread over all. */
@State(Scope.Benchmark)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LookUp {

    /** Name of the system property that holds the folder with a folder for each structure. */
    static final String FOLDER = "portvakt.bench.folder";

    static final String SEED = "portvakt.bench.seed";

    /** So many, where there are so many, that they do not all stay in the processor's caches. A power of two. */
    private static final int ASKED_MAX = 1 << 19;

    private static final int CHECKED = 20_000;

    /** Set by the run. */
    @Param("")
    public String structure;

    /** Set by the run. */
    @Param("0")
    public int cards;

    private Structure.Opened opened;
    private CardNumber[] listed;
    private CardNumber[] absent;
    private int mask;
    private int at;

    @Setup
    public void open() throws IOException {
        Cards all = new Cards(cards, Long.getLong(SEED));
        Path folder = Path.of(System.getProperty(FOLDER)).resolve(structure);
        Structure kind = Structures.of(structure);
        opened = kind.open(folder, all, _ -> {});
        opened.settle();
        Answers.check(kind.title(), all, opened::lists, CHECKED);
        int asked = Integer.highestOneBit(Math.min(ASKED_MAX, cards));
        mask = asked - 1;
        listed = new CardNumber[asked];
        absent = new CardNumber[asked];
        for (int index = 0; index < asked; index++) {
            // An odd factor: each card once before any comes again, and no two neighbours one after the other.
            int card = (int) ((index * 2_654_435_761L & 0x7fff_ffff_ffffL) % cards);
            listed[index] = all.listed(card);
            absent[index] = all.absent(card);
        }
    }

    @TearDown
    public void close() throws IOException {
        opened.close();
    }

    @Benchmark
    public boolean hit() {
        return opened.lists(listed[at++ & mask]);
    }

    @Benchmark
    public boolean miss() {
        return opened.lists(absent[at++ & mask]);
    }
}
