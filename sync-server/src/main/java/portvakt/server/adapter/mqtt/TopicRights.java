package portvakt.server.adapter.mqtt;

import java.util.List;
import portvakt.protocol.Topics;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.adapter.pki.Identity;

/**
 * Who may do what on which topic. A gate publishes on its own {@code events}, {@code live} and {@code status}, and reads its own {@code acks}
 * and {@code commands}, all lists, the trust file, and what its site is told. The server may do everything. There is nobody else.
 */
final class TopicRights {

    private static final String LISTS = Topics.ROOT + "/lists/";
    private static final List<String> FROM_GATE = List.of("events", "live", "status");
    private static final List<String> TO_GATE = List.of("acks", "commands");
    private static final List<String> TO_SITE = List.of("enrolments", "policy", "passback");

    private TopicRights() {}

    static boolean mayPublish(Identity identity, String topic) {
        return switch (identity) {
            case Identity.Server() -> true;
            case Identity.Gate(GateAddress gate) -> isOneOf(gatePrefix(gate), FROM_GATE, topic);
        };
    }

    /** @param filter may hold wildcards; it must not match any topic that the identity may not read */
    static boolean maySubscribe(Identity identity, String filter) {
        return switch (identity) {
            case Identity.Server() -> true;
            case Identity.Gate(GateAddress gate) ->
                filter.startsWith(LISTS)
                        || filter.equals(Topics.trust())
                        || isOneOf(gatePrefix(gate), TO_GATE, filter)
                        || isOneOf(sitePrefix(gate), TO_SITE, filter);
        };
    }

    private static boolean isOneOf(String prefix, List<String> names, String topic) {
        return topic.startsWith(prefix) && names.contains(topic.substring(prefix.length()));
    }

    private static String sitePrefix(GateAddress gate) {
        return Topics.ROOT + "/sites/" + gate.site() + "/";
    }

    private static String gatePrefix(GateAddress gate) {
        return sitePrefix(gate) + "gates/" + gate.gate() + "/";
    }
}
