package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.Topics;

/**
 * Survived must be: messages lost, doubled and in another order, connections cut, power cut at any operation of the disk, deltas and
 * snapshots taken back. Meanwhile the gate's version never falls, and it refuses nothing, since nobody attacks; when the faults
 * stop its set is the issuer's.
 */
@Tag("long")
class ListConvergenceTest {

    private static final int STEPS = 250;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 60);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void itArrivesAtTheIssuersSetAndNeverGoesBack(long seed) {
        Random random = new Random(seed);
        FakeBroker broker = new FakeBroker(random);
        int size = switch (random.nextInt(3)) {
            case 0 -> random.nextInt(20);
            case 1 -> 300 + random.nextInt(600);
            default -> 9_000 + random.nextInt(5_000);
        };
        IssuedList issued = new IssuedList(new Issuer(), Issuer.LIST, size);
        ListPublisher publisher = new ListPublisher(issued, broker);
        ListGate gate = new ListGate(broker, issued.trust());
        gate.clock.pass(Duration.ofDays(1));
        publisher.checkpoint();
        publisher.publishHead();
        broker.setFaulty(true);
        long lastCheckpoint = 1;
        long highest = 0;
        for (int step = 0; step < STEPS; step++) {
            String context = "seed " + seed + ", step " + step;
            try {
                switch (random.nextInt(40)) {
                    case 0, 1, 2, 3, 4, 5 ->
                        publisher.change(random, 1 + random.nextInt(60), size + random.nextInt(400));
                    case 6 -> publisher.heartbeat();
                    case 7 -> {
                        if (issued.version() > lastCheckpoint) {
                            publisher.checkpoint();
                            publisher.takeBackCheckpoint(lastCheckpoint);
                            publisher.prune(lastCheckpoint);
                            lastCheckpoint = issued.version();
                        }
                    }
                    case 8 -> gate.disconnect();
                    case 9 -> gate.disk().cutPowerAfter(random.nextInt(12));
                    case 10 -> gate.start(gate.disk());
                    default -> {
                        if (!gate.isConnected()) {
                            gate.connect();
                        }
                        for (int message = 0; message < 6; message++) {
                            gate.receive();
                        }
                        gate.clock.pass(Duration.ofMillis(700));
                        gate.tick();
                    }
                }
            } catch (MemoryDisk.PowerCut e) {
                boolean keepNames = random.nextBoolean();
                gate.start(gate.disk().afterPowerCut(keepNames, bytes -> random.nextInt(bytes + 1)));
            }
            assertThat(gate.version()).as(context).isGreaterThanOrEqualTo(highest);
            highest = gate.version();
        }
        broker.setFaulty(false);
        restart(gate);
        publisher.heartbeat();
        gate.pass(Duration.ofMinutes(8));
        issued.assertAnswers(gate.decides().orElseThrow(), "seed " + seed);
        assertThat(gate.refusals()).as("seed " + seed).isEmpty();
        assertThat(gate.alarms("LIST_DAMAGED")).as("seed " + seed).isZero();
        assertThat(broker.filters())
                .as("seed " + seed)
                .containsExactlyInAnyOrder(Topics.listHead(Issuer.LIST), Topics.deltaFilter(Issuer.LIST));
    }

    /** A power cut may still be due. */
    private static void restart(ListGate gate) {
        gate.start(gate.disk().afterPowerCut(true, bytes -> bytes));
        gate.connect();
    }
}
