package portvakt.gate.status;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.port.Disk;

/** What is done for a list's files by the clock: stored late, folded, scrubbed, tidied. Belongs to its {@link ListReplica}. */
final class ListKeeping {

    private static final Logger LOG = LoggerFactory.getLogger(ListKeeping.class);

    /** A newer signing of the same version is written to disk only when it is so much newer, to spare the card. */
    static final Duration HEARTBEAT_STORE_INTERVAL = Duration.ofHours(1);

    static final Duration STORE_AGAIN = Duration.ofSeconds(30);
    static final int SCRUB_BUCKETS = 128;
    static final Duration SCRUB_REST = Duration.ofHours(12);

    private final Disk disk;
    private final ListStore store;
    private Instant storedIssuedAt = Instant.EPOCH;
    private OptionalLong triedNs = OptionalLong.empty();
    private OptionalLong scrubbedNs = OptionalLong.empty();
    private OptionalLong tidiedNs = OptionalLong.empty();

    ListKeeping(Disk disk, ListStore store) {
        this.disk = disk;
        this.store = store;
    }

    /** Whether a signing of that time should be written to the disk. */
    boolean isHeartbeatDue(Instant issuedAt) {
        return issuedAt.isAfter(storedIssuedAt.plus(HEARTBEAT_STORE_INTERVAL));
    }

    /** @param notStored why not; it is tried again after a while */
    void stored(Instant issuedAt, Optional<String> notStored, long nowNs) {
        if (notStored.isPresent()) {
            triedNs = OptionalLong.of(nowNs);
        } else {
            storedIssuedAt = issuedAt;
        }
    }

    /** Writes what could not be written before, and folds where that is due. */
    void store(StoredList stored, long nowNs, List<ListEffect> out) {
        if (!isDue(triedNs, STORE_AGAIN, nowNs)) {
            return;
        }
        triedNs = OptionalLong.of(nowNs);
        SealedList before = stored.list();
        // A fold needs every bucket; damaged ones are on their way.
        boolean fold = stored.foldDue() && before.damagedBuckets() == 0;
        Optional<String> notStored = fold ? stored.fold().notStored() : stored.retryStore();
        if (stored.list() != before || notStored.isPresent()) {
            out.add(new ListEffect.Installed(stored.list(), false, notStored));
        }
    }

    /** Proves some buckets from the medium, and rests when it has been round. */
    void scrub(StoredList stored, long nowNs) {
        if (isDue(scrubbedNs, SCRUB_REST, nowNs) && stored.scrub(SCRUB_BUCKETS) == 0) {
            scrubbedNs = OptionalLong.of(nowNs);
        }
    }

    /** Deletes what a sync had begun and nobody needs any more. */
    void tidy(long nowNs) {
        if (!isDue(tidiedNs, STORE_AGAIN, nowNs)) {
            return;
        }
        tidiedNs = OptionalLong.of(nowNs);
        try {
            for (String part : store.parts()) {
                disk.delete(part);
            }
        } catch (IOException e) {
            LOG.warn("Leftovers of a snapshot cannot be deleted: {}", e.getMessage());
        }
    }

    static boolean isDue(OptionalLong lastNs, Duration interval, long nowNs) {
        return lastNs.isEmpty() || nowNs - lastNs.getAsLong() >= interval.toNanos();
    }
}
