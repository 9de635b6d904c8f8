package portvakt.protocol;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The MQTT 5 topics, one method each. The schema's version is in the path; a name (list, site, gate) is
 * {@code [a-z0-9][a-z0-9-]*}, at most 30 characters, so no name can hold a wildcard or a separator.
 */
public final class Topics {

    public static final String ROOT = "portvakt/v1";

    /** Largest payload on any topic, bytes; chunks of a snapshot keep to it too. */
    public static final int PAYLOAD_BYTES_MAX = 256 * 1024;

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,29}");
    private static final Pattern GATE_TOPIC =
            Pattern.compile(ROOT + "/sites/([^/]+)/gates/([^/]+)/(events|live|status|acks|commands)");
    private static final Pattern HEAD_TOPIC = Pattern.compile(ROOT + "/lists/([^/]+)/head");
    private static final Pattern DELTA_TOPIC = Pattern.compile(ROOT + "/lists/([^/]+)/deltas/([0-9]{1,18})");
    private static final Pattern CHECKPOINT_TOPIC =
            Pattern.compile(ROOT + "/lists/([^/]+)/snapshots/([0-9]{1,18})/head");
    private static final Pattern CHUNK_TOPIC =
            Pattern.compile(ROOT + "/lists/([^/]+)/snapshots/([0-9]{1,18})/(table|keys)/([0-9]{1,6})");

    private Topics() {}

    /** One gate's own topics. */
    public record GateAddress(String site, String gate) {
        public GateAddress {
            name(site);
            name(gate);
        }

        /** Gate to server, QoS 1: {@code EventBatch}. */
        public String events() {
            return prefix() + "events";
        }

        /**
         * Gate to server, QoS 0: {@code EventBatch} of events that have just happened and have to wait for others on
         * {@link #events}, where they come all the same.
         */
        public String live() {
            return prefix() + "live";
        }

        /** Gate to server, QoS 1, retained, also the will: {@code GateStatus}. */
        public String status() {
            return prefix() + "status";
        }

        /** Server to gate, QoS 1, retained: {@code Ack}. */
        public String acks() {
            return prefix() + "acks";
        }

        /** The MQTT client identifier, and the common name of the gate's certificate: brokers here ask for both to be the same. */
        public String clientId() {
            return "gate:" + site + ":" + gate;
        }

        private String prefix() {
            return ROOT + "/sites/" + site + "/gates/" + gate + "/";
        }
    }

    /** What kind of message a gate's own topic carries. */
    public record GateTopic(GateAddress address, String kind) {}

    /** Which part of a snapshot a chunk topic carries. */
    public record ChunkTopic(String list, long version, boolean table, int index) {}

    /** A version of a list that a topic names. */
    public record ListVersion(String list, long version) {}

    /** Server to gates, QoS 1, retained: a signed list head ({@code portvakt.protocol.list.ListHead}). */
    public static String listHead(String list) {
        return ROOT + "/lists/" + name(list) + "/head";
    }

    /**
     * Server to gates, QoS 1, retained: the delta ({@code portvakt.protocol.list.ListDelta}) that leads on from a version. A gate
     * that missed one subscribes to the topic of its own version, and to the next one's, until it is at the head.
     */
    public static String delta(String list, long from) {
        return ROOT + "/lists/" + name(list) + "/deltas/" + from;
    }

    /**
     * A filter for all deltas of a list. A gate subscribes to it without retained messages (MQTT 5 § 3.8.3.1, Retain Handling 2) and
     * has each new one as it is published.
     */
    public static String deltaFilter(String list) {
        return ROOT + "/lists/" + name(list) + "/deltas/+";
    }

    /** Server to gates, QoS 1, retained: the head of a version whose table and keys can be fetched. */
    public static String checkpointHead(String list, long version) {
        return snapshot(list, version) + "/head";
    }

    /** A filter for the head of every version that can be fetched. */
    public static String checkpointHeadFilter(String list) {
        return ROOT + "/lists/" + name(list) + "/snapshots/+/head";
    }

    /** Filter on {@link #checkpointHead}s of every list. */
    public static String everyCheckpointHead() {
        return ROOT + "/lists/+/snapshots/+/head";
    }

    /** Server to gates, QoS 1, retained: {@code TrustFile}. */
    public static String trust() {
        return ROOT + "/trust";
    }

    /** Server to gates, QoS 1, retained: {@code SignedDocument} of a {@code SitePolicy}. */
    public static String policy(String site) {
        return ROOT + "/sites/" + name(site) + "/policy";
    }

    /** Server to gates, QoS 1, retained: part {@code index} of the bucket table of that version's snapshot. */
    public static String tableChunk(String list, long version, int index) {
        return snapshot(list, version) + "/table/" + index;
    }

    /** Server to gates, QoS 1, retained: part {@code index} of the keys of that version's snapshot. */
    public static String keyChunk(String list, long version, int index) {
        return snapshot(list, version) + "/keys/" + index;
    }

    /** A filter for every chunk of one version's snapshot. */
    public static String snapshotFilter(String list, long version) {
        return snapshot(list, version) + "/+/+";
    }

    /** Server to gates, QoS 1, retained: {@code SignedDocument} of an {@code EnrolmentTable}. */
    public static String enrolments(String site) {
        return ROOT + "/sites/" + name(site) + "/enrolments";
    }

    /** Server to gates, QoS 1, expires in seconds: {@code SignedDocument} of {@code PassbackNews}. */
    public static String passback(String site) {
        return ROOT + "/sites/" + name(site) + "/passback";
    }

    /** @param kind "events", "live" or "status" */
    public static String everyGate(String kind) {
        return ROOT + "/sites/+/gates/+/" + kind;
    }

    /** @return the gate and kind that a topic belongs to, or empty if it is no gate's */
    public static Optional<GateTopic> parseGateTopic(String topic) {
        Matcher matcher = GATE_TOPIC.matcher(topic);
        return matcher.matches() && isName(matcher.group(1)) && isName(matcher.group(2))
                ? Optional.of(new GateTopic(new GateAddress(matcher.group(1), matcher.group(2)), matcher.group(3)))
                : Optional.empty();
    }

    /** @return the list whose head a topic carries, or empty */
    public static Optional<String> parseHeadTopic(String topic) {
        Matcher matcher = HEAD_TOPIC.matcher(topic);
        return matcher.matches() && isName(matcher.group(1)) ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** @return the list and the version that the delta on a topic leads on from, or empty */
    public static Optional<ListVersion> parseDeltaTopic(String topic) {
        return listVersion(DELTA_TOPIC.matcher(topic));
    }

    /** @return the list and version whose checkpoint head a topic carries, or empty */
    public static Optional<ListVersion> parseCheckpointTopic(String topic) {
        return listVersion(CHECKPOINT_TOPIC.matcher(topic));
    }

    private static Optional<ListVersion> listVersion(Matcher matcher) {
        return matcher.matches() && isName(matcher.group(1))
                ? Optional.of(new ListVersion(matcher.group(1), Long.parseLong(matcher.group(2))))
                : Optional.empty();
    }

    /** @return the chunk that a topic carries, or empty */
    public static Optional<ChunkTopic> parseChunkTopic(String topic) {
        Matcher matcher = CHUNK_TOPIC.matcher(topic);
        return matcher.matches() && isName(matcher.group(1))
                ? Optional.of(new ChunkTopic(
                        matcher.group(1),
                        Long.parseLong(matcher.group(2)),
                        matcher.group(3).equals("table"),
                        Integer.parseInt(matcher.group(4))))
                : Optional.empty();
    }

    /** Whether a text may be a list's, site's or gate's name. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** @throws IllegalArgumentException unless {@link #isName} */
    public static String name(String text) {
        if (!isName(text)) {
            throw new IllegalArgumentException("\"" + text
                    + "\" is no name: use small letters, digits and hyphens, at most 30, the first no hyphen");
        }
        return text;
    }

    private static String snapshot(String list, long version) {
        return ROOT + "/lists/" + name(list) + "/snapshots/" + version;
    }
}
