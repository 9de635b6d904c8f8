package portvakt.sim.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import portvakt.protocol.Topics;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;
import portvakt.protocol.v1.Ack;
import portvakt.protocol.v1.SignedDocument;

/** What {@code asyncapi.yaml} says of each message, to hold messages against. Immutable. */
final class AsyncApiDocument {

    /** How much of a message's time may have passed until it is seen. */
    private static final long ON_ITS_WAY_SECONDS = 600;

    private static final Pattern INSIDE = Pattern.compile("SignedDocument, of type (\\w+), of an? (\\w+)");
    private static final Set<String> NAMES = Set.of("list", "site", "gate");

    private final JsonNode document;
    private final Map<String, Pattern> channels = new TreeMap<>();

    private AsyncApiDocument(JsonNode document) {
        this.document = document;
        document.path("channels")
                .properties()
                .forEach(channel -> channels.put(
                        channel.getKey(),
                        Pattern.compile(
                                channel.getValue().path("address").asText().replaceAll("\\{(\\w+)}", "(?<$1>[^/]+)"))));
    }

    static AsyncApiDocument read() throws IOException {
        try (InputStream in = Topics.class.getResourceAsStream("/portvakt/asyncapi.yaml")) {
            return new AsyncApiDocument(new YAMLMapper().readTree(in));
        }
    }

    Set<String> channels() {
        return new TreeSet<>(channels.keySet());
    }

    /** The one channel whose address a topic has. */
    String channelOf(String topic) {
        List<String> found = channels.entrySet().stream()
                .filter(channel -> channel.getValue().matcher(topic).matches())
                .map(Map.Entry::getKey)
                .toList();
        assertThat(found).as("channels of %s", topic).hasSize(1);
        return found.getFirst();
    }

    /** Whether the broker keeps what comes on a channel. */
    boolean isRetained(String channel) {
        return sender(channel).path("retain").asBoolean();
    }

    /** Fails unless a message is what the document says of its topic. */
    void check(BrokerObserver.Seen seen) {
        String channel = channelOf(seen.topic());
        checkParameters(seen.topic(), channels.get(channel));
        JsonNode mqtt = sender(channel);
        assertThat(seen.qos()).as("QoS of %s", seen).isEqualTo(mqtt.path("qos").asInt());
        // The broker says of what happens now that it is not retained, whatever it keeps.
        boolean retains = isRetained(channel);
        assertThat(retains || !seen.retained()).as("not retained: %s", seen).isTrue();
        assertThat(seen.payload().length)
                .as("size of %s", seen)
                .isLessThan(document.at("/servers/broker/bindings/mqtt/maximumPacketSize")
                        .asInt());
        if (seen.payload().length == 0) {
            // A message that is taken back; only a retained one can be.
            assertThat(retains).as("nothing in %s", seen).isTrue();
            return;
        }
        checkExpiry(seen, mqtt);
        channelMessages(channel).forEach(message -> checkPayload(channel, seen, message));
    }

    private static void checkParameters(String topic, Pattern address) {
        Matcher matcher = address.matcher(topic);
        assertThat(matcher.matches()).isTrue();
        address.namedGroups().keySet().forEach(parameter -> {
            String value = matcher.group(parameter);
            assertThat(NAMES.contains(parameter) ? Topics.isName(value) : value.matches("[0-9]{1,18}"))
                    .as("%s of %s", parameter, topic)
                    .isTrue();
        });
    }

    private JsonNode sender(String channel) {
        return document.path("operations").properties().stream()
                .map(Map.Entry::getValue)
                .filter(operation -> operation.path("action").asText().equals("send"))
                .filter(operation ->
                        operation.path("channel").path("$ref").asText().equals("#/channels/" + channel))
                .findFirst()
                .orElseThrow()
                .path("bindings")
                .path("mqtt");
    }

    private static void checkExpiry(BrokerObserver.Seen seen, JsonNode mqtt) {
        if (mqtt.has("messageExpiryInterval")) {
            long declared = mqtt.path("messageExpiryInterval").asLong();
            assertThat(seen.expirySeconds())
                    .as("expiry of %s", seen)
                    .hasValueSatisfying(seconds -> assertThat(seconds)
                            .as("expiry of %s", seen)
                            .isBetween(declared - ON_ITS_WAY_SECONDS, declared));
        } else {
            assertThat(seen.expirySeconds()).as("expiry of %s", seen).isEmpty();
        }
    }

    private List<JsonNode> channelMessages(String channel) {
        List<JsonNode> messages = document.path("channels").path(channel).path("messages").properties().stream()
                .map(message ->
                        document.at(message.getValue().path("$ref").asText().substring(1)))
                .toList();
        assertThat(messages).as("messages of channel %s", channel).hasSize(1);
        return messages;
    }

    private static void checkPayload(String channel, BrokerObserver.Seen seen, JsonNode message) {
        JsonNode payload = message.path("payload");
        if (!payload.has("schema")) {
            assertThat(seen.payload().length)
                    .as("size of %s", seen)
                    .isBetween(
                            payload.path("minLength").asInt(),
                            payload.path("maxLength").asInt());
            checkBytes(channel, seen);
            return;
        }
        String type = payload.path("schema").path("$ref").asText().replace("portvakt.proto#", "");
        ByteString bytes = ByteString.copyFrom(seen.payload());
        checkMessage(type, bytes, seen);
        Matcher inside = INSIDE.matcher(message.path("description").asText());
        assertThat(inside.matches()).as(channel).isEqualTo(type.equals("SignedDocument"));
        if (inside.matches()) {
            SignedDocument signed = parsed(() -> SignedDocument.parseFrom(bytes));
            assertThat(signed.getType()).as("type of %s", seen).isEqualTo(inside.group(1));
            checkMessage(inside.group(2), signed.getPayload(), seen);
        }
    }

    /** Those that are no Protocol Buffers. Chunks are bytes without a form of their own. */
    private static void checkBytes(String channel, BrokerObserver.Seen seen) {
        switch (channel) {
            case "listHead" ->
                assertThat(Topics.listHead(
                                parsed(() -> ListHead.parse(seen.payload())).list()))
                        .isEqualTo(seen.topic());
            case "checkpointHead" -> {
                ListHead head = parsed(() -> ListHead.parse(seen.payload()));
                assertThat(Topics.checkpointHead(head.list(), head.version())).isEqualTo(seen.topic());
            }
            case "listDelta" -> {
                ListDelta delta = parsed(() -> ListDelta.parse(seen.payload()));
                String list = parsed(() -> ListHead.parse(delta.headBytes())).list();
                assertThat(Topics.delta(list, delta.from())).isEqualTo(seen.topic());
            }
            default ->
                assertThat(seen.payload().length % Integer.BYTES)
                        .as("size of %s", seen)
                        .isZero();
        }
    }

    private static void checkMessage(String type, ByteString bytes, BrokerObserver.Seen seen) {
        Descriptor descriptor = Ack.getDescriptor().getFile().findMessageTypeByName(type);
        assertThat(descriptor).as("message %s", type).isNotNull();
        DynamicMessage parsed = parsed(() -> DynamicMessage.parseFrom(descriptor, bytes));
        assertThat(parsed.getUnknownFields().asMap()).as("unknown in %s", seen).isEmpty();
    }

    @FunctionalInterface
    private interface Parsing<T> {
        T parse() throws MalformedListException, InvalidProtocolBufferException;
    }

    private static <T> T parsed(Parsing<T> parsing) {
        try {
            return parsing.parse();
        } catch (MalformedListException | InvalidProtocolBufferException e) {
            throw new AssertionError("it is not what the document says: " + e.getMessage(), e);
        }
    }
}
