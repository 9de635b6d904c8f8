package portvakt.server.adapter.mqtt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.port.StorageException;

/**
 * Does the work of each gate in order, that of different gates side by side. Bounded: when a lane is full, whoever brings more
 * waits, and so in the end does the broker.
 */
public final class GateLanes implements ServerTraffic.Lanes, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GateLanes.class);
    private static final int LANES = 4;
    private static final int QUEUE_MAX = 32;
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

    private final List<ThreadPoolExecutor> lanes = new ArrayList<>();
    private final Retry retry;

    /** Pauses before the second, third … try of work that the database refused; after the last it is given up. */
    public record Retry(List<Duration> pauses) {
        public static final Retry DEFAULT =
                new Retry(List.of(Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(5)));
    }

    GateLanes(Retry retry) {
        this.retry = retry;
        for (int lane = 0; lane < LANES; lane++) {
            lanes.add(new ThreadPoolExecutor(
                    1,
                    1,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(QUEUE_MAX),
                    Thread.ofPlatform().name("ingest-" + lane).daemon().factory(),
                    GateLanes::waitForRoom));
        }
    }

    /** Work of one gate, after all earlier work of that gate. Waits while the lane is full. */
    @Override
    public void run(GateAddress gate, Runnable work, BiConsumer<GateAddress, StorageException> givenUp) {
        lanes.get(Math.floorMod(gate.hashCode(), LANES)).execute(() -> attempt(gate, work, givenUp));
    }

    /** Work of no gate in particular; not tried again. */
    @Override
    public void run(Runnable work) {
        lanes.getFirst().execute(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.warn("not done: {}", e.toString());
            }
        });
    }

    private void attempt(GateAddress gate, Runnable work, BiConsumer<GateAddress, StorageException> givenUp) {
        for (int tries = 0; ; tries++) {
            try {
                work.run();
                return;
            } catch (StorageException e) {
                if (tries == retry.pauses.size() || Thread.currentThread().isInterrupted()) {
                    givenUp.accept(gate, e);
                    return;
                }
                pause(retry.pauses.get(tries));
            } catch (RuntimeException e) {
                LOG.error("{}/{}: a fault of this program", gate.site(), gate.gate(), e);
                givenUp.accept(gate, new StorageException("a fault of this program", e));
                return;
            }
        }
    }

    private static void pause(Duration pause) {
        try {
            TimeUnit.MILLISECONDS.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void waitForRoom(Runnable work, ThreadPoolExecutor lane) {
        try {
            while (!lane.isShutdown()) {
                if (lane.getQueue().offer(work, 1, TimeUnit.SECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            // The session closes; the gate sends again what was not acknowledged.
            Thread.currentThread().interrupt();
        }
    }

    /** Finishes what is there, within some seconds; what is left then is sent again by its gate. */
    @Override
    public void close() {
        lanes.forEach(ThreadPoolExecutor::shutdown);
        try {
            for (ThreadPoolExecutor lane : lanes) {
                if (!lane.awaitTermination(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                    lane.shutdownNow();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
