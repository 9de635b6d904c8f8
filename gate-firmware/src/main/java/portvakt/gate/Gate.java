package portvakt.gate;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.access.AccessPolicy;
import portvakt.gate.adapter.mqtt.MqttUplink;
import portvakt.gate.adapter.mqtt.StatusMessage;
import portvakt.gate.adapter.os.Thermometer;
import portvakt.gate.journal.SealKey;
import portvakt.gate.loop.LoopThread;
import portvakt.gate.loop.Loops;
import portvakt.gate.loop.Signal;
import portvakt.gate.port.CardReader;
import portvakt.gate.port.Clock;
import portvakt.gate.port.Disk;
import portvakt.gate.port.Display;
import portvakt.gate.port.EventJournal;
import portvakt.gate.port.JournalOpening;
import portvakt.gate.port.Supervisor;
import portvakt.gate.port.Turnstile;
import portvakt.gate.status.TrustReplica;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.protocol.mqtt.BrokerSession;

/**
 * One access control unit, put together by hand. What makes the site safe is opened first and closed last: the turnstile, then
 * the journal, then the lists; the network comes at the end, and the gate decides whether it comes or not.
 */
public final class Gate implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
    private static final int BOOT_ID_BYTES = 16;

    /** A list that this gate decides by, and the secret under which card numbers stand in it. */
    public record ListSecret(String list, byte[] secret) {}

    /**
     * What a gate is.
     *
     * @param trust       the root keys, and the trust file to start with
     * @param listKeysMax most keys that it takes in one list
     * @param sealKey     to vouch for the journal with; empty: a gate that does not
     * @param broker      the session to the server's broker; empty: a gate that is never connected
     */
    public record Settings(
            Topics.GateAddress address,
            Direction direction,
            AccessPolicy policy,
            Duration releaseTime,
            Duration turnTime,
            TrustReplica.Start trust,
            List<ListSecret> lists,
            int listKeysMax,
            Optional<SealKey> sealKey,
            Optional<BrokerSession.Settings> broker) {}

    /**
     * The world outside.
     *
     * @param opening         what was done to the journal when it was opened
     * @param display         what tells people more than lamps do; empty: none
     * @param supervisor      starts the gate again when it hangs
     */
    public record Outside(
            Turnstile turnstile,
            List<CardReader> readers,
            EventJournal journal,
            JournalOpening opening,
            Disk disk,
            Clock clock,
            Optional<Display> display,
            Supervisor supervisor) {

        /** Nobody watches. */
        public Outside(
                Turnstile turnstile,
                List<CardReader> readers,
                EventJournal journal,
                JournalOpening opening,
                Disk disk,
                Clock clock,
                Optional<Display> display) {
            this(turnstile, readers, journal, opening, disk, clock, display, Supervisor.NONE);
        }
    }

    private final List<AutoCloseable> closing = new ArrayList<>();
    private volatile Optional<MqttUplink> uplink = Optional.empty();

    private Gate() {}

    /** Version of this program. */
    public static String firmware() {
        return Optional.ofNullable(Gate.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    /** When this program was built; empty where it runs from its sources. */
    public static Optional<Instant> builtAt() {
        try (InputStream file = Gate.class.getResourceAsStream("build.properties")) {
            Properties properties = new Properties();
            properties.load(file);
            return Optional.of(Instant.parse(properties.getProperty("builtAt")));
        } catch (IOException | DateTimeParseException e) {
            LOG.warn("When this program was built is not known: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Starts; returns when cards are read. Owns what it is given from now on: {@link #close} closes readers and turnstile, the
     * journal remains its owner's.
     */
    public static Gate start(Settings settings, Outside outside) throws IOException {
        Gate gate = new Gate();
        try {
            gate.open(settings, outside);
            return gate;
        } catch (IOException | RuntimeException e) {
            gate.close();
            throw e;
        }
    }

    private void open(Settings settings, Outside outside) throws IOException {
        closing.add(outside.turnstile());
        StatusMessage.Run run =
                new StatusMessage.Run(bootId(), outside.clock().now().wall());
        GateParts parts = GateParts.open(settings, outside, run.bootId());
        closing.add(parts);
        Loops loops = parts.loops();
        LoopThread loop = loops.thread();
        settings.broker().ifPresent(broker -> {
            MqttUplink way = new MqttUplink(
                    settings.address(),
                    broker,
                    parts.uplink(new StatusMessage(
                            firmware(),
                            settings.direction(),
                            run,
                            outside.disk(),
                            Thermometer.ofThisMachine()::millicelsius)));
            loops.connect(way);
            closing.add(way);
            uplink = Optional.of(way);
        });
        outside.display().ifPresent(display -> {
            loops.showOn(display);
            closing.add(display);
        });
        loops.watchedBy(outside.supervisor());
        // Each is to be closed before it is started: one that fails half-way has threads and devices too.
        closing.add(loops);
        loops.start(firmware(), outside.opening());
        outside.turnstile().start(signal -> loop.offer(new Signal.FromTurnstile(signal)));
        outside.display().ifPresent(display -> display.start(health -> loop.offer(new Signal.FromDisplay(health))));
        closing.addAll(outside.readers());
        for (CardReader reader : outside.readers()) {
            reader.start(signal -> loop.offer(new Signal.FromReader(signal)));
        }
        outside.supervisor().ready();
        // A handshake is much work for a small board, and whoever stands there is first.
        loops.goOnline();
        closing.add(outside.supervisor()::stopping);
        LOG.info(
                "Gate {} of site {} is up",
                settings.address().gate(),
                settings.address().site());
    }

    private static ByteString bootId() {
        byte[] id = new byte[BOOT_ID_BYTES];
        new SecureRandom().nextBytes(id);
        return ByteString.copyFrom(id);
    }

    /** Whether a connection to the server's broker stands at this moment. Nothing that is decided asks for it. Any thread. */
    public boolean isConnected() {
        return uplink.filter(MqttUplink::isConnected).isPresent();
    }

    /** Stops reading, then deciding, then talking; locks last. */
    @Override
    public void close() {
        for (AutoCloseable each : closing.reversed()) {
            try {
                each.close();
            } catch (Exception e) {
                LOG.error("{} did not close cleanly", each.getClass().getSimpleName(), e);
            }
        }
    }
}
