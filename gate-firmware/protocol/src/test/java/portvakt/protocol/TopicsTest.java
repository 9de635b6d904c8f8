package portvakt.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Each topic is parsed by its own parser and by no other, and what is nearly a topic is none. */
class TopicsTest {

    private static final String LIST = "hms-kort";
    private static final long MAX = 999_999_999_999_999_999L;

    private static final List<Function<String, Optional<?>>> PARSERS = List.of(
            Topics::parseGateTopic,
            Topics::parseHeadTopic,
            Topics::parseDeltaTopic,
            Topics::parseCheckpointTopic,
            Topics::parseChunkTopic);

    @Test
    void whatIsWrittenIsReadAgain() {
        for (long version : new long[] {0, 1, 77, MAX}) {
            assertThat(Topics.parseDeltaTopic(Topics.delta(LIST, version)))
                    .hasValue(new Topics.ListVersion(LIST, version));
            assertThat(Topics.parseCheckpointTopic(Topics.checkpointHead(LIST, version)))
                    .hasValue(new Topics.ListVersion(LIST, version));
            assertThat(Topics.parseChunkTopic(Topics.tableChunk(LIST, version, 0)))
                    .hasValue(new Topics.ChunkTopic(LIST, version, true, 0));
            assertThat(Topics.parseChunkTopic(Topics.keyChunk(LIST, version, 999_999)))
                    .hasValue(new Topics.ChunkTopic(LIST, version, false, 999_999));
        }
        assertThat(Topics.parseHeadTopic(Topics.listHead(LIST))).hasValue(LIST);
        Topics.GateAddress address = new Topics.GateAddress("bjorvika", "entrance");
        assertThat(Topics.parseGateTopic(address.status())).hasValue(new Topics.GateTopic(address, "status"));
        assertThat(Topics.parseGateTopic(address.events())).hasValue(new Topics.GateTopic(address, "events"));
        assertThat(Topics.parseGateTopic(address.live())).hasValue(new Topics.GateTopic(address, "live"));
        assertThat(Topics.parseGateTopic(address.acks())).hasValue(new Topics.GateTopic(address, "acks"));
    }

    @Test
    void eachTopicHasOneParserAtMost() {
        Topics.GateAddress address = new Topics.GateAddress("bjorvika", "entrance");
        for (String topic : List.of(
                Topics.listHead(LIST),
                Topics.delta(LIST, 5),
                Topics.checkpointHead(LIST, 5),
                Topics.tableChunk(LIST, 5, 0),
                Topics.keyChunk(LIST, 5, 0),
                address.events(),
                address.live(),
                address.status(),
                address.acks())) {
            assertThat(PARSERS.stream().filter(parser -> parser.apply(topic).isPresent()))
                    .as(topic)
                    .hasSize(1);
        }
        for (String topic : List.of(Topics.trust(), Topics.policy("bjorvika"), Topics.enrolments("bjorvika"))) {
            assertThat(PARSERS)
                    .as(topic)
                    .allSatisfy(parser -> assertThat(parser.apply(topic)).isEmpty());
        }
    }

    /** A filter's wildcard, a longer or shorter path, a name or number that is none: nobody's topic. */
    @Test
    void whatIsNearlyATopicIsNone() {
        for (String topic : List.of(
                "",
                "portvakt/v1/lists/hms-kort",
                "portvakt/v2/lists/hms-kort/head",
                "/portvakt/v1/lists/hms-kort/head",
                "portvakt/v1/lists/hms-kort/head/",
                "portvakt/v1/lists//head",
                "portvakt/v1/lists/HMS/head",
                "portvakt/v1/lists/-kort/head",
                "portvakt/v1/lists/" + "a".repeat(31) + "/head",
                "portvakt/v1/lists/+/head",
                "portvakt/v1/lists/hms-kort/head\n",
                "portvakt/v1/lists/hms-kort/deltas/",
                "portvakt/v1/lists/hms-kort/deltas/-1",
                "portvakt/v1/lists/hms-kort/deltas/+",
                "portvakt/v1/lists/hms-kort/deltas/5/6",
                "portvakt/v1/lists/hms-kort/deltas/5x",
                "portvakt/v1/lists/hms-kort/deltas/٥",
                "portvakt/v1/lists/hms-kort/deltas/1000000000000000000",
                "portvakt/v1/lists/HMS/deltas/5",
                "portvakt/v1/lists/hms-kort/snapshots/5",
                "portvakt/v1/lists/hms-kort/snapshots/head",
                "portvakt/v1/lists/hms-kort/snapshots/99999999999999999999/head",
                "portvakt/v1/lists/hms-kort/snapshots/+/head",
                "portvakt/v1/lists/hms-kort/snapshots/5/head/0",
                "portvakt/v1/lists/hms-kort/snapshots/5/table",
                "portvakt/v1/lists/hms-kort/snapshots/5/table/-1",
                "portvakt/v1/lists/hms-kort/snapshots/5/table/1000000",
                "portvakt/v1/lists/hms-kort/snapshots/5/leaves/0",
                "portvakt/v1/lists/hms-kort/snapshots/5/keys/+",
                "portvakt/v1/sites/bjorvika/gates/entrance/other",
                "portvakt/v1/sites/bjorvika/gates/entrance",
                "portvakt/v1/sites/Bjorvika/gates/entrance/status",
                "portvakt/v1/sites/bjorvika/gates/+/status")) {
            assertThat(PARSERS)
                    .as(topic)
                    .allSatisfy(parser -> assertThat(parser.apply(topic)).isEmpty());
        }
    }

    @Test
    void aFilterTakesWhatItIsFor() {
        assertThat(matches(Topics.checkpointHeadFilter(LIST), Topics.checkpointHead(LIST, 7)))
                .isTrue();
        assertThat(matches(Topics.checkpointHeadFilter(LIST), Topics.tableChunk(LIST, 7, 0)))
                .isFalse();
        assertThat(matches(Topics.checkpointHeadFilter(LIST), Topics.checkpointHead("other", 7)))
                .isFalse();
        assertThat(matches(Topics.snapshotFilter(LIST, 7), Topics.tableChunk(LIST, 7, 0)))
                .isTrue();
        assertThat(matches(Topics.snapshotFilter(LIST, 7), Topics.keyChunk(LIST, 7, 12)))
                .isTrue();
        assertThat(matches(Topics.snapshotFilter(LIST, 7), Topics.keyChunk(LIST, 8, 12)))
                .isFalse();
        assertThat(matches(Topics.snapshotFilter(LIST, 7), Topics.checkpointHead(LIST, 7)))
                .isFalse();
        assertThat(matches(Topics.everyGate("status"), new Topics.GateAddress("a", "b").status()))
                .isTrue();
    }

    private static boolean matches(String filter, String topic) {
        return topic.matches(filter.replace("+", "[^/]+"));
    }

    @Test
    void noTopicIsMadeOfANameThatIsNone() {
        for (String name : List.of("", "+", "#", "a/b", "A", "-a", "å", "a".repeat(31), "a ")) {
            for (Function<String, String> topic : List.<Function<String, String>>of(
                    Topics::listHead,
                    list -> Topics.delta(list, 1),
                    list -> Topics.checkpointHead(list, 1),
                    Topics::checkpointHeadFilter,
                    list -> Topics.tableChunk(list, 1, 0),
                    list -> Topics.keyChunk(list, 1, 0),
                    list -> Topics.snapshotFilter(list, 1),
                    Topics::policy,
                    Topics::enrolments,
                    site -> new Topics.GateAddress(site, "gate").status(),
                    gate -> new Topics.GateAddress("site", gate).status())) {
                assertThatThrownBy(() -> topic.apply(name))
                        .as(name)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("is no name");
            }
        }
    }
}
