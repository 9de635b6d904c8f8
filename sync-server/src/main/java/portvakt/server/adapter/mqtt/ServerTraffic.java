package portvakt.server.adapter.mqtt;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Topics;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.mqtt.BrokerSession;
import portvakt.protocol.v1.Ack;
import portvakt.protocol.v1.GateStatus;
import portvakt.server.port.EventIngest;
import portvakt.server.port.GateReports;
import portvakt.server.port.StorageException;

/**
 * What the server hears from its gates and answers them, message by message, over a session that somebody else keeps. It has no thread:
 * {@link BrokerLink} calls it in a running server, a simulation on a thread of its own.
 *
 * <p>The broker has its acknowledgement before the database has the batch. That loses nothing: a gate keeps an event until our
 * own {@code Ack}, which follows the commit.
 */
public final class ServerTraffic implements BrokerSession.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(ServerTraffic.class);

    /** Does work now or later, on whichever thread. */
    public interface Lanes {

        /** Work of one gate, after all earlier work of that gate; what the database refuses may be tried again some times. */
        void run(GateAddress gate, Runnable work, BiConsumer<GateAddress, StorageException> givenUp);

        /** Work of no gate in particular; not tried again. */
        void run(Runnable work);
    }

    /** What it asks of the session; calls return at once. */
    public interface Out {
        CompletableFuture<Void> publishRetained(String topic, byte[] payload);

        CompletableFuture<Void> subscribe(List<String> filters);
    }

    private final EventIngest ingest;
    private final GateReports reports;
    private final InstantSource clock;
    private final Lanes lanes;
    private final Out out;
    private final BrokerLink.Listener listener;
    private final EventArrivals arrivals;
    private final LongAdder failed = new LongAdder();

    /** @param listener hears of the broker, in order; must not block */
    public ServerTraffic(
            EventIngest ingest,
            GateReports reports,
            InstantSource clock,
            Lanes lanes,
            Out out,
            BrokerLink.Listener listener) {
        this.ingest = ingest;
        this.reports = reports;
        this.clock = clock;
        this.lanes = lanes;
        this.out = out;
        this.listener = listener;
        this.arrivals = new EventArrivals(ingest, this::acknowledge);
    }

    /** Messages that the database did not take at any try. */
    long failedCount() {
        return failed.sum();
    }

    @Override
    public void connected(boolean sessionPresent) {
        LOG.info("connected to the broker");
        out.subscribe(List.of(Topics.everyGate("events"), Topics.everyGate("status"), Topics.everyCheckpointHead()))
                .whenComplete((_, refused) -> {
                    if (refused != null) {
                        LOG.error("the broker does not let the server hear its gates: {}", refused.getMessage());
                    }
                });
        lanes.run(() -> ingest.committed().forEach(this::acknowledge));
        listener.connected(sessionPresent);
    }

    /** A gate was let in anew, and counts as further committed than it was told. Any thread. */
    public void letIn(GateAddress gate) {
        lanes.run(() ->
                Optional.ofNullable(ingest.committed().get(gate)).ifPresent(committed -> acknowledge(gate, committed)));
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

    private void acknowledge(GateAddress gate, long committed) {
        Ack ack = Ack.newBuilder().setCommittedSequence(committed).build();
        out.publishRetained(gate.acks(), ack.toByteArray()).whenComplete((_, refused) -> {
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
}
