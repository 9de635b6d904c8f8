package portvakt.gate.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.gate.testing.MemoryDisk;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.AccessDenied;
import portvakt.protocol.v1.Alarm;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.Subject;

/**
 * Whatever an SD card gives back as the journal's files: the journal opens, is written on behind what is whole, and is read by
 * people. The input is a segment as it lies on the disk, and, with good checksums, a segment of whole records that say anything: each
 * a length of two bytes and so many bytes.
 */
class JournalFuzzTest {

    private static final String SEGMENT = Segment.nameOf(1);

    static Stream<byte[]> segments() throws IOException {
        Subject subject = Subject.newBuilder()
                .setSalt(ByteString.copyFrom(new byte[EventChain.SALT_BYTES]))
                .setCardNumber("4388261")
                .build();
        ChainedEvent first = EventChain.link(
                1,
                EventChain.GENESIS,
                EventFacts.newBuilder()
                        .setOccurredAtMs(1_780_000_000_000L)
                        .setAccessDenied(AccessDenied.newBuilder().setReason(3))
                        .build(),
                subject);
        ChainedEvent second = EventChain.link(
                2,
                EventChain.hash(first),
                EventFacts.newBuilder()
                        .setAlarm(Alarm.newBuilder().setKind("TEST").setDetail("x"))
                        .build(),
                null);
        byte[] one = Segment.encode(first).array();
        byte[] two = Segment.encode(second).array();
        byte[] both = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        byte[] bodies = ByteBuffer.allocate(4 + first.getSerializedSize() + second.getSerializedSize())
                .putShort((short) first.getSerializedSize())
                .put(first.toByteArray())
                .putShort((short) second.getSerializedSize())
                .put(second.toByteArray())
                .array();
        return Stream.of(both, Arrays.copyOf(both, both.length - 5), bodies);
    }

    @MethodSource("segments")
    @FuzzTest
    void fuzz(byte[] input) throws IOException {
        check(input);
        check(checksummed(input));
    }

    private static byte[] checksummed(byte[] input) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(input);
        ByteBuffer segment = ByteBuffer.allocate(8 * input.length + 16);
        while (rest.remaining() > 2) {
            byte[] body = new byte[Math.min(rest.getShort() & 0xffff, rest.remaining())];
            rest.get(body);
            try {
                segment.put(Segment.encode(ChainedEvent.parseFrom(body)));
            } catch (InvalidProtocolBufferException e) {
                break;
            }
        }
        return Arrays.copyOf(segment.array(), segment.position());
    }

    private static void check(byte[] segment) throws IOException {
        MemoryDisk disk = new MemoryDisk();
        disk.put(SEGMENT, segment);
        List<String> lines = new ArrayList<>();
        EventWords words = new EventWords(ZoneOffset.UTC, false);
        new JournalReader(disk).read(event -> lines.add(words.line(event)));
        assertThat(lines).allSatisfy(line -> assertThat(line).isNotBlank());

        try (SegmentedJournal journal = SegmentedJournal.open(disk, SegmentedJournal.Limits.DEFAULT)) {
            long before = journal.last();
            long added =
                    journal.append(EventFacts.newBuilder().setOccurredAtMs(1).build(), Optional.empty());
            journal.force();
            assertThat(added).isEqualTo(before + 1);
            assertThat(journal.read(added, added)).hasSize(1);
        }
        try (SegmentedJournal again = SegmentedJournal.open(disk, SegmentedJournal.Limits.DEFAULT)) {
            assertThat(again.opening().cutBytes()).isZero();
            ChainedEvent last = again.read(again.last(), again.last()).getFirst();
            assertThat(EventFacts.parseFrom(last.getFacts()).getOccurredAtMs()).isEqualTo(1);
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
    }
}
