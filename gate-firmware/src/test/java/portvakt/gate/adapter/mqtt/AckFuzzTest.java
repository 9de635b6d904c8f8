package portvakt.gate.adapter.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.gate.journal.SegmentedJournal;
import portvakt.gate.testing.HandClock;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.Topics;
import portvakt.protocol.v1.Ack;
import portvakt.protocol.v1.EventFacts;

/** Whatever comes as the server's word of what it has: no acknowledgement, or one of events that there are. Only forwards, too. */
class AckFuzzTest {

    private static final int EVENTS = 5;

    static Stream<byte[]> acks() {
        return Stream.of(0L, 3L, 5L, 6L, -1L)
                .map(sequence ->
                        Ack.newBuilder().setCommittedSequence(sequence).build().toByteArray());
    }

    @MethodSource("acks")
    @FuzzTest
    void fuzz(byte[] payload) throws IOException {
        try (SegmentedJournal journal = SegmentedJournal.open(new MemoryDisk(), SegmentedJournal.Limits.DEFAULT)) {
            for (int event = 0; event < EVENTS; event++) {
                journal.append(EventFacts.getDefaultInstance(), Optional.empty());
            }
            journal.acknowledged(2);
            EventTraffic traffic = new EventTraffic(
                    new Topics.GateAddress("oslo", "east"), null, journal, _ -> {}, new HandClock(), 0, () -> {});
            try {
                traffic.acknowledged(payload);
                long committed = Ack.parseFrom(payload).getCommittedSequence();
                assertThat(journal.acknowledged()).isEqualTo(committed > 2 && committed <= EVENTS ? committed : 2);
            } catch (InvalidProtocolBufferException e) {
                assertThat(journal.acknowledged()).isEqualTo(2);
            }
        }
    }
}
