package portvakt.sim.lists;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import portvakt.protocol.list.ListHead;
import portvakt.server.port.CardStatuses;
import portvakt.server.port.StorageException;

/** The real statuses, whose next commit may fail, may stand though it seems to fail, or may be the last that a server does. */
final class FaultyStatuses implements CardStatuses {

    /** What the next commit does. */
    enum Fault {
        NONE,
        /** Nothing is committed, and the caller hears so. */
        FAILS,
        /** All is committed, and the caller hears that it may not be. */
        SEEMS_TO_FAIL,
        /** The server stops before it. */
        STOPS_BEFORE,
        /** The server stops after it. */
        STOPS_AFTER
    }

    /** The server's process has ended. */
    static final class ServerStopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ServerStopped() {
            super("the server has stopped");
        }
    }

    private final CardStatuses statuses;
    private final LongConsumer committed;
    private Fault next = Fault.NONE;
    private boolean away;

    /** @param committed told each version up to which versions were committed */
    FaultyStatuses(CardStatuses statuses, LongConsumer committed) {
        this.statuses = statuses;
        this.committed = committed;
    }

    void next(Fault fault) {
        next = fault;
    }

    /** Whether nothing can be read or written. */
    void setAway(boolean now) {
        away = now;
    }

    private CardStatuses reached() {
        if (away) {
            throw new StorageException("the database is away", new IllegalStateException("away"));
        }
        return statuses;
    }

    private void commit(Consumer<CardStatuses> work) {
        Fault fault = next;
        next = Fault.NONE;
        CardStatuses reached = reached();
        switch (fault) {
            case NONE -> work.accept(reached);
            case FAILS -> throw new StorageException("not committed", new IllegalStateException("refused"));
            case SEEMS_TO_FAIL -> {
                work.accept(reached);
                throw new StorageException("perhaps committed", new IllegalStateException("no answer"));
            }
            case STOPS_BEFORE -> throw new ServerStopped();
            case STOPS_AFTER -> {
                work.accept(reached);
                throw new ServerStopped();
            }
        }
    }

    @Override
    public void issue(Issued issued, List<Version> versions, List<Delta> deltas) {
        commit(reached -> {
            reached.issue(issued, versions, deltas);
            versions.stream()
                    .map(Version::head)
                    .mapToLong(ListHead::version)
                    .max()
                    .ifPresent(committed);
        });
    }

    @Override
    public void forgetDeltas(String list, long before) {
        commit(reached -> reached.forgetDeltas(list, before));
    }

    @Override
    public void keepCheckpoint(String list, Checkpoint checkpoint) {
        commit(reached -> reached.keepCheckpoint(list, checkpoint));
    }

    @Override
    public void forgetCheckpoint(String list, long version) {
        commit(reached -> reached.forgetCheckpoint(list, version));
    }

    @Override
    public long newestChange(String list) {
        return reached().newestChange(list);
    }

    @Override
    public void listedAt(String list, long changeId, Consumer<Listed> each) {
        reached().listedAt(list, changeId, each);
    }

    @Override
    public List<Changed> changed(String list, long after, int limit) {
        return reached().changed(list, after, limit);
    }

    @Override
    public Optional<Issued> issued(String list) {
        return reached().issued(list);
    }

    @Override
    public List<Delta> deltas(String list) {
        return reached().deltas(list);
    }

    @Override
    public long keysChangedAfter(String list, long version) {
        return reached().keysChangedAfter(list, version);
    }

    @Override
    public List<Checkpoint> checkpoints(String list) {
        return reached().checkpoints(list);
    }
}
