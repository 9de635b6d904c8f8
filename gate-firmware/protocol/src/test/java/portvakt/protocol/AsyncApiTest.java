package portvakt.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.protobuf.Descriptors;
import com.google.protobuf.DynamicMessage;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.v1.Ack;

/** The AsyncAPI document declares each topic that {@link Topics} makes, and no other, and what it says of them holds together. */
class AsyncApiTest {

    /** Of {@link Topics}, and of a gate's address: they make text that is no topic. */
    private static final Set<String> NO_TOPICS = Set.of("name", "clientId", "site", "gate", "toString");

    private static final JsonNode DOCUMENT = read();

    private static JsonNode read() {
        try (InputStream in = Topics.class.getResourceAsStream("/portvakt/asyncapi.yaml")) {
            return new YAMLMapper().readTree(in);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** By name: its address, with a word in place of each parameter. */
    private static Map<String, String> patterns() {
        Map<String, String> patterns = new TreeMap<>();
        DOCUMENT.path("channels")
                .properties()
                .forEach(channel -> patterns.put(
                        channel.getKey(),
                        channel.getValue().path("address").asText().replaceAll("\\{\\w+}", "[^/+#]+")));
        return patterns;
    }

    /** What every method of {@link Topics} yields: topics and filters. */
    private static Map<String, String> topics() throws ReflectiveOperationException {
        Map<String, String> topics = new TreeMap<>();
        Topics.GateAddress gate = new Topics.GateAddress("bjorvika", "entrance");
        for (Method method : Stream.concat(
                        Stream.of(Topics.class.getDeclaredMethods()),
                        Stream.of(Topics.GateAddress.class.getDeclaredMethods()))
                .toList()) {
            if (!Modifier.isPublic(method.getModifiers())
                    || method.getReturnType() != String.class
                    || NO_TOPICS.contains(method.getName())) {
                continue;
            }
            Object[] arguments = Stream.of(method.getParameterTypes())
                    .map(type -> type == String.class ? "status" : type == long.class ? (Object) 77L : (Object) 3)
                    .toArray();
            topics.put(method.getName(), (String) method.invoke(gate, arguments));
        }
        return topics;
    }

    @Test
    void eachTopicIsDeclaredOnceAndEachDeclaredOneIsMade() throws ReflectiveOperationException {
        Set<String> made = new TreeSet<>();
        topics().forEach((method, topic) -> {
            List<String> channels = patterns().entrySet().stream()
                    .filter(channel ->
                            topic.contains("+") ? covers(topic, channel.getKey()) : topic.matches(channel.getValue()))
                    .map(Map.Entry::getKey)
                    .toList();
            if (topic.contains("+")) {
                assertThat(channels).as("filter of Topics.%s", method).isNotEmpty();
            } else {
                assertThat(channels).as("topic of Topics.%s: %s", method, topic).hasSize(1);
                made.addAll(channels);
            }
        });
        assertThat(made).isEqualTo(patterns().keySet());
        assertThat(made).hasSizeGreaterThanOrEqualTo(11);
    }

    private static boolean covers(String filter, String channel) {
        String topic = DOCUMENT.path("channels")
                .path(channel)
                .path("address")
                .asText()
                .replace("{list}", "status")
                .replace("{version}", "77")
                .replaceAll("\\{\\w+}", "x");
        return topic.matches(filter.replace("+", "[^/]+"));
    }

    @Test
    void eachParameterIsOneOfTheComponents() {
        DOCUMENT.path("channels").properties().forEach(channel -> {
            Set<String> inAddress = new TreeSet<>();
            java.util.regex.Pattern.compile("\\{(\\w+)}")
                    .matcher(channel.getValue().path("address").asText())
                    .results()
                    .forEach(found -> inAddress.add(found.group(1)));
            Set<String> declared = new TreeSet<>();
            channel.getValue().path("parameters").properties().forEach(parameter -> {
                declared.add(parameter.getKey());
                assertThat(resolve(parameter.getValue()).path("description").asText())
                        .isNotBlank();
            });
            assertThat(declared).as(channel.getKey()).isEqualTo(inAddress);
        });
    }

    /** One side sends and the other receives, at QoS 1 but where a loss costs nothing, and whoever sends says whether it is retained. */
    @Test
    void eachChannelHasASenderAndAReceiver() {
        Map<String, Set<String>> actions = new TreeMap<>();
        DOCUMENT.path("operations").properties().forEach(operation -> {
            JsonNode mqtt = operation.getValue().path("bindings").path("mqtt");
            String action = operation.getValue().path("action").asText();
            boolean mayBeLost = operation.getKey().endsWith("GateLive");
            assertThat(mqtt.path("qos").asInt(-1)).as(operation.getKey()).isEqualTo(mayBeLost ? 0 : 1);
            assertThat(mqtt.path("retain").isBoolean()).as(operation.getKey()).isEqualTo(action.equals("send"));
            assertThat(resolve(operation.getValue().path("channel")).isObject())
                    .as(operation.getKey())
                    .isTrue();
            String channel = operation.getValue().path("channel").path("$ref").asText();
            actions.computeIfAbsent(channel.substring("#/channels/".length()), _ -> new TreeSet<>())
                    .add(operation.getValue().path("tags").path(0).path("name").asText() + " " + action);
        });
        assertThat(actions.keySet()).isEqualTo(patterns().keySet());
        actions.forEach((channel, sides) -> assertThat(sides)
                .as(channel)
                .isIn(Set.of("server send", "gate receive"), Set.of("gate send", "server receive")));
    }

    /** A reference that leads nowhere would be found by nobody else. */
    @Test
    void eachReferenceLeadsSomewhere() {
        DOCUMENT.findParents("$ref").forEach(parent -> {
            String ref = parent.path("$ref").asText();
            if (ref.startsWith("portvakt.proto#")) {
                assertThat(message(ref)).as(ref).isNotNull();
            } else {
                assertThat(resolve(parent).isMissingNode()).as(ref).isFalse();
            }
        });
    }

    @Test
    void eachExampleIsWhatItSays() throws Exception {
        for (Map.Entry<String, JsonNode> message :
                DOCUMENT.path("components").path("messages").properties()) {
            JsonNode payload = message.getValue().path("payload");
            byte[] example = HexFormat.of()
                    .parseHex(message.getValue()
                            .path("examples")
                            .path(0)
                            .path("payload")
                            .asText()
                            .replace(" ", ""));
            assertThat(example).as(message.getKey()).isNotEmpty();
            if (payload.has("schema")) {
                Descriptors.Descriptor type =
                        message(payload.path("schema").path("$ref").asText());
                DynamicMessage parsed = DynamicMessage.parseFrom(type, example);
                assertThat(parsed.getUnknownFields().asMap())
                        .as(message.getKey())
                        .isEmpty();
                assertThat(parsed.getAllFields()).as(message.getKey()).isNotEmpty();
            } else {
                assertThat(example.length)
                        .as(message.getKey())
                        .isBetween(
                                payload.path("minLength").asInt(),
                                payload.path("maxLength").asInt());
            }
            switch (message.getKey()) {
                case "listHead", "checkpointHead" ->
                    assertThat(ListHead.parse(example).list()).isEqualTo("hms-kort");
                case "listDelta" -> assertThat(ListDelta.parse(example).from()).isEqualTo(76);
                default -> {}
            }
        }
    }

    private static Descriptors.Descriptor message(String ref) {
        return Ack.getDescriptor().getFile().findMessageTypeByName(ref.substring("portvakt.proto#".length()));
    }

    private static JsonNode resolve(JsonNode reference) {
        return DOCUMENT.at(reference.path("$ref").asText().substring(1));
    }
}
