package portvakt.protocol.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Vectors;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.Subject;

/** The chain proves order and content for ever, and still does when a person has been erased from it. */
class EventChainTest {

    private static final List<String[]> PINNED = Vectors.of("event-chain.txt");

    private static ChainedEvent pinned(int at) {
        try {
            return ChainedEvent.parseFrom(Vectors.hex(PINNED.get(at)[1]));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static String hash(ChainedEvent event) {
        return HexFormat.of().formatHex(EventChain.hash(event).toByteArray());
    }

    @Test
    void thePinnedVectors() {
        for (int at = 0; at < PINNED.size(); at++) {
            assertThat(hash(pinned(at))).isEqualTo(PINNED.get(at)[0]);
            assertThat(EventChain.isWellFormed(pinned(at))).isTrue();
        }
        assertThat(pinned(1).getPreviousHash()).isEqualTo(EventChain.hash(pinned(0)));
        assertThat(pinned(0).getPreviousHash()).isEqualTo(EventChain.GENESIS);
    }

    @Test
    void linkingGivesThePinnedEvents() throws InvalidProtocolBufferException {
        ChainedEvent first = EventChain.link(
                1,
                EventChain.GENESIS,
                EventFacts.newBuilder().setOccurredAtMs(1780315200000L).build(),
                null);
        assertThat(first).isEqualTo(pinned(0));
        Subject subject = Subject.newBuilder()
                .setSalt(ByteString.copyFrom(Vectors.hex("000102030405060708090a0b0c0d0e0f")))
                .setCardNumber("4388261")
                .build();
        assertThat(EventChain.link(
                        2,
                        EventChain.hash(first),
                        EventFacts.newBuilder().setOccurredAtMs(1780315201000L).build(),
                        subject))
                .isEqualTo(pinned(1));
    }

    @Test
    void anErasedSubjectLeavesTheHashAndAnExchangedOneIsSeen() {
        ChainedEvent erased = pinned(1).toBuilder().clearSubject().build();
        assertThat(EventChain.isWellFormed(erased)).isTrue();
        assertThat(EventChain.hash(erased)).isEqualTo(EventChain.hash(pinned(1)));
        ChainedEvent exchanged = pinned(1).toBuilder()
                .setSubject(Subject.newBuilder().setCardNumber("1").build().toByteString())
                .build();
        assertThat(EventChain.isWellFormed(exchanged)).isFalse();
    }

    @Test
    void whateverElseChangesChangesTheHash() {
        ChainedEvent event = pinned(1);
        ByteString other = ByteString.copyFrom(new byte[EventChain.HASH_BYTES]);
        for (ChainedEvent changed : List.of(
                event.toBuilder().setSequence(3).build(),
                event.toBuilder().setPreviousHash(other).build(),
                event.toBuilder().setFacts(ByteString.EMPTY).build(),
                event.toBuilder().clearSubject().clearSubjectCommitment().build())) {
            assertThat(EventChain.hash(changed)).isNotEqualTo(EventChain.hash(event));
        }
    }

    @Test
    void oddLengthsAndSequencesAreNotWellFormed() {
        ChainedEvent event = pinned(0);
        assertThat(EventChain.isWellFormed(event.toBuilder().setSequence(0).build()))
                .isFalse();
        assertThat(EventChain.isWellFormed(event.toBuilder().setSequence(-1).build()))
                .isFalse();
        assertThat(EventChain.isWellFormed(
                        event.toBuilder().setPreviousHash(ByteString.EMPTY).build()))
                .isFalse();
        assertThat(EventChain.isWellFormed(event.toBuilder()
                        .setSubjectCommitment(ByteString.copyFrom(new byte[31]))
                        .build()))
                .isFalse();
    }

    @Test
    void aSubjectWithoutSaltIsTheCallersMistake() {
        assertThatThrownBy(() -> EventChain.link(
                        1, EventChain.GENESIS, EventFacts.getDefaultInstance(), Subject.getDefaultInstance()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("salt of 16 bytes");
    }
}
