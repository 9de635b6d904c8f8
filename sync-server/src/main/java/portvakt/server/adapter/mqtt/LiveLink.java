package portvakt.server.adapter.mqtt;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import portvakt.protocol.mqtt.BrokerSession;
import portvakt.server.port.LiveIngest;

/**
 * Hears the live copies of all gates, on a connection of its own: on the other one they would stand behind the very backlog that
 * they are to overtake. What is said while it is away is lost, and comes in the log.
 */
final class LiveLink implements AutoCloseable {

    private final BrokerSession session;

    /** @param like the settings of the link's main session: the same broker, as the same identity */
    LiveLink(BrokerSession.Settings like, LiveIngest ingest, InstantSource clock) {
        this.session = new BrokerSession(
                new BrokerSession.Settings(
                        like.uri(),
                        like.clientId() + ":" + LiveTraffic.LIVE,
                        like.tls(),
                        Optional.empty(),
                        like.keepAlive(),
                        Duration.ZERO,
                        like.inFlightMax()),
                new LiveTraffic(ingest, clock, this::subscribe));
    }

    private CompletableFuture<Void> subscribe(String filter) {
        return session.subscribe(filter);
    }

    void start() {
        session.start();
    }

    @Override
    public void close() {
        session.close();
    }
}
