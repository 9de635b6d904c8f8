package portvakt.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.adapter.os.ServiceManager;
import portvakt.gate.port.JournalOpening;
import portvakt.gate.port.Turnstile;
import portvakt.gate.port.TurnstileSignal;
import portvakt.gate.testing.HandClock;
import portvakt.gate.testing.MemoryDisk;
import portvakt.gate.testing.MemoryJournal;
import portvakt.gate.testing.NotifySocket;
import portvakt.gate.testing.RunningClock;

/** A gate whose loop hangs goes silent towards systemd, and that is what makes systemd kill it and start it again. */
class WatchdogTest {

    private static final Duration WATCHDOG = Duration.ofSeconds(2);

    @TempDir
    private Path folder;

    private final List<String> heard = new ArrayList<>();
    private long lastNs;

    /** Locks at once, but never comes back from a release before it is let. */
    private static final class HangingTurnstile implements Turnstile {
        private final CountDownLatch hung = new CountDownLatch(1);
        private final CountDownLatch goesOn = new CountDownLatch(1);
        private Consumer<TurnstileSignal> inbox = _ -> {};

        @Override
        public void start(Consumer<TurnstileSignal> signals) {
            inbox = signals;
        }

        @Override
        public void release() {
            hung.countDown();
            try {
                goesOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void lock() {}

        @Override
        public void show(Indication indication) {}

        @Override
        public void close() {}
    }

    /** Does as systemd does: kills a service that was ready and has been silent for longer than the watchdog's time. */
    private boolean wouldKill(NotifySocket systemd) {
        for (Optional<String> message = systemd.next(); message.isPresent(); message = systemd.next()) {
            heard.add(message.get());
            lastNs = System.nanoTime();
        }
        return heard.contains("READY=1") && System.nanoTime() - lastNs > WATCHDOG.toNanos();
    }

    private Gate gate(NotifySocket systemd, Turnstile turnstile) throws Exception {
        return Gate.start(
                GateTest.settings("watched"),
                new Gate.Outside(
                        turnstile,
                        List.of(),
                        new MemoryJournal(_ -> {}),
                        JournalOpening.PLAIN,
                        new MemoryDisk(),
                        new RunningClock(HandClock.START),
                        Optional.empty(),
                        ServiceManager.from(
                                systemd.environment(WATCHDOG.toNanos() / 1000),
                                ProcessHandle.current().pid(),
                                System::nanoTime)));
    }

    @Test
    void anIdleGateIsLeftInPeaceAndOneThatHangsIsKilled() throws Exception {
        HangingTurnstile turnstile = new HangingTurnstile();
        try (NotifySocket systemd = new NotifySocket(folder.resolve("notify").toString());
                Gate _ = gate(systemd, turnstile)) {
            await().atMost(Duration.ofSeconds(20))
                    .during(WATCHDOG.multipliedBy(2))
                    .until(() -> !wouldKill(systemd));
            assertThat(heard).contains("READY=1", "WATCHDOG=1");

            turnstile.inbox.accept(new TurnstileSignal.RequestToExit());
            turnstile.hung.await();
            await().atMost(WATCHDOG.multipliedBy(3)).until(() -> wouldKill(systemd));

            turnstile.goesOn.countDown();
            await().until(() -> !wouldKill(systemd));
        }
    }

    @Test
    void oneThatWasToldToStopSaysSo() throws Exception {
        try (NotifySocket systemd = new NotifySocket(folder.resolve("notify").toString())) {
            gate(systemd, new HangingTurnstile()).close();
            wouldKill(systemd);
            // The loop turns before the first and after the second.
            assertThat(heard)
                    .filteredOn(message -> !message.equals("WATCHDOG=1"))
                    .containsExactly("READY=1", "STOPPING=1");
        }
    }
}
