package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Callers share commits without waiting for each other to come, and each gets its own result. */
class GroupCommitTest {

    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final List<List<String>> commits = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        callers.close();
    }

    private List<String> commit(List<String> group) {
        commits.add(group);
        if (group.contains("bad")) {
            throw new IllegalStateException("bad is in it");
        }
        return group.stream().map(item -> item + "!").toList();
    }

    @Test
    void aLoneCallerIsCommittedAloneAtOnce() {
        GroupCommit<String, String> group = new GroupCommit<>(10, this::commit);
        assertThat(group.submit("a")).isEqualTo("a!");
        assertThat(group.submit("b")).isEqualTo("b!");
        assertThat(commits).containsExactly(List.of("a"), List.of("b"));
    }

    /** Holds the first commit until all others wait, so that the groups are known. */
    private List<Future<String>> behindAHeldCommit(int groupMax, List<String> items) {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        List<Thread> waiting = Collections.synchronizedList(new ArrayList<>());
        GroupCommit<String, String> group = new GroupCommit<>(groupMax, all -> {
            if (all.contains("first")) {
                begun.countDown();
                awaitQuietly(held);
            }
            return commit(all);
        });
        List<Future<String>> results = new ArrayList<>();
        results.add(callers.submit(() -> group.submit("first")));
        awaitQuietly(begun);
        for (String item : items) {
            int before = waiting.size();
            results.add(callers.submit(() -> {
                waiting.add(Thread.currentThread());
                return group.submit(item);
            }));
            Awaitility.await().until(() -> waiting.size() > before && isParked(waiting.getLast()));
        }
        held.countDown();
        return results;
    }

    private static boolean isParked(Thread thread) {
        return thread.getState() == Thread.State.WAITING;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whoComesDuringACommitSharesTheNext() throws Exception {
        List<Future<String>> results = behindAHeldCommit(10, List.of("a", "b", "c"));
        for (Future<String> result : results) {
            assertThat(result.get()).endsWith("!");
        }
        assertThat(commits).containsExactly(List.of("first"), List.of("a", "b", "c"));
    }

    @Test
    void aGroupHasABound() throws Exception {
        for (Future<String> result : behindAHeldCommit(2, List.of("a", "b", "c", "d", "e"))) {
            result.get();
        }
        assertThat(commits).containsExactly(List.of("first"), List.of("a", "b"), List.of("c", "d"), List.of("e"));
    }

    @Test
    void oneThatFailsFailsAlone() throws Exception {
        List<Future<String>> results = behindAHeldCommit(10, List.of("a", "bad", "c"));
        assertThat(results.get(1).get()).isEqualTo("a!");
        assertThatThrownBy(() -> results.get(2).get()).hasRootCauseMessage("bad is in it");
        assertThat(results.get(3).get()).isEqualTo("c!");
        assertThat(commits).endsWith(List.of("a"), List.of("bad"), List.of("c"));
    }

    @Test
    void manyCallersEachGetTheirOwn() throws Exception {
        GroupCommit<String, String> group = new GroupCommit<>(7, this::commit);
        List<Future<String>> results = IntStream.range(0, 2000)
                .mapToObj(i -> callers.submit(() -> group.submit("item " + i)))
                .toList();
        for (int i = 0; i < results.size(); i++) {
            assertThat(results.get(i).get()).isEqualTo("item " + i + "!");
        }
        assertThat(commits.stream().mapToInt(List::size).sum()).isEqualTo(2000);
        assertThat(commits).allSatisfy(each -> assertThat(each).hasSizeBetween(1, 7));
    }
}
