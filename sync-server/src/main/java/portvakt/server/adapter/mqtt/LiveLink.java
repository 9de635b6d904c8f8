package portvakt.server.adapter.mqtt;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Topics;
import portvakt.protocol.mqtt.BrokerSession;
import portvakt.protocol.v1.EventBatch;
import portvakt.server.port.LiveIngest;

/**
 * Hears the live copies of all gates, on a connection of its own: on the other one they would stand behind the very backlog that
 * they are to overtake. What is said while it is away is lost, and comes in the log.
 */
final class LiveLink implements BrokerSession.Listener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveLink.class);
    private static final String LIVE = "live";

    private final LiveIngest ingest;
    private final InstantSource clock;
    private final BrokerSession session;

    /** @param like the settings of the link's main session: the same broker, as the same identity */
    LiveLink(BrokerSession.Settings like, LiveIngest ingest, InstantSource clock) {
        this.ingest = ingest;
        this.clock = clock;
        this.session = new BrokerSession(
                new BrokerSession.Settings(
                        like.uri(),
                        like.clientId() + ":" + LIVE,
                        like.tls(),
                        Optional.empty(),
                        like.keepAlive(),
                        Duration.ZERO,
                        like.inFlightMax()),
                this);
    }

    void start() {
        session.start();
    }

    @Override
    public void connected(boolean sessionPresent) {
        session.subscribe(Topics.everyGate(LIVE)).whenComplete((_, refused) -> {
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

    @Override
    public void close() {
        session.close();
    }
}
