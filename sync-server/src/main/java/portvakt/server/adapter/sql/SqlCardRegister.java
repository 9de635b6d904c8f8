package portvakt.server.adapter.sql;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jdbi.v3.core.JdbiException;
import portvakt.server.port.CardRegister;
import portvakt.server.port.StatusChange;
import portvakt.server.port.StorageException;

/**
 * Keeps what is said of cards, for all lists. Every change is on the disk, with its token and a line for the audit, before it is
 * answered. Single changes that come at the same time share a transaction and a force of the disk.
 */
public final class SqlCardRegister implements CardRegister {

    /** Small enough that a group's transaction stays well below the time of a force. */
    private static final int GROUP_MAX = 256;

    private final Database database;
    private final InstantSource clock;
    private final Consumer<String> changed;
    private final GroupCommit<StatusChange, Outcome> group = new GroupCommit<>(GROUP_MAX, this::applyAll);

    /** Writers queue here and not in the database, where H2 would give up after two seconds behind a long import. */
    private final ReentrantLock writing = new ReentrantLock(true);

    /** @param changed told the name of each list that a commit changed, after it; must not block */
    public SqlCardRegister(Database database, InstantSource clock, Consumer<String> changed) {
        this.database = database;
        this.clock = clock;
        this.changed = changed;
    }

    @Override
    public Outcome apply(StatusChange change) {
        return group.submit(change);
    }

    @Override
    public List<Outcome> applyAll(List<StatusChange> changes) {
        if (changes.isEmpty()) {
            return List.of();
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<Outcome> outcomes;
        writing.lock();
        try {
            outcomes = database.jdbi().inTransaction(handle -> new StatusTransaction(handle, now).apply(changes));
        } catch (JdbiException e) {
            throw new StorageException("status changes were not committed", e);
        } finally {
            writing.unlock();
        }
        // Repeats too: the first one may have been committed a moment ago and not be on the disk yet.
        database.makeDurable();
        Set<String> lists = new TreeSet<>();
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i) == Outcome.APPLIED) {
                lists.add(changes.get(i).list());
            }
        }
        lists.forEach(changed);
        return outcomes;
    }
}
