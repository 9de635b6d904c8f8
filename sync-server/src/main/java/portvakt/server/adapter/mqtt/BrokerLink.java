package portvakt.server.adapter.mqtt;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Topics;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.mqtt.BrokerSession;
import portvakt.protocol.v1.Ack;
import portvakt.protocol.v1.GateStatus;
import portvakt.server.port.EventIngest;
import portvakt.server.port.GateReports;
import portvakt.server.port.LiveIngest;
import portvakt.server.port.NewsPublisher;
import portvakt.server.port.RetainedPublisher;
import portvakt.server.port.StorageException;

/**
 * The server's own MQTT client: takes what gates say into the database, acknowledges it when it is on the disk, and publishes
 * what gates are to hear. Which gate speaks is told by the topic alone: the broker's rights stand behind that.
 *
 * <p>The broker has its acknowledgement before the database has the batch. That loses nothing: a gate keeps an event until our
 * own {@code Ack}, which follows the commit.
 */
public final class BrokerLink implements RetainedPublisher, NewsPublisher, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerLink.class);

    private final EventIngest ingest;
    private final GateReports reports;
    private final InstantSource clock;
    private final BrokerSession session;
    private final LiveLink live;
    private final GateLanes lanes;
    private final EventArrivals arrivals;
    private final LongAdder failed = new LongAdder();
    private volatile Listener listener = _ -> {};

    private BrokerLink(Settings settings) {
        ingest = settings.ingest;
        reports = settings.reports;
        clock = settings.clock;
        lanes = new GateLanes(settings.retry);
        arrivals = new EventArrivals(ingest, this::acknowledge);
        session = new BrokerSession(settings.session, new Ears());
        live = new LiveLink(settings.session, settings.live, clock);
    }

    /**
     * @param session to which broker, as whom; without a will
     * @param retry   what to do when the database does not take something
     */
    public record Settings(
            BrokerSession.Settings session,
            EventIngest ingest,
            LiveIngest live,
            GateReports reports,
            InstantSource clock,
            GateLanes.Retry retry) {}

    /** Makes a link that is not yet started. */
    public static BrokerLink of(Settings settings) {
        return new BrokerLink(settings);
    }

    /** Hears of the broker, in order; must not block. */
    public interface Listener {
        /** There is a new connection. @param sessionKnown whether the broker still had our session */
        void connected(boolean sessionKnown);

        /** A checkpoint's head lies in the broker: said of each soon after a new connection, and when it gets there. */
        default void checkpointThere(String list, long version) {}
    }

    /** Starts connecting; returns at once. */
    public void start(Listener ears) {
        listener = ears;
        session.start();
        live.start();
    }

    public boolean isConnected() {
        return session.isConnected();
    }

    /** Messages that the database did not take at any try. */
    public long failedCount() {
        return failed.sum();
    }

    @Override
    public CompletableFuture<Void> publishRetained(String topic, byte[] payload) {
        return session.publish(topic, payload, true);
    }

    @Override
    public CompletableFuture<Void> publishRetained(String topic, byte[] payload, Duration expiry) {
        return session.publish(topic, payload, true, Optional.of(expiry));
    }

    @Override
    public CompletableFuture<Void> publish(String topic, byte[] payload, Duration expiry) {
        return session.publish(topic, payload, false, Optional.of(expiry));
    }

    /** Stops listening, then finishes what was heard. */
    @Override
    public void close() {
        live.close();
        session.close();
        lanes.close();
    }

    private void acknowledge(GateAddress gate, long committed) {
        Ack ack = Ack.newBuilder().setCommittedSequence(committed).build();
        publishRetained(gate.acks(), ack.toByteArray()).whenComplete((_, refused) -> {
            if (refused != null) {
                // Said again at the next batch, or the next connection.
                LOG.debug("ack to {}/{} not sent: {}", gate.site(), gate.gate(), refused.getMessage());
            }
        });
    }

    private void status(GateAddress gate, byte[] payload, boolean retained, Instant receivedAt) {
        // A gate's death says "not online" and nothing else, which in proto3 is no bytes at all: an empty one is no
        // void one.
        GateStatus status;
        try {
            status = GateStatus.parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            LOG.warn("{}/{} sent {} bytes that are no status", gate.site(), gate.gate(), payload.length);
            return;
        }
        Instant reported = Instant.ofEpochMilli(Math.max(0, status.getReportedAtMs()));
        // A retained one was said at some earlier time; the gate's clock is the only one that knows when.
        reports.report(gate, status, retained && reported.isBefore(receivedAt) ? reported : receivedAt);
    }

    private final class Ears implements BrokerSession.Listener {

        @Override
        public void connected(boolean sessionPresent) {
            LOG.info("connected to the broker");
            session.subscribe(Topics.everyGate("events"), Topics.everyGate("status"), Topics.everyCheckpointHead())
                    .whenComplete((_, refused) -> {
                        if (refused != null) {
                            LOG.error("the broker does not let the server hear its gates: {}", refused.getMessage());
                        }
                    });
            lanes.run(() -> ingest.committed().forEach(BrokerLink.this::acknowledge));
            listener.connected(sessionPresent);
        }

        @Override
        public void lost(String cause) {
            LOG.warn("not connected to the broker: {}", cause);
        }

        @Override
        public void message(String topic, byte[] payload, boolean retained) {
            Optional<Topics.ListVersion> checkpoint = Topics.parseCheckpointTopic(topic);
            if (checkpoint.isPresent()) {
                // Empty: taken back.
                if (payload.length > 0) {
                    listener.checkpointThere(
                            checkpoint.get().list(), checkpoint.get().version());
                }
                return;
            }
            Instant receivedAt = clock.instant();
            Optional<Topics.GateTopic> known = Topics.parseGateTopic(topic);
            if (known.isEmpty()) {
                LOG.warn("a message of {} bytes came on no gate's topic", payload.length);
                return;
            }
            GateAddress gate = known.get().address();
            if (known.get().kind().equals("events")) {
                arrivals.heard(gate, payload, receivedAt);
                lanes.run(gate, () -> arrivals.ingest(gate), this::eventsGiven);
            } else {
                lanes.run(gate, () -> status(gate, payload, retained, receivedAt), this::given);
            }
        }

        private void eventsGiven(GateAddress gate, StorageException cause) {
            arrivals.givenUp(gate);
            given(gate, cause);
        }

        private void given(GateAddress gate, StorageException cause) {
            failed.increment();
            LOG.error("{}/{}: not taken, the gate will send it again: {}", gate.site(), gate.gate(), cause.toString());
        }
    }
}
