package portvakt.sim.world;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Many runs, some of them side by side: each thread has a database of its own, and a run stays on one thread, so a seed is the same run
 * however many there are.
 */
final class SeedRuns {

    /** What a thread has come to: a run's end, or its own. */
    private sealed interface Outcome {
        record Done(long seed, World.Result result) implements Outcome {}

        record Broken(Throwable cause) implements Outcome {}

        record Over() implements Outcome {}
    }

    private final int threads;
    private final Options.Wish wish;
    private final Consumer<String> listener;

    /**
     * @param threads  1 or more
     * @param listener hears each line of each trace, on the run's thread
     */
    SeedRuns(int threads, Options.Wish wish, Consumer<String> listener) {
        this.threads = threads;
        this.wish = wish;
        this.listener = listener;
    }

    /**
     * Runs seeds from {@code first} on, until all are done or one of these says no.
     *
     * @param end   the first that is not run
     * @param starts asked before each run, by any thread
     * @param taken  hears of each run in the order of their seeds, on the caller's thread; whether to go on
     * @throws IllegalStateException where a run could not be made at all
     */
    void run(long first, long end, BooleanSupplier starts, Predicate<World.Result> taken) {
        AtomicLong next = new AtomicLong(first);
        BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            String name = "world-" + i;
            workers.add(Thread.ofPlatform().name(name).daemon().start(() -> work(name, next, end, starts, outcomes)));
        }
        try {
            take(first, outcomes, taken);
            next.set(end);
            for (Thread worker : workers) {
                worker.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            next.set(end);
        }
    }

    private void work(String name, AtomicLong next, long end, BooleanSupplier starts, BlockingQueue<Outcome> outcomes) {
        Outcome last = new Outcome.Over();
        try (WorldDatabase database = new WorldDatabase(name)) {
            for (long seed = next.getAndIncrement();
                    seed < end && starts.getAsBoolean();
                    seed = next.getAndIncrement()) {
                outcomes.add(new Outcome.Done(seed, World.run(seed, wish, database, listener)));
            }
        } catch (RuntimeException | Error e) {
            last = new Outcome.Broken(e);
        }
        outcomes.add(last);
    }

    private void take(long first, BlockingQueue<Outcome> outcomes, Predicate<World.Result> taken)
            throws InterruptedException {
        TreeMap<Long, World.Result> early = new TreeMap<>();
        long due = first;
        int running = threads;
        while (running > 0) {
            switch (outcomes.take()) {
                case Outcome.Done(long seed, World.Result result) -> early.put(seed, result);
                case Outcome.Broken(Throwable cause) -> throw new IllegalStateException("a run broke off", cause);
                case Outcome.Over() -> running--;
            }
            while (!early.isEmpty() && early.firstKey() == due) {
                due++;
                if (!taken.test(early.pollFirstEntry().getValue())) {
                    return;
                }
            }
        }
    }
}
