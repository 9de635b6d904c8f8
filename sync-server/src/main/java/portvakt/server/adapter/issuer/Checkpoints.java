package portvakt.server.adapter.issuer;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Topics;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;
import portvakt.protocol.sign.KeyId;
import portvakt.server.list.CheckpointRule;
import portvakt.server.list.ListContent;
import portvakt.server.port.CardStatuses;
import portvakt.server.port.CardStatuses.Checkpoint;
import portvakt.server.port.CardStatuses.Issued;
import portvakt.server.port.StorageException;

/**
 * The versions of one list that gates can fetch whole: makes a new one when it is time, through the outbox, and clears away the
 * ones before the newest two and the deltas that lead on from before those. One at a time. Not thread-safe.
 */
final class Checkpoints {

    /** The newest, and the one that a gate may be in the middle of fetching. */
    static final int KEPT = 2;

    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private final String list;
    private final CardStatuses statuses;
    private final Outbox outbox;
    private final LongConsumer deltasGone;
    private boolean forced;
    private Optional<Long> underWay = Optional.empty();
    private Optional<Checkpoint> newest = Optional.empty();
    private long keysSince;

    /** @param deltasGone hears that deltas that lead on from before a version are not to be made any more */
    Checkpoints(String list, CardStatuses statuses, Outbox outbox, LongConsumer deltasGone) {
        this.list = list;
        this.statuses = statuses;
        this.outbox = outbox;
        this.deltasGone = deltasGone;
    }

    /**
     * Reads what there is. One that was not finished is begun again, or a newer one in its place; so is one that another key has signed,
     * as after a rotation: gates take nothing new by a key that has retired, and those that are behind come on by a checkpoint only.
     *
     * @param signer who signs now
     */
    void open(KeyId signer) {
        outbox.dropWorks();
        underWay = Optional.empty();
        List<Checkpoint> complete =
                statuses.checkpoints(list).stream().filter(Checkpoint::complete).toList();
        newest = complete.isEmpty() ? Optional.empty() : Optional.of(complete.getLast());
        keysSince = newest.isEmpty()
                ? 0
                : statuses.keysChangedAfter(list, newest.get().version());
        forced |= complete.size() < statuses.checkpoints(list).size();
        forced |= newest.flatMap(Checkpoint::signedHead)
                .filter(head -> !isSignedBy(signer, head))
                .isPresent();
    }

    private static boolean isSignedBy(KeyId signer, byte[] head) {
        try {
            return ListHead.parse(head).keyId().equals(signer);
        } catch (MalformedListException e) {
            throw new StorageException("a stored checkpoint's head is damaged", e);
        }
    }

    /** Nobody can come from the checkpoint to what is issued now: a new one is due. */
    void force() {
        forced = true;
    }

    /** The broker has lost them. */
    void lost() {
        outbox.dropWorks();
        underWay = Optional.empty();
        forced = true;
    }

    void changed(int keys) {
        keysSince += keys;
    }

    /** The newest version that can be fetched whole, 0 if there is none. */
    long newestVersion() {
        return newest.map(Checkpoint::version).orElse(0L);
    }

    /** Begins a checkpoint of what is issued now, if it is time and none is under way. */
    void beginIfDue(Issued issued, ListContent content) {
        long version = issued.head().version();
        boolean due = forced
                || newest.isEmpty()
                || CheckpointRule.isDue(content.count(), keysSince, version - newestVersion());
        if (underWay.isPresent() || !due) {
            return;
        }
        Checkpoint checkpoint = CheckpointMessages.describe(version, issued.signedHead(), content);
        statuses.keepCheckpoint(list, checkpoint);
        forced = false;
        keysSince = 0;
        underWay = Optional.of(version);
        outbox.add(new Row(CheckpointMessages.chunks(list, checkpoint, content), () -> {}));
        outbox.add(new Row(List.of(CheckpointMessages.head(list, checkpoint)).iterator(), () -> finished(checkpoint)));
    }

    private void finished(Checkpoint made) {
        Checkpoint complete =
                new Checkpoint(made.version(), made.signedHead(), made.tableChunks(), made.keyChunks(), true);
        statuses.keepCheckpoint(list, complete);
        newest = Optional.of(complete);
        LOG.info(
                "list {} version {} can be fetched whole: {} messages",
                list,
                made.version(),
                made.tableChunks() + made.keyChunks());
        tidy();
        // It is under way until the old ones are gone, so that they never pile up.
        outbox.add(new Row(List.<RetainedMessage>of().iterator(), () -> underWay = Optional.empty()));
    }

    /** Clears away what was not finished, what is older than the newest two, and the deltas from before those. */
    private void tidy() {
        statuses.checkpoints(list).stream().filter(each -> !each.complete()).forEach(this::clear);
        tidyComplete();
    }

    /** Goes on with what a stop may have cut off. Call it when versions can be made. */
    void tidyComplete() {
        List<Checkpoint> complete = new ArrayList<>(
                statuses.checkpoints(list).stream().filter(Checkpoint::complete).toList());
        while (complete.size() > KEPT) {
            clear(complete.removeFirst());
        }
        if (complete.isEmpty()) {
            return;
        }
        long oldest = complete.getFirst().version();
        // Now, so that no version that is made meanwhile writes one of them again.
        deltasGone.accept(oldest);
        List<RetainedMessage> deltas = statuses.deltas(list).stream()
                .filter(delta -> delta.from() < oldest)
                .map(delta -> RetainedMessage.cleared(Topics.delta(list, delta.from())))
                .toList();
        if (!deltas.isEmpty()) {
            outbox.add(new Row(deltas.iterator(), () -> statuses.forgetDeltas(list, oldest)));
        }
    }

    private void clear(Checkpoint old) {
        outbox.add(
                new Row(CheckpointMessages.cleared(list, old), () -> statuses.forgetCheckpoint(list, old.version())));
    }

    private record Row(Iterator<RetainedMessage> messages, Runnable whenTaken) implements Outbox.Work {
        @Override
        public Optional<RetainedMessage> next() {
            return messages.hasNext() ? Optional.of(messages.next()) : Optional.empty();
        }

        @Override
        public void taken() {
            whenTaken.run();
        }
    }
}
