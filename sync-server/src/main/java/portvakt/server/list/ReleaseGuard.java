package portvakt.server.list;

/**
 * Holds back what would make many listed cards valid at once, until a person has looked: a register that lost its data, or a
 * wrong file, looks just like that.
 *
 * @param percentMax of the listed cards, that may become valid at once
 */
public record ReleaseGuard(int percentMax) {

    /** So few may always become valid. */
    public static final int CARDS_ALWAYS = 99;

    public static final int PERCENT_DEFAULT = 20;

    /** @throws IllegalArgumentException if it is no percentage */
    public ReleaseGuard {
        if (percentMax < 0 || percentMax > 100) {
            throw new IllegalArgumentException("must be 0 to 100 percent, got " + percentMax);
        }
    }

    /** @param released cards that would become valid, of {@code listed} ones that are on the list now */
    public boolean holds(long released, long listed) {
        return released > CARDS_ALWAYS && released * 100 > listed * percentMax;
    }
}
