package portvakt.server.list;

/** When the whole of a list is to be published anew, so that neither a gate's way to the newest version nor the chain grows long. */
public final class CheckpointRule {

    /** Fewer changed keys since the last checkpoint are never a reason. */
    static final int KEYS_MIN = 2_000;
    /** Changed keys are one when they are more than this part of the list. */
    static final int KEYS_PART = 8;
    /** So many versions since the last checkpoint are one. */
    static final int VERSIONS_MAX = 512;

    private CheckpointRule() {}

    /**
     * @param count    cards in the list
     * @param keys     that changed since the last checkpoint
     * @param versions made since then
     */
    public static boolean isDue(int count, long keys, long versions) {
        return keys > Math.max(KEYS_MIN, count / KEYS_PART) || versions >= VERSIONS_MAX;
    }
}
