package portvakt.server.evidence;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.server.log.EventReader;
import portvakt.server.log.EventReading;
import portvakt.server.port.LogEntry;

/**
 * The lines of an exported chain: a header, one line an event, an end line; each a JSON object. Described in
 * {@code sync-server/docs/evidence.md}. What a line shows in the clear is made from the event's bytes and holds nothing besides; it is
 * checked by making it again, so whoever changes what {@link EventReader} makes of an event raises the version here.
 */
public final class ChainFile {

    static final String FORMAT = "portvakt-chain";
    /** 2 shows where a journal goes on after another's. Files of version 1 hold none, and else are the same. */
    static final int VERSION = 2;

    private static final int VERSION_OLDEST = 1;

    /** Doubled names are refused: two readers could take two of them. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ChainFile() {}

    /** A line that is not what it should be. The message is plain English. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * @param from         the first sequence that was asked for
     * @param to           the last one that was there or asked for; {@code from - 1}: none
     * @param certificates of the gate
     */
    public record Header(
            GateAddress gate,
            Direction direction,
            long from,
            long to,
            Instant exportedAt,
            List<X509Certificate> certificates,
            X509Certificate authority) {}

    /** @param shown what the file says in the clear */
    record Line(ChainedEvent event, Instant receivedAt, JsonNode shown) {}

    /** @param lastHash of the last event; empty without one */
    record End(long count, long last, ByteString lastHash) {}

    static String header(Header header) {
        ObjectNode node = MAPPER.createObjectNode()
                .put("format", FORMAT)
                .put("version", VERSION)
                .put("site", header.gate.site())
                .put("gate", header.gate.gate())
                .put("direction", header.direction.name())
                .put("from", header.from)
                .put("to", header.to)
                .put("exportedAt", header.exportedAt.toString());
        ArrayNode certificates = node.putArray("gateCertificates");
        header.certificates.forEach(certificate -> certificates.add(pem(certificate)));
        return node.put("authority", pem(header.authority)).toString();
    }

    static Header header(String line) throws Unreadable {
        try {
            JsonNode node = MAPPER.readTree(line);
            if (!FORMAT.equals(node.path("format").asText())
                    || node.path("version").asInt() < VERSION_OLDEST
                    || node.path("version").asInt() > VERSION) {
                throw new Unreadable(
                        "it is no \"" + FORMAT + "\" of version " + VERSION_OLDEST + " to " + VERSION, null);
            }
            List<X509Certificate> certificates = new ArrayList<>();
            node.path("gateCertificates").forEach(each -> certificates.add(certificate(each)));
            return new Header(
                    new GateAddress(
                            node.path("site").asText(), node.path("gate").asText()),
                    Direction.valueOf(node.path("direction").asText()),
                    node.path("from").asLong(),
                    node.path("to").asLong(),
                    Instant.parse(node.path("exportedAt").asText()),
                    List.copyOf(certificates),
                    certificate(node.path("authority")));
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            throw new Unreadable("its first line is no header of such a file", e);
        }
    }

    static String line(Header header, ChainedEvent event, Instant receivedAt) {
        ObjectNode node = MAPPER.createObjectNode()
                .put("sequence", event.getSequence())
                .put("receivedAt", receivedAt.toString())
                .put("event", Base64.getEncoder().encodeToString(event.toByteArray()));
        node.set("shown", shown(header, event));
        return node.toString();
    }

    static Line line(String text) throws Unreadable {
        try {
            JsonNode node = MAPPER.readTree(text);
            ChainedEvent event = ChainedEvent.parseFrom(
                    Base64.getDecoder().decode(node.path("event").asText()));
            if (node.path("sequence").asLong() != event.getSequence()) {
                throw new Unreadable("its number in the clear is another than the event's", null);
            }
            return new Line(event, Instant.parse(node.path("receivedAt").asText()), node.path("shown"));
        } catch (JsonProcessingException
                | InvalidProtocolBufferException
                | IllegalArgumentException
                | DateTimeException e) {
            throw new Unreadable("its line cannot be read", e);
        }
    }

    static String end(End end) {
        return MAPPER.createObjectNode()
                .put("end", true)
                .put("count", end.count)
                .put("last", end.last)
                .put("lastHash", HexFormat.of().formatHex(end.lastHash.toByteArray()))
                .toString();
    }

    /** Empty for a line that is none. */
    static Optional<End> end(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            return node.path("end").asBoolean()
                    ? Optional.of(new End(
                            node.path("count").asLong(),
                            node.path("last").asLong(),
                            ByteString.copyFrom(HexFormat.of()
                                    .parseHex(node.path("lastHash").asText()))))
                    : Optional.empty();
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether the person that an event was about was taken out of it. */
    static boolean isErased(ChainedEvent event) {
        return !event.getSubjectCommitment().isEmpty() && event.getSubject().isEmpty();
    }

    /** What people read instead of the bytes. */
    static JsonNode shown(Header header, ChainedEvent event) {
        ObjectNode node = MAPPER.createObjectNode();
        // When it came is not the event's to say.
        switch (EventReader.read(header.gate, header.direction, event, Instant.EPOCH)) {
            case EventReading.Illegible(String cause) -> node.put("illegible", cause);
            case EventReading.Legible(LogEntry entry) -> {
                node.put("occurredAt", entry.occurredAt().toString());
                node.put("clockTrust", entry.clockTrust());
                node.put("direction", entry.direction().name());
                node.put("kind", entry.kind());
                put(node, "reason", entry.reason());
                if (!entry.flags().isEmpty()) {
                    ArrayNode flags = node.putArray("flags");
                    entry.flags().forEach(flags::add);
                }
                put(node, "card", entry.cardNumber());
                put(node, "uid", entry.uid());
                put(node, "holder", entry.holderName());
                put(node, "employer", entry.employerName());
                put(node, "assurance", entry.assurance());
                put(node, "reader", entry.reader());
                put(node, "granted", entry.grantedSequence());
                put(node, "list", entry.list());
                put(node, "listVersion", entry.listVersion());
                put(node, "detail", entry.detail());
            }
        }
        if (isErased(event)) {
            node.put("erased", true);
        }
        // As text and back, so that two that say the same are equal whatever their numbers' types are.
        try {
            return MAPPER.readTree(node.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was just written cannot be read", e);
        }
    }

    private static void put(ObjectNode node, String name, Optional<?> value) {
        value.ifPresent(present -> node.set(name, MAPPER.valueToTree(present)));
    }

    private static X509Certificate certificate(JsonNode pem) {
        return GateCertificates.parse(pem.asText().getBytes(StandardCharsets.US_ASCII));
    }

    private static String pem(X509Certificate certificate) {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(GateCertificates.der(certificate))
                + "\n-----END CERTIFICATE-----\n";
    }
}
