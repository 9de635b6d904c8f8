package portvakt.protocol.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.protocol.Topics;
import portvakt.protocol.Vectors;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.JournalSealed;
import portvakt.protocol.v1.Subject;

/**
 * Whatever comes as a chained event: its hash does not depend on how it was encoded or whether the person was erased from it, what is
 * linked anew is well-formed, and nothing but a signature proves a seal.
 */
class EventChainFuzzTest {

    private static final PublicKey GATE = gateKey();
    private static final Topics.GateAddress ADDRESS = new Topics.GateAddress("bjorvika", "entrance");

    private static PublicKey gateKey() {
        try {
            byte[] encoded = Vectors.hex(Vectors.of("journal-seal.txt").getFirst()[0]);
            return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static Stream<byte[]> events() {
        byte[] signature = Vectors.hex(Vectors.of("journal-seal.txt").getFirst()[7]);
        ChainedEvent seal = EventChain.link(
                7,
                EventChain.GENESIS,
                EventFacts.newBuilder()
                        .setOccurredAtMs(1000)
                        .setJournalSealed(JournalSealed.newBuilder()
                                .setSignature(com.google.protobuf.ByteString.copyFrom(signature)))
                        .build(),
                null);
        return Stream.concat(
                Vectors.of("event-chain.txt").stream().map(vector -> Vectors.hex(vector[1])),
                Stream.of(seal.toByteArray()));
    }

    @MethodSource("events")
    @FuzzTest
    void fuzz(byte[] bytes) {
        ChainedEvent event;
        EventFacts facts;
        Subject subject;
        try {
            event = ChainedEvent.parseFrom(bytes);
            facts = EventFacts.parseFrom(event.getFacts());
            subject = Subject.parseFrom(event.getSubject());
        } catch (InvalidProtocolBufferException e) {
            return;
        }
        assertThat(EventChain.hash(event).size()).isEqualTo(EventChain.HASH_BYTES);
        if (EventChain.isWellFormed(event)) {
            ChainedEvent erased = event.toBuilder().clearSubject().build();
            assertThat(EventChain.isWellFormed(erased)).isTrue();
            assertThat(EventChain.hash(erased)).isEqualTo(EventChain.hash(event));
            JournalSeal.proves(
                    GATE,
                    facts.getJournalSealed().getSignature(),
                    ADDRESS,
                    event.getSequence(),
                    event.getPreviousHash(),
                    facts.getOccurredAtMs());
        }
        if (event.getSequence() > 0 && event.getPreviousHash().size() == EventChain.HASH_BYTES) {
            boolean about = subject.getSalt().size() == EventChain.SALT_BYTES;
            ChainedEvent linked =
                    EventChain.link(event.getSequence(), event.getPreviousHash(), facts, about ? subject : null);
            assertThat(EventChain.isWellFormed(linked)).isTrue();
        }
    }
}
