package portvakt.server.adapter.mqtt;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.mqtt.BrokerSession;
import portvakt.server.port.EventIngest;
import portvakt.server.port.GateReports;
import portvakt.server.port.LiveIngest;
import portvakt.server.port.NewsPublisher;
import portvakt.server.port.RetainedPublisher;

/**
 * The server's own MQTT client: takes what gates say into the database, acknowledges it when it is on the disk, and publishes
 * what gates are to hear ({@link ServerTraffic}). Which gate speaks is told by the topic alone: the broker's rights stand behind that.
 */
public final class BrokerLink implements RetainedPublisher, NewsPublisher, AutoCloseable {

    private final BrokerSession session;
    private final ServerTraffic traffic;
    private final LiveLink live;
    private final GateLanes lanes;
    private volatile Listener listener = _ -> {};

    private BrokerLink(Settings settings) {
        lanes = new GateLanes(settings.retry);
        traffic = new ServerTraffic(
                settings.ingest, settings.reports, settings.clock, lanes, new OverSession(), new Ears());
        session = new BrokerSession(settings.session, traffic);
        live = new LiveLink(settings.session, settings.live, settings.clock);
    }

    private final class OverSession implements ServerTraffic.Out {
        @Override
        public CompletableFuture<Void> publishRetained(String topic, byte[] payload) {
            return BrokerLink.this.publishRetained(topic, payload);
        }

        @Override
        public CompletableFuture<Void> subscribe(List<String> filters) {
            return session.subscribe(filters.toArray(String[]::new));
        }
    }

    private final class Ears implements Listener {
        @Override
        public void connected(boolean sessionKnown) {
            listener.connected(sessionKnown);
        }

        @Override
        public void checkpointThere(String list, long version) {
            listener.checkpointThere(list, version);
        }
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

    /** Tells a gate how far it is committed: it was let in anew, and something may have been counted out for it. Any thread. */
    public void letIn(GateAddress gate) {
        traffic.letIn(gate);
    }

    /** Messages that the database did not take at any try. */
    public long failedCount() {
        return traffic.failedCount();
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
}
