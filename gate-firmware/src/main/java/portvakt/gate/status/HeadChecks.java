package portvakt.gate.status;

import java.time.Duration;
import java.util.Optional;
import portvakt.gate.access.GateTime;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;
import portvakt.protocol.v1.ClockTrust;

/** What a head must be before anything that it signs is looked at. Does no I/O, keeps nothing. */
final class HeadChecks {

    /** How far ahead of a synchronised clock an issuer's may be. */
    static final Duration CLOCK_LEEWAY = Duration.ofMinutes(5);

    /** No issuer makes so many versions while a gate is away: who signs one wants that no honest version counts after it. */
    static final long VERSION_JUMP_MAX = 1L << 20;

    private static final long OVERTAKEN_VERSIONS_MAX = 16;

    private final String list;
    private final HeadProof trust;
    private final int countMax;

    /** @param countMax most keys that this gate takes */
    HeadChecks(String list, HeadProof trust, int countMax) {
        this.list = list;
        this.trust = trust;
        this.countMax = countMax;
    }

    /**
     * The newest head, as it comes on its own topic.
     *
     * @param mine of the list that decides
     */
    ListHead newest(byte[] bytes, Optional<ListHead> mine, GateTime now) throws ListRefusedException {
        ListHead head = prove(bytes, now);
        if (isSynchronised(now) && head.expiresAt().isBefore(now.wall())) {
            throw new ListRefusedException(ListRefusal.EXPIRED, "expired " + head.expiresAt());
        }
        if (mine.isPresent()) {
            checkOrder(head, mine.get());
        }
        return head;
    }

    /**
     * The head of a snapshot. It may have expired and be older than the gate's own list: deltas lead on from it, and nothing that
     * goes back ever decides.
     *
     * @param version of its topic
     */
    ListHead checkpoint(long version, byte[] bytes, Optional<ListHead> mine, GateTime now) throws ListRefusedException {
        ListHead head = prove(bytes, now);
        if (head.version() != version) {
            throw new ListRefusedException(
                    ListRefusal.NOT_PROVED, "the head of version " + head.version() + " for that of " + version);
        }
        if (mine.isPresent()) {
            checkJump(head, mine.get());
        }
        return head;
    }

    /**
     * A delta that leads on from a version. Whether it leads where it says is for {@link StoredList#apply}.
     *
     * @param mine of the list that it is for
     * @return empty for one of a later epoch, which is for whoever is there already
     */
    Optional<ListDelta> delta(byte[] bytes, ListHead mine, GateTime now) throws ListRefusedException {
        if (bytes.length > ListDelta.BYTES_MAX) {
            throw new ListRefusedException(ListRefusal.ENDLESS, "a delta of " + bytes.length + " bytes");
        }
        ListDelta delta = parse(bytes);
        ListHead head = prove(delta.headBytes(), now);
        if (head.epoch() > mine.epoch()) {
            return Optional.empty();
        }
        if (delta.from() != mine.version()) {
            throw new ListRefusedException(
                    ListRefusal.NOT_PROVED,
                    "a delta from version " + delta.from() + " for that from " + mine.version());
        }
        checkOrder(head, mine);
        return Optional.of(delta);
    }

    private static ListDelta parse(byte[] bytes) throws ListRefusedException {
        try {
            return ListDelta.parse(bytes);
        } catch (MalformedListException e) {
            throw new ListRefusedException(ListRefusal.MALFORMED, e.getMessage());
        }
    }

    private ListHead prove(byte[] bytes, GateTime now) throws ListRefusedException {
        ListHead head = trust.proveNew(bytes);
        if (!head.list().equals(list)) {
            throw new ListRefusedException(ListRefusal.WRONG_LIST, "a head of " + head.list());
        }
        if (head.count() > countMax) {
            throw new ListRefusedException(ListRefusal.TOO_LARGE, head.count() + " keys, this gate takes " + countMax);
        }
        if (head.bits() != BucketTable.bitsFor(head.count())) {
            throw new ListRefusedException(
                    ListRefusal.MALFORMED, "2^" + head.bits() + " buckets for " + head.count() + " keys");
        }
        // A clock that nobody has set is only known not to be behind; it cannot say what is too late.
        if (isSynchronised(now) && head.issuedAt().isAfter(now.wall().plus(CLOCK_LEEWAY))) {
            throw new ListRefusedException(ListRefusal.ISSUED_IN_FUTURE, "issued " + head.issuedAt());
        }
        return head;
    }

    /** Whether it is an honest head that the newest deltas have only just led away from. */
    boolean isJustBefore(byte[] bytes, ListHead mine) {
        try {
            ListHead head = trust.proveNew(bytes);
            return head.epoch() == mine.epoch() && mine.version() - head.version() <= OVERTAKEN_VERSIONS_MAX;
        } catch (ListRefusedException e) {
            return false;
        }
    }

    static boolean isSynchronised(GateTime now) {
        return now.trust() == ClockTrust.CLOCK_TRUST_SYNCHRONISED;
    }

    private static void checkOrder(ListHead head, ListHead mine) throws ListRefusedException {
        boolean older = head.epoch() < mine.epoch()
                || (head.epoch() == mine.epoch()
                        && (head.version() < mine.version() || head.issuedAt().isBefore(mine.issuedAt())));
        if (older) {
            throw new ListRefusedException(ListRefusal.ROLLBACK, name(head) + " is older than " + name(mine));
        }
        checkJump(head, mine);
        boolean sameVersion = head.epoch() == mine.epoch() && head.version() == mine.version();
        if (sameVersion && (!head.rootHex().equals(mine.rootHex()) || head.count() != mine.count())) {
            throw new ListRefusedException(
                    ListRefusal.NOT_PROVED, "version " + head.version() + " was signed with another content before");
        }
    }

    private static void checkJump(ListHead head, ListHead mine) throws ListRefusedException {
        if (head.epoch() == mine.epoch() && head.version() - mine.version() > VERSION_JUMP_MAX) {
            throw new ListRefusedException(ListRefusal.FAST_FORWARD, name(head) + " is far ahead of " + name(mine));
        }
    }

    private static String name(ListHead head) {
        return "epoch " + head.epoch() + " version " + head.version() + " issued " + head.issuedAt();
    }

    /** Whether the first is of a later epoch, or of a later version of the same. */
    static boolean isLater(ListHead one, ListHead other) {
        return one.epoch() > other.epoch() || (one.epoch() == other.epoch() && one.version() > other.version());
    }
}
