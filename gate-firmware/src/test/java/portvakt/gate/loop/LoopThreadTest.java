package portvakt.gate.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import portvakt.gate.access.AccessPolicy;
import portvakt.gate.access.CardList;
import portvakt.gate.access.GateTime;
import portvakt.gate.passage.Passage;
import portvakt.gate.port.Clock;
import portvakt.gate.port.JournalOpening;
import portvakt.gate.port.Supervisor;
import portvakt.gate.testing.HandClock;
import portvakt.gate.testing.MemoryJournal;
import portvakt.gate.testing.RecordingTurnstile;
import portvakt.gate.time.ClockFault;
import portvakt.protocol.Assurance;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Direction;

/** A full inbox may cost a device's signal, but never a list; and who watches the loop hears of turns that worked alone. */
class LoopThreadTest {

    private record TinyList(String list, long version) implements CardList {
        @Override
        public int epoch() {
            return 1;
        }

        @Override
        public Instant issuedAt() {
            return HandClock.START;
        }

        @Override
        public Instant expiresAt() {
            return HandClock.START.plusSeconds(3600);
        }

        @Override
        public boolean heardInThisRun() {
            return true;
        }

        @Override
        public Optional<CardStatus> statusOf(CardNumber card) {
            return Optional.of(CardStatus.VALID);
        }
    }

    private static Loops loops(Clock clock, MemoryJournal journal) {
        return new Loops(
                new AccessPolicy(
                        Direction.IN,
                        List.of(),
                        Assurance.UNSIGNED_CODE,
                        Duration.ofHours(1),
                        Duration.ofHours(2),
                        Duration.ofHours(3),
                        false,
                        false,
                        false,
                        ZoneId.of("Europe/Oslo")),
                new Passage(Duration.ofSeconds(3), Duration.ofSeconds(2)),
                clock,
                journal,
                new RecordingTurnstile(_ -> {}),
                ByteString.copyFromUtf8("boot"),
                "north",
                Optional.empty());
    }

    @Test
    void theNewestOfEachListIsTakenThoughTheInboxIsFull() {
        MemoryJournal journal = new MemoryJournal(_ -> {});
        Loops loops = loops(new HandClock(), journal);
        for (int signal = 0; signal < 2 * LoopThread.INBOX_MAX; signal++) {
            loops.thread().offer(new Signal.JournalDurable(0));
        }
        for (long version = 1; version <= 3; version++) {
            loops.thread().offer(new Signal.ListInstalled(new TinyList("hms-kort", version), true, Optional.empty()));
            loops.thread().offer(new Signal.ListInstalled(new TinyList("site-oslo", version), true, Optional.empty()));
        }
        loops.thread().offer(new Signal.ListInstalled(new TinyList("hms-kort", 3), false, Optional.empty()));
        loops.start("test", JournalOpening.PLAIN);
        try {
            await().until(() ->
                    journal.kinds().stream().filter("LIST_APPLIED"::equals).count() == 2);
            assertThat(journal.facts().stream()
                            .filter(facts -> facts.hasListApplied())
                            .map(facts -> facts.getListApplied().getVersion()))
                    .containsExactly(3L, 3L);
        } finally {
            loops.close();
        }
    }

    /** A clock whose faults cannot be asked for, as a bug in what each turn does would have it. */
    private static final class BrokenClock implements Clock {
        private final HandClock clock = new HandClock();
        private final AtomicInteger asked = new AtomicInteger();
        private volatile boolean broken;

        @Override
        public GateTime now() {
            return clock.now();
        }

        @Override
        public void atLeast(Instant written) {
            clock.atLeast(written);
        }

        @Override
        public List<ClockFault> faults() {
            asked.incrementAndGet();
            if (broken) {
                throw new IllegalStateException("broken by the test");
            }
            return List.of();
        }
    }

    @Test
    void aLoopThatDoesNothingButFailCountsAsOneThatHangs() {
        BrokenClock clock = new BrokenClock();
        AtomicInteger turns = new AtomicInteger();
        Loops loops = loops(clock, new MemoryJournal(_ -> {}));
        loops.watchedBy(new Supervisor() {
            @Override
            public void ready() {}

            @Override
            public void turned() {
                turns.incrementAndGet();
            }

            @Override
            public void stopping() {}
        });
        loops.start("test", JournalOpening.PLAIN);
        try {
            await().until(() -> turns.get() > 0);
            clock.broken = true;
            awaitTurns(loops, clock, 2);
            int before = turns.get();
            awaitTurns(loops, clock, 5);
            assertThat(turns).hasValue(before);
            clock.broken = false;
            await().until(() -> turns.get() > before);
        } finally {
            clock.broken = false;
            loops.close();
        }
    }

    private static void awaitTurns(Loops loops, BrokenClock clock, int turns) {
        int from = clock.asked.get();
        await().until(() -> {
            loops.thread().offer(new Signal.JournalDurable(0));
            return clock.asked.get() >= from + turns;
        });
    }
}
