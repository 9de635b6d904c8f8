package portvakt.gate.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.gate.testing.HandClock;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.CardStatus;

/**
 * Whatever a broker makes of the messages of two lists that their issuer really signed (others, cut, longer, changed, in another
 * order, on other topics): what decides is at each moment a version that was signed, with its answers, and never an older one than
 * before. The input: steps of five bytes each, a message, where it is sent, and a change of it.
 */
class ListReplicaFuzzTest {

    private static final int STEP_BYTES = 5;
    private static final int STEPS_MAX = 64;
    private static final IssuedList ISSUED = new IssuedList(new Issuer(), Issuer.LIST, 12);
    private static final List<IssuedList.Version> VERSIONS = new ArrayList<>();
    /** Heads, deltas, tables and keys of each version. */
    private static final List<byte[]> MESSAGES = new ArrayList<>();

    private enum Way {
        HEAD,
        DELTA,
        CHECKPOINT,
        TABLE,
        KEYS,
        TICK,
        CONNECT,
        LOSE
    }

    static {
        publish();
        for (int step = 0; step < 4; step++) {
            MESSAGES.add(ISSUED.change(
                            Map.of(ISSUED.number(step), CardStatus.VALID, ISSUED.number(30 + step), CardStatus.REVOKED))
                    .bytes());
            publish();
        }
        MESSAGES.add(ISSUED.heartbeat());
    }

    private static void publish() {
        byte[] file = ISSUED.file();
        int headBytes = ISSUED.head().length;
        int tableBytes = ISSUED.table().bytes().length;
        MESSAGES.add(ISSUED.head());
        MESSAGES.add(Arrays.copyOfRange(file, headBytes, headBytes + tableBytes));
        MESSAGES.add(Arrays.copyOfRange(file, headBytes + tableBytes, file.length));
        VERSIONS.add(ISSUED.now());
    }

    static Stream<byte[]> conversations() {
        byte[] install = steps(
                step(0, Way.CONNECT, 0, 0, 0),
                step(0, Way.HEAD, 1, 0, 0),
                step(0, Way.CHECKPOINT, 1, 0, 0),
                step(0, Way.TICK, 3, 0, 0),
                step(1, Way.TABLE, 1, 0, 0),
                step(0, Way.TICK, 1, 0, 0),
                step(2, Way.KEYS, 1, 0, 0),
                step(0, Way.TICK, 1, 0, 0));
        byte[] live = steps(step(3, Way.DELTA, 1, 0, 0), step(4, Way.HEAD, 2, 0, 0), step(7, Way.DELTA, 2, 0, 0));
        byte[] forged =
                steps(step(3, Way.DELTA, 1, 200, 1), step(4, Way.HEAD, 2, 50, 255), step(4, Way.DELTA, 1, 0, 0));
        return Stream.of(install, steps(install, live), steps(install, forged, live), live);
    }

    private static byte[] step(int message, Way way, int version, int at, int change) {
        return new byte[] {(byte) message, (byte) way.ordinal(), (byte) version, (byte) at, (byte) change};
    }

    private static byte[] steps(byte[]... steps) {
        ByteBuffer all = ByteBuffer.allocate(
                Stream.of(steps).mapToInt(step -> step.length).sum());
        Stream.of(steps).forEach(all::put);
        return all.array();
    }

    @MethodSource("conversations")
    @FuzzTest
    void fuzz(byte[] input) throws IOException {
        HandClock clock = new HandClock();
        try (ListReplica replica =
                new ListReplica(Issuer.LIST, ISSUED.trust(), Issuer.SECRET, 1000, new MemoryDisk())) {
            long decides = 0;
            int steps = Math.min(STEPS_MAX, input.length / STEP_BYTES);
            for (int step = 0; step < steps; step++) {
                for (ListEffect effect : step(replica, clock, ByteBuffer.wrap(input, step * STEP_BYTES, STEP_BYTES))) {
                    if (effect instanceof ListEffect.Installed installed) {
                        SealedList list = installed.list();
                        assertThat(list.version()).isBetween(Math.max(1, decides), (long) VERSIONS.size());
                        decides = list.version();
                        ISSUED.assertAnswers(list, VERSIONS.get((int) decides - 1), 20, "whatever came");
                    }
                }
            }
        }
    }

    private static List<ListEffect> step(ListReplica replica, HandClock clock, ByteBuffer step) {
        byte[] message = MESSAGES.get((step.get() & 0xff) % MESSAGES.size());
        Way way = Way.values()[(step.get() & 0xff) % Way.values().length];
        int version = step.get() & 0x7f;
        int at = step.get() & 0xff;
        int change = step.get();
        byte[] bytes = changed(message, at, change);
        return switch (way) {
            case HEAD -> replica.head(bytes, clock.now());
            case DELTA -> replica.delta(version, bytes, clock.now());
            case CHECKPOINT -> replica.checkpointHead(version, bytes, clock.now());
            case TABLE -> replica.tableChunk(version, at % 3, bytes, clock.now());
            case KEYS -> replica.keyChunk(version, at % 3, bytes, clock.now());
            case TICK -> {
                clock.pass(Duration.ofSeconds(version));
                yield replica.tick(clock.now());
            }
            case CONNECT -> replica.connected(clock.now());
            case LOSE -> {
                replica.lost();
                yield List.of();
            }
        };
    }

    /** 0 changes nothing, -1 cuts, -2 lengthens, others are added to the byte there. */
    private static byte[] changed(byte[] message, int at, int change) {
        return switch (change) {
            case 0 -> message.clone();
            case -1 -> Arrays.copyOf(message, Math.min(at, message.length));
            case -2 -> Arrays.copyOf(message, message.length + at);
            default -> {
                byte[] bytes = message.clone();
                if (bytes.length > 0) {
                    bytes[at % bytes.length] += (byte) change;
                }
                yield bytes;
            }
        };
    }
}
