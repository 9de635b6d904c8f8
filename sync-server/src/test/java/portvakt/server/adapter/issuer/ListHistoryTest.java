package portvakt.server.adapter.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.list.ListContent;
import portvakt.server.port.StorageException;

/**
 * Whatever happens to cards, broker, database and server: from every version that a gate may hold, the deltas lead to what the
 * head names, or a checkpoint can be fetched; and that is the set of the statuses.
 */
class ListHistoryTest {

    private static final String LIST = "hms-kort";
    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");

    private static final int GATES = 12;

    @TempDir
    Path folder;

    private final RetainedMessages broker = new RetainedMessages();
    private final FakeStatuses statuses = new FakeStatuses();
    private final List<RetainedMessages.Copy> gates = new ArrayList<>();
    private ListKeys keys;
    private ListIssuance issuance;

    private void restart() {
        issuance = new ListIssuance(LIST, keys, statuses, broker, () -> 1, Duration.ofSeconds(1), () -> {});
    }

    private void change(SplittableRandom random) {
        int cards = random.nextInt(12) == 0 ? random.nextInt(2500) : random.nextInt(4);
        for (int card = 0; card < cards; card++) {
            int number = random.nextInt(4) == 0 ? random.nextInt(20) : random.nextInt(6000);
            statuses.set(new CardNumber(String.valueOf(1_000_000 + number)), CardStatus.values()[random.nextInt(3)]);
        }
    }

    private void faults(SplittableRandom random) {
        broker.takes = random.nextInt(4) == 0 ? random.nextInt(12) : Integer.MAX_VALUE;
        statuses.fault = random.nextInt(6) == 0
                ? FakeStatuses.Fault.values()[random.nextInt(FakeStatuses.Fault.values().length)]
                : FakeStatuses.Fault.NONE;
        if (random.nextInt(8) == 0) {
            restart();
        }
        if (random.nextInt(8) == 0) {
            issuance.brokerConnected(true);
        }
        if (random.nextInt(20) == 0) {
            broker.retained.clear();
            issuance.brokerConnected(false);
        }
        if (random.nextInt(8) == 0) {
            // A slow broker, whose answers come some rounds later.
            broker.holds = !broker.holds;
        }
        while (!broker.held.isEmpty() && random.nextInt(5) > 0) {
            broker.held.remove().complete(null);
        }
    }

    private void round(Instant now) {
        try {
            issuance.round(now, true);
        } catch (BrokerAway | StorageException expected) {
            assertThat(expected).hasMessageMatching("(?s).*(away|disk).*");
        }
    }

    /** A gate that is caught up by deltas alone, or by a checkpoint and deltas. It must never be led astray. */
    private void gatesRead(SplittableRandom random) throws Exception {
        for (int gate = 0; gate < gates.size(); gate++) {
            if (random.nextInt(4) == 0) {
                gates.set(gate, broker.follow(LIST, keys, gates.get(gate)));
            }
        }
        List<Long> checkpoints = broker.checkpoints(LIST);
        if (!checkpoints.isEmpty()) {
            RetainedMessages.Copy fetched = broker.checkpoint(LIST, checkpoints.getLast(), keys);
            if (gates.size() < GATES) {
                gates.add(fetched);
            } else if (random.nextInt(3) == 0) {
                gates.set(random.nextInt(GATES), fetched);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24, 25, 26, 27, 28})
    void anyChangesWithAnyFaultsEndInTheSetOfTheStatuses(long seed) throws Exception {
        System.out.println("seed " + seed);
        keys = TestKeys.in(folder, LIST);
        restart();
        SplittableRandom random = new SplittableRandom(seed);
        long head = 0;
        for (int step = 0; step < 250; step++) {
            change(random);
            faults(random);
            round(NOW.plusSeconds(step));
            gatesRead(random);
            if (broker.hasHead(LIST)) {
                assertThat(broker.head(LIST).version())
                        .as("seed %d step %d", seed, step)
                        .isGreaterThanOrEqualTo(head);
                head = broker.head(LIST).version();
            }
        }
        broker.takes = Integer.MAX_VALUE;
        broker.holds = false;
        statuses.fault = FakeStatuses.Fault.NONE;
        broker.held.forEach(answer -> answer.complete(null));
        issuance.round(NOW.plusSeconds(1000), true);
        assertThat(issuance.isSettled()).as("seed %d", seed).isTrue();
        endsWell(seed);
    }

    private void endsWell(long seed) throws Exception {
        ListContent all = ListContent.of(statuses.listed(LIST), keys.cardKeys());
        assertThat(broker.fetch(LIST, keys)).as("seed %d", seed).isEqualTo(all.keys());
        assertThat(broker.head(LIST).rootHex()).isEqualTo(all.rootHex());
        long oldest = broker.checkpoints(LIST).getFirst();
        int caughtUp = 0;
        for (RetainedMessages.Copy gate : gates) {
            RetainedMessages.Copy newest = broker.follow(LIST, keys, gate);
            if (gate.version() >= oldest) {
                assertThat(newest.keys())
                        .as("seed %d from %d", seed, gate.version())
                        .isEqualTo(all.keys());
                caughtUp++;
            }
        }
        // Nothing stays behind, from before the checkpoints that are kept.
        assertThat(broker.deltas(LIST)).as("seed %d", seed).allMatch(from -> from >= statuses.checkpoints.firstKey());
        assertThat(broker.checkpoints(LIST)).as("seed %d", seed).hasSizeLessThanOrEqualTo(Checkpoints.KEPT);
        System.out.println("seed " + seed + ": version " + broker.head(LIST).version() + ", " + caughtUp + " of "
                + gates.size() + " gates by deltas");
    }

    @Test
    void everyVersionLeadsToTheNewest() throws Exception {
        keys = TestKeys.in(folder, LIST);
        restart();
        SplittableRandom random = new SplittableRandom(77);
        issuance.round(NOW, true);
        List<RetainedMessages.Copy> everyVersion = new ArrayList<>();
        RetainedMessages.Copy copy = broker.checkpoint(LIST, 1, keys);
        for (int step = 0; step < 300; step++) {
            everyVersion.add(copy);
            statuses.set(
                    new CardNumber(String.valueOf(1_000_000 + random.nextInt(50))),
                    CardStatus.values()[random.nextInt(3)]);
            issuance.round(NOW.plusSeconds(step), true);
            copy = broker.follow(LIST, keys, copy);
        }
        for (RetainedMessages.Copy each : everyVersion) {
            assertThat(broker.follow(LIST, keys, each).keys()).isEqualTo(copy.keys());
        }
    }
}
