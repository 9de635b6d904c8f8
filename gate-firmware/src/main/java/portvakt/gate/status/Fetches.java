package portvakt.gate.status;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The retained messages that a sync has asked for and not had yet. Each is a subscription, let go of at the tick after it came;
 * one that does not come is asked for again.
 */
final class Fetches {

    static final Duration ASK_AGAIN = Duration.ofSeconds(10);
    static final int TRIES_MAX = 3;

    private record Asked(long atNs, int tries) {}

    private final Map<String, Asked> asked = new TreeMap<>();
    /** Of those that came: a table's parts prove only together. */
    private final Map<String, Integer> triesOf = new TreeMap<>();

    private final List<String> came = new ArrayList<>();

    void ask(String topic, long nowNs, List<ListEffect> out) {
        if (!asked.containsKey(topic)) {
            came.remove(topic);
            asked.put(topic, new Asked(nowNs, 1));
            out.add(new ListEffect.Subscribe(topic, true));
        }
    }

    boolean isAsked(String topic) {
        return asked.containsKey(topic);
    }

    int open() {
        return asked.size();
    }

    void came(String topic) {
        Asked before = asked.remove(topic);
        triesOf.put(topic, before == null ? 1 : before.tries());
        came.add(topic);
    }

    /** It came and was of no use: a later tick asks again, and counts that as one more try. */
    void askLater(String topic, long nowNs) {
        int tries = triesOf.getOrDefault(topic, 1);
        came.remove(topic);
        asked.put(topic, new Asked(nowNs, tries));
    }

    /** A new connection knows nothing of the subscriptions of the last. */
    void connected(long nowNs, List<ListEffect> out) {
        came.clear();
        asked.replaceAll((_, _) -> new Asked(nowNs, 1));
        asked.keySet().forEach(topic -> out.add(new ListEffect.Subscribe(topic, true)));
    }

    /** @return false if one has been asked for in vain so often that it is not there */
    boolean tick(long nowNs, List<ListEffect> out) {
        came.forEach(topic -> out.add(new ListEffect.Unsubscribe(topic)));
        came.clear();
        for (Map.Entry<String, Asked> each : asked.entrySet()) {
            Asked before = each.getValue();
            if (nowNs - before.atNs() >= ASK_AGAIN.toNanos()) {
                if (before.tries() >= TRIES_MAX) {
                    return false;
                }
                each.setValue(new Asked(nowNs, before.tries() + 1));
                out.add(new ListEffect.Subscribe(each.getKey(), true));
            }
        }
        return true;
    }

    void dropAll(List<ListEffect> out) {
        came.forEach(topic -> out.add(new ListEffect.Unsubscribe(topic)));
        asked.keySet().forEach(topic -> out.add(new ListEffect.Unsubscribe(topic)));
        came.clear();
        asked.clear();
        triesOf.clear();
    }
}
