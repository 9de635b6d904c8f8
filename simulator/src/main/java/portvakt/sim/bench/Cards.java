package portvakt.sim.bench;

import java.util.List;
import java.util.stream.IntStream;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;

/**
 * Card numbers of which it is known, without a set of them, which are listed: numbers of nine digits are issued one after the
 * other, and of each run of {@value #RUN} one is listed. The same for the same seed.
 *
 * @param count how many are listed
 */
public record Cards(int count, long seed) {

    /** One of so many is listed. */
    public static final int RUN = 20;

    static final long FIRST = 100_000_000L;

    /** Most cards whose numbers have nine digits. */
    public static final int COUNT_MAX = (int) ((1_000_000_000L - FIRST) / RUN);

    /** What one delta changes. */
    public record Changes(List<CardNumber> added, List<CardNumber> removed) {}

    public Cards {
        if (count < 1 || count > COUNT_MAX) {
            throw new IllegalArgumentException("from 1 to " + COUNT_MAX + " cards can be listed, not " + count);
        }
    }

    /** The {@code index}th card of those that are listed, in the order of their numbers. */
    public CardNumber listed(int index) {
        return card(index, place(index));
    }

    /** A card of the same run that is not listed. */
    public CardNumber absent(int index) {
        return card(index, (place(index) + 1 + (int) (mix(~seed + index) % (RUN - 1))) % RUN);
    }

    /** Of a listed card; half of them are suspended. */
    public CardStatus status(int index) {
        return (mix(seed ^ index) & 1) == 0 ? CardStatus.REVOKED : CardStatus.SUSPENDED;
    }

    /**
     * What a delta changes, half of it cards that come and half cards that go. No card is in two deltas of a series.
     *
     * @param round of {@code rounds}, from 0
     */
    public Changes changes(int round, int rounds, int changes) {
        List<Integer> places = IntStream.range(0, changes)
                .mapToObj(change -> (int) ((long) count * (change * (long) rounds + round) / ((long) changes * rounds)))
                .toList();
        return new Changes(
                places.subList(0, changes / 2).stream().map(this::absent).toList(),
                places.subList(changes / 2, changes).stream().map(this::listed).toList());
    }

    private int place(int index) {
        return (int) (mix(seed + index) % RUN);
    }

    private static CardNumber card(int index, int place) {
        return new CardNumber(Long.toString(FIRST + (long) index * RUN + place));
    }

    /** SplitMix64's last step, without the sign. */
    private static long mix(long value) {
        long mixed = (value + 0x9e3779b97f4a7c15L) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return (mixed ^ mixed >>> 31) >>> 1;
    }
}
