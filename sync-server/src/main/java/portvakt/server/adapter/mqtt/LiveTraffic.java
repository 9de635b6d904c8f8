package portvakt.server.adapter.mqtt;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Topics;
import portvakt.protocol.mqtt.BrokerSession;
import portvakt.protocol.v1.EventBatch;
import portvakt.server.port.LiveIngest;

/**
 * The live copies of all gates, message by message, over a session that somebody else keeps. It has no thread: {@link LiveLink} calls it
 * in a running server, a simulation on a thread of its own. What is said while the session is away is lost, and comes in the log.
 */
public final class LiveTraffic implements BrokerSession.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(LiveTraffic.class);
    static final String LIVE = "live";

    private final LiveIngest ingest;
    private final InstantSource clock;
    private final Function<String, CompletableFuture<Void>> subscribe;

    /** @param subscribe asks the session for what comes on topics that match; returns at once */
    public LiveTraffic(LiveIngest ingest, InstantSource clock, Function<String, CompletableFuture<Void>> subscribe) {
        this.ingest = ingest;
        this.clock = clock;
        this.subscribe = subscribe;
    }

    @Override
    public void connected(boolean sessionPresent) {
        subscribe.apply(Topics.everyGate(LIVE)).whenComplete((_, refused) -> {
            if (refused != null) {
                LOG.warn(
                        "what gates send past their backlog is not shown at once, the broker refuses: {}",
                        refused.getMessage());
            }
        });
    }

    @Override
    public void lost(String cause) {
        // The main session tells of the broker.
        LOG.debug("not connected to the broker for live copies: {}", cause);
    }

    @Override
    public void message(String topic, byte[] payload, boolean retained) {
        Optional<Topics.GateTopic> known = Topics.parseGateTopic(topic);
        if (known.isEmpty() || retained) {
            LOG.warn("a live message of {} bytes came on no gate's topic, or long ago", payload.length);
            return;
        }
        Topics.GateAddress gate = known.get().address();
        try {
            ingest.heard(gate, EventBatch.parseFrom(payload), clock.instant());
        } catch (InvalidProtocolBufferException e) {
            LOG.warn("{}/{} sent {} live bytes that are no batch of events", gate.site(), gate.gate(), payload.length);
        }
    }
}
