package portvakt.sim.check;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Map;
import java.util.TreeMap;
import portvakt.protocol.v1.Ack;
import portvakt.sim.world.Violation;

/** Hears each commit of the server's database and each acknowledgement: nothing may be acknowledged that is not committed. */
public final class AckAudit {

    private static final String ACKS = "/acks";

    private final Map<String, Long> committed = new TreeMap<>();

    /** @param acks the gate's topic of acknowledgements @param sequence up to which the database has all of its events */
    public void committed(String acks, long sequence) {
        committed.merge(acks, sequence, Math::max);
    }

    /** The server publishes something. @throws Violation if it is an acknowledgement of what no commit has brought */
    public void published(String topic, byte[] payload) {
        if (!topic.endsWith(ACKS)) {
            return;
        }
        try {
            long sequence = Ack.parseFrom(payload).getCommittedSequence();
            long known = committed.getOrDefault(topic, 0L);
            if (sequence > known) {
                throw new Violation(
                        "an acknowledgement before the commit",
                        topic + ": event " + sequence + ", committed are those to " + known);
            }
        } catch (InvalidProtocolBufferException e) {
            throw new Violation("an acknowledgement that says nothing", topic, e);
        }
    }
}
