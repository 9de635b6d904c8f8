package portvakt.gate.status;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.list.BucketTable;
import portvakt.protocol.list.CardKeys;
import portvakt.protocol.list.ListHead;

/**
 * A list's base led on by its log, without a look at the keys: the log has the changed buckets' leaves. What comes out is proved
 * by its table's root against the newest head, and that head's signature.
 */
final class ListReplay {

    /** @param entries how many of the log's records it takes */
    record Outcome(SealedList list, int entries) {}

    private final SealedList.BaseFile base;
    private BucketTable.Edit edit;
    private ListHead head;
    private byte[] headBytes;
    private MergedKeys keys;

    private ListReplay(SealedList.BaseFile base) {
        this.base = base;
    }

    /**
     * The longest part of the log that proves.
     *
     * @param file the mapped base file
     * @throws ListRefusedException if not even the base proves
     */
    static Outcome replay(
            ByteBuffer file, SealedList.BaseFile base, List<ListLog.Entry> log, HeadProof trust, byte[] secret)
            throws ListRefusedException {
        BaseKeys baseKeys = new BaseKeys(file, base.table());
        ListReplay replay = new ListReplay(base);
        int valid = replay.lead(baseKeys, log);
        for (int entries = valid; entries > 0; entries--) {
            replay.lead(baseKeys, log.subList(0, entries));
            Optional<SealedList> list = replay.proved(trust, secret);
            if (list.isPresent()) {
                return new Outcome(list.get(), entries);
            }
        }
        ListHead proved = trust.proveStored(base.headBytes());
        base.proveTable(proved);
        MergedKeys merged = MergedKeys.of(baseKeys);
        return new Outcome(
                SealedList.of(proved, base.headBytes(), base.table(), merged, new CardKeys(secret), false), 0);
    }

    /** @return how many of the records follow on from each other */
    private int lead(BaseKeys baseKeys, List<ListLog.Entry> log) {
        edit = base.table().edit();
        head = base.head();
        headBytes = base.headBytes();
        keys = MergedKeys.of(baseKeys);
        for (int at = 0; at < log.size(); at++) {
            boolean follows = switch (log.get(at)) {
                case ListLog.Entry.Delta step -> step(step);
                case ListLog.Entry.Renewal renewal -> renew(renewal);
            };
            if (!follows) {
                return at;
            }
        }
        return log.size();
    }

    private boolean step(ListLog.Entry.Delta step) {
        ListHead next = step.delta().head();
        int bits = base.head().bits();
        if (!isOfThisList(next) || step.delta().from() != head.version() || next.bits() != bits) {
            return false;
        }
        long[] coming = step.delta().added();
        long[] going = step.delta().removed();
        ByteBuffer leaves = step.leaves().duplicate();
        byte[] leaf = new byte[BucketTable.LEAF_BYTES];
        while (leaves.hasRemaining()) {
            int bucket = leaves.getInt();
            leaves.get(leaf);
            if (bucket < 0 || bucket >= 1 << bits) {
                return false;
            }
            long first = MergedKeys.first(bucket, bits);
            long last = MergedKeys.last(bucket, bits);
            int size = edit.size(bucket)
                    + SortedKeys.range(coming, first, last).length
                    - SortedKeys.range(going, first, last).length;
            if (size < 0) {
                return false;
            }
            edit.put(bucket, size, leaf);
        }
        keys = keys.after(coming, going);
        head = next;
        headBytes = step.delta().headBytes();
        return true;
    }

    /** One that is older than what the base has already changes nothing: a fold may have been quicker than the log's end. */
    private boolean renew(ListLog.Entry.Renewal renewal) {
        ListHead next = renewal.head();
        if (!isOfThisList(next)
                || next.version() != head.version()
                || next.count() != head.count()
                || !next.rootHex().equals(head.rootHex())) {
            return false;
        }
        if (next.issuedAt().isAfter(head.issuedAt())) {
            head = next;
            headBytes = renewal.headBytes();
        }
        return true;
    }

    private boolean isOfThisList(ListHead next) {
        return next.list().equals(base.head().list())
                && next.epoch() == base.head().epoch();
    }

    private Optional<SealedList> proved(HeadProof trust, byte[] secret) {
        try {
            BucketTable table = edit.table();
            if (!SealedList.isRoot(table, head)) {
                return Optional.empty();
            }
            ListHead proved = trust.proveStored(headBytes);
            return Optional.of(SealedList.of(proved, headBytes, table, keys, new CardKeys(secret), false));
        } catch (ListRefusedException | ArithmeticException e) {
            return Optional.empty();
        }
    }
}
