package portvakt.sim.world;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A bug that is put into a copy of one class, to see whether the simulation finds it.
 *
 * @param name  what is wrong
 * @param faults that strike in the runs that look for it
 * @param file  of the class, from the folder of the repository
 * @param right what stands there, once
 * @param wrong what stands there instead
 */
record Plant(String name, Set<Fault> faults, String file, String right, String wrong) {

    private static final String GATE = "gate-firmware/src/main/java/portvakt/gate/";
    private static final String SERVER = "sync-server/src/main/java/portvakt/server/";

    private static Set<Fault> with(Fault... some) {
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        faults.addAll(List.of(some));
        return faults;
    }

    static final List<Plant> ALL = List.of(
            new Plant(
                    "an entrance opens though its grant is not in the journal",
                    with(Fault.DISK_FULL),
                    GATE + "loop/GateLoop.java",
                    "if (sequence.isEmpty() && entrance) {",
                    "if (false) {"),
            new Plant(
                    "a second one is let in before the first grant is durable",
                    with(Fault.SYNC_FAILS),
                    GATE + "loop/GateLoop.java",
                    "(journalBroken || lastGrantSequence <= journal.durable())",
                    "true"),
            new Plant(
                    "a denial names a reason that does not exist",
                    with(Fault.CARD_TORN_OFF),
                    GATE + "loop/GateLoop.java",
                    ".setReason(reason.code())",
                    ".setReason(1_000 + reason.code())"),
            new Plant(
                    "the arm is locked four seconds late",
                    with(),
                    GATE + "passage/Passage.java",
                    "nowNs - deadlineNs.getAsLong() < 0) {",
                    "nowNs - deadlineNs.getAsLong() < 4_000_000_000L) {"),
            new Plant(
                    "fire does not free the arm in software",
                    with(Fault.FIRE),
                    GATE + "passage/Passage.java",
                    "List.of(new Effect.Release(), new Effect.FireReleaseStarted())",
                    "List.of(new Effect.FireReleaseStarted())"),
            new Plant(
                    "the exit button opens nothing",
                    with(),
                    GATE + "passage/Passage.java",
                    "List.of(new Effect.ExitRequested(), new Effect.Release())",
                    "List.of(new Effect.ExitRequested())"),
            new Plant(
                    "a relay that failed to lock is not told again",
                    with(Fault.RELAY_STUCK),
                    GATE + "loop/RetryingTurnstile.java",
                    "retryAtNs = done ? OptionalLong.empty() : OptionalLong.of(nowNs + RETRY.toNanos());",
                    "retryAtNs = OptionalLong.empty();"),
            new Plant(
                    "a card ends a day early",
                    with(),
                    GATE + "access/Decision.java",
                    ".toLocalDate().isAfter(last);",
                    ".toLocalDate().plusDays(1).isAfter(last);"),
            new Plant(
                    "a suspended card counts as valid",
                    with(),
                    GATE + "status/SealedList.java",
                    "suspended = find(suspendedKey);",
                    "suspended = Answer.NOT_LISTED;"),
            new Plant(
                    "the journal is not synced",
                    with(Fault.POWER_CUT, Fault.POWER_CUT_AT_WRITE),
                    GATE + "journal/SegmentedJournal.java",
                    "forced.file().force();",
                    "forced.file().size();"),
            new Plant(
                    "a new segment's name is not synced",
                    with(Fault.POWER_CUT, Fault.POWER_CUT_AT_WRITE),
                    GATE + "journal/SegmentedJournal.java",
                    """
                            try {
                                forceNames();
                            } catch""",
                    """
                            try {
                                disk.freeBytes();
                            } catch"""),
            new Plant(
                    "a torn write stays in the journal",
                    with(Fault.POWER_CUT, Fault.POWER_CUT_AT_WRITE),
                    GATE + "journal/TornTail.java",
                    "segment.file().truncate(end);",
                    ""),
            new Plant(
                    "a sync that failed is forgotten",
                    with(Fault.SYNC_FAILS, Fault.POWER_CUT),
                    GATE + "journal/SegmentedJournal.java",
                    """
                                    rewriteDue = true;
                                    throw failure;""",
                    """
                                    throw failure;"""),
            new Plant(
                    "a damaged event hides those behind it",
                    with(Fault.JOURNAL_ROT, Fault.LINK_LOST, Fault.GATE_KILLED),
                    GATE + "journal/Damage.java",
                    "Optional<Segment.Found> found = segment.after(offset, next);",
                    "Optional<Segment.Found> found = segment.at(offset);"),
            new Plant("a list's log is not synced", with(Fault.POWER_CUT), GATE + "status/StoredList.java", """
                                log.append(ByteBuffer.wrap(records));
                                log.force();""", """
                                log.append(ByteBuffer.wrap(records));"""),
            new Plant(
                    "a retired key signs new lists",
                    with(Fault.KEY_ROTATION, Fault.FORGED_LIST),
                    GATE + "status/TrustReplica.java",
                    "refuseRetired(trust, head.keyId());",
                    ""),
            new Plant(
                    "a list's signature is not checked",
                    with(Fault.FORGED_LIST),
                    GATE + "status/TrustReplica.java",
                    "if (!ListHead.isSignedBy(key.publicKey(), bytes)) {",
                    "if (false) {"),
            new Plant(
                    "a document that could not be stored is not asked for again",
                    with(Fault.DISK_FULL, Fault.KEY_ROTATION),
                    GATE + "adapter/mqtt/DocumentTopics.java",
                    "askAtNs = OptionalLong.of(nowNs + STORE_AGAIN.toNanos());",
                    ""),
            new Plant(
                    "what got no answer is not sent again",
                    with(Fault.DATABASE_FAILS),
                    GATE + "outbox/Outbox.java",
                    "public Outbox checkedForSilence(long nowNs, double jitter) {",
                    "public Outbox checkedForSilence(long nowNs, double jitter) { if (nowNs >= 0) return this;"),
            new Plant(
                    "an event that comes again is taken again",
                    with(Fault.BROKER_DOUBLES),
                    SERVER + "adapter/sql/Intake.java",
                    "case REPEATED -> repeated++;",
                    "case REPEATED -> store(audit, read);"),
            new Plant(
                    "what came last counts, and not what happened last",
                    with(Fault.LINK_LOST, Fault.BROKER_REORDERS),
                    SERVER + "log/Sighting.java",
                    "return ORDER.compare(this, other) > 0;",
                    "return true;"),
            new Plant(
                    "an older word of the register counts",
                    with(Fault.REGISTER_DISORDER),
                    SERVER + "list/StatusOrder.java",
                    "if (known.isEmpty() || eventTime.isAfter(known.get().eventTime())) {",
                    "if (known.isEmpty() || eventTime != null) {"),
            new Plant(
                    "no checkpoint after a rotation",
                    with(Fault.KEY_ROTATION, Fault.LINK_LOST),
                    SERVER + "adapter/issuer/Checkpoints.java",
                    ".filter(head -> !isSignedBy(signer, head))",
                    ".filter(head -> false)"),
            new Plant(
                    "the journal drops what the server does not have",
                    with(Fault.LINK_LOST),
                    GATE + "journal/SegmentedJournal.java",
                    """
                            if (following == null || following - 1 > acknowledged) {
                                throw""",
                    """
                            if (following == null) {
                                throw"""),
            new Plant(
                    "an older snapshot decides",
                    with(Fault.DISK_ROT, Fault.REGISTER_BURST),
                    GATE + "status/ListReplica.java",
                    "if (old.isPresent() && HeadChecks.isLater(old.get(), next.list().head())) {",
                    "if (false) {"),
            new Plant(
                    "an acknowledgement goes out before the commit",
                    with(Fault.DATABASE_FAILS),
                    SERVER + "adapter/mqtt/EventArrivals.java",
                    "EventIngest.Ingested ingested = ingest.ingest(",
                    """
                            acknowledge.accept(gate, together.get().events.getEvents(together.get().events.getEventsCount() - 1).getSequence());
                            EventIngest.Ingested ingested = ingest.ingest("""),
            new Plant(
                    "the exit button opens nothing while a turn is waited for",
                    with(),
                    GATE + "passage/Passage.java",
                    """
                            case State.Settling settling ->
                                    new Step(
                                            new State.ReleasedForExit(nowNs + releaseNs),
                                            List.of(
                                                    new Effect.NotTaken(settling.grant()),
                                                    new Effect.ExitRequested(),
                                                    new Effect.Release()));""",
                    "case State.Settling _ -> new Step(state, List.of(new Effect.ExitRequested()));"),
            new Plant(
                    "a seal is not verified",
                    with(Fault.STOLEN_GATE_KEY),
                    SERVER + "evidence/SealCheck.java",
                    "boolean proves = event.getPreviousHash().size() == EventChain.HASH_BYTES",
                    "boolean proves = true || event.getPreviousHash().size() == EventChain.HASH_BYTES"),
            new Plant(
                    "a seal speaks of another event",
                    with(),
                    GATE + "journal/SealKey.java",
                    ".setSignature(JournalSeal.sign(own.key(), gate, sequence, previousHash, occurredAtMs))",
                    ".setSignature(JournalSeal.sign(own.key(), gate, sequence - 1, previousHash, occurredAtMs))"),
            new Plant(
                    "a fork is kept aside and not told",
                    with(Fault.STOLEN_GATE_KEY),
                    SERVER + "adapter/sql/Intake.java",
                    "row(sequence, cause.name() + \": \" + detail);",
                    ""));
}
