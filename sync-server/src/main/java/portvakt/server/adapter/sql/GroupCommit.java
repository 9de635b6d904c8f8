package portvakt.server.adapter.sql;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Lets callers share a costly commit. Whoever comes when none is under way commits at once, alone; those who come meanwhile form
 * the next group, which its first member commits. Nobody waits for more callers to come, and nobody serves others for longer
 * than one commit. Safe for any thread; a caller that is interrupted still gets its result.
 *
 * @param <T> what is committed
 * @param <R> what became of it
 */
final class GroupCommit<T, R> {

    private final int groupMax;
    private final Function<List<T>, List<R>> commit;
    private final Deque<Waiting<T, R>> queue = new ArrayDeque<>();
    private boolean busy;

    /** What a waiting caller is woken by. */
    private sealed interface Wake<R> {
        record Done<R>(R result) implements Wake<R> {}

        record Failed<R>(RuntimeException cause) implements Wake<R> {}

        /** It is the first of the next group. */
        record YourTurn<R>() implements Wake<R> {}
    }

    private record Waiting<T, R>(T item, CompletableFuture<Wake<R>> wake) {}

    /**
     * @param groupMax most items in one commit
     * @param commit   all or none; gives one result an item, in their order
     */
    GroupCommit(int groupMax, Function<List<T>, List<R>> commit) {
        this.groupMax = groupMax;
        this.commit = commit;
    }

    /** Returns or throws what became of this one item. */
    R submit(T item) {
        Waiting<T, R> mine = new Waiting<>(item, new CompletableFuture<>());
        boolean first;
        synchronized (queue) {
            queue.add(mine);
            first = !busy;
            busy = true;
        }
        Wake<R> wake = first ? new Wake.YourTurn<>() : mine.wake().join();
        if (wake instanceof Wake.YourTurn<R>) {
            wake = lead();
        }
        return switch (wake) {
            case Wake.Done<R>(R result) -> result;
            case Wake.Failed<R>(RuntimeException cause) -> throw cause;
            case Wake.YourTurn<R> _ -> throw new IllegalStateException("a turn ends in a result");
        };
    }

    /** Commits the group at the head of the queue, whose first member is the caller. @return the caller's own result */
    private Wake<R> lead() {
        List<Waiting<T, R>> group = new ArrayList<>();
        synchronized (queue) {
            while (!queue.isEmpty() && group.size() < groupMax) {
                group.add(queue.remove());
            }
        }
        List<Wake<R>> results;
        try {
            results = commit(group);
        } finally {
            // Before the others are told: the next group need not wait for that.
            Waiting<T, R> next;
            synchronized (queue) {
                next = queue.peek();
                busy = next != null;
            }
            if (next != null) {
                next.wake().complete(new Wake.YourTurn<>());
            }
        }
        for (int i = 1; i < group.size(); i++) {
            group.get(i).wake().complete(results.get(i));
        }
        return results.getFirst();
    }

    private List<Wake<R>> commit(List<Waiting<T, R>> group) {
        try {
            List<R> results = commit.apply(group.stream().map(Waiting::item).toList());
            return results.stream().<Wake<R>>map(Wake.Done::new).toList();
        } catch (RuntimeException e) {
            if (group.size() == 1) {
                return List.of(new Wake.Failed<>(e));
            }
        }
        // One of them may be at fault: each for itself, so that it fails alone.
        return group.stream().map(each -> commit(List.of(each)).getFirst()).toList();
    }
}
