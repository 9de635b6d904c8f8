package portvakt.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever text names a card, a chip or a topic: not taken, or taken as something that is written as the same text again. */
class NamesFuzzTest {

    private static final Pattern ANY = Pattern.compile("[0-9]+");
    private static final Topics.GateAddress GATE = new Topics.GateAddress("oslo", "east");

    static Stream<byte[]> texts() {
        return Stream.of(
                        "NO 438 82-61",
                        "04a1b2c3d4e5f6",
                        GATE.events(),
                        Topics.listHead("hms-kort"),
                        Topics.delta("hms-kort", 7),
                        Topics.checkpointHead("site-oslo", 77),
                        Topics.tableChunk("hms-kort", 77, 0),
                        Topics.keyChunk("hms-kort", 77, 12))
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("texts")
    @FuzzTest
    void fuzz(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        CardNumber.parse(text, ANY).ifPresent(card -> {
            assertThat(CardNumber.parse(card.digits(), ANY)).contains(card);
            assertThat(card.toString()).hasSameSizeAs(card.digits());
        });
        try {
            Uid uid = new Uid(text);
            assertThat(Uid.of(uid.bytes())).isEqualTo(uid);
            assertThat(uid.toString()).hasSameSizeAs(uid.hex());
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).contains("a UID has");
        }
        Topics.parseGateTopic(text)
                .ifPresent(topic -> assertThat(
                                Topics.parseGateTopic(topic.address().events()))
                        .contains(new Topics.GateTopic(topic.address(), "events")));
        Topics.parseHeadTopic(text)
                .ifPresent(list -> assertThat(Topics.listHead(list)).isEqualTo(text));
        Topics.parseDeltaTopic(text)
                .ifPresent(delta -> assertThat(Topics.parseDeltaTopic(Topics.delta(delta.list(), delta.version())))
                        .contains(delta));
        Topics.parseCheckpointTopic(text)
                .ifPresent(head -> assertThat(
                                Topics.parseCheckpointTopic(Topics.checkpointHead(head.list(), head.version())))
                        .contains(head));
        Topics.parseChunkTopic(text).ifPresent(chunk -> {
            String again = chunk.table()
                    ? Topics.tableChunk(chunk.list(), chunk.version(), chunk.index())
                    : Topics.keyChunk(chunk.list(), chunk.version(), chunk.index());
            assertThat(Topics.parseChunkTopic(again)).contains(chunk);
        });
    }
}
