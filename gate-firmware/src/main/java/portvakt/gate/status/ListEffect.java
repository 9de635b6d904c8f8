package portvakt.gate.status;

import java.util.Optional;

/** What a {@link ListReplica} wants done, in order. */
public sealed interface ListEffect {

    /**
     * Subscribe to a topic. Where it is subscribed already, do so again: that brings a retained message once more (MQTT 5
     * § 3.8.4).
     *
     * @param retained whether the broker shall send what it has there; if not, only what comes from now on
     */
    record Subscribe(String filter, boolean retained) implements ListEffect {}

    record Unsubscribe(String filter) implements ListEffect {}

    /**
     * Decide by this from now on.
     *
     * @param newVersion false for a newer signing, or another file, of the same set
     * @param notStored  why it is not on the disk; it decides all the same, since what it denies must be denied now
     */
    record Installed(SealedList list, boolean newVersion, Optional<String> notStored) implements ListEffect {}

    /** Something was not taken, and has changed nothing. */
    record Refused(ListRefusal cause, String detail) implements ListEffect {}

    /** @param kind stable, for example LIST_DAMAGED */
    record Alarmed(String kind, String detail) implements ListEffect {}

    /**
     * For the gate's status.
     *
     * @param fetchingVersion version of the snapshot that is being fetched; 0: none
     * @param damagedBuckets  those that do not prove and are being fetched again
     */
    record Progressed(long fetchingVersion, int damagedBuckets) implements ListEffect {}
}
