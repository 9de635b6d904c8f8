package portvakt.gate;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
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
import portvakt.gate.adapter.mqtt.SignedTopic;
import portvakt.gate.adapter.mqtt.StatusMessage;
import portvakt.gate.adapter.os.Thermometer;
import portvakt.gate.journal.SealKey;
import portvakt.gate.loop.LoopThread;
import portvakt.gate.loop.Loops;
import portvakt.gate.loop.Signal;
import portvakt.gate.passage.Passage;
import portvakt.gate.port.CardReader;
import portvakt.gate.port.Clock;
import portvakt.gate.port.Disk;
import portvakt.gate.port.Display;
import portvakt.gate.port.EventJournal;
import portvakt.gate.port.Turnstile;
import portvakt.gate.status.EnrolmentReplica;
import portvakt.gate.status.ListRefusedException;
import portvakt.gate.status.ListReplica;
import portvakt.gate.status.PassbackReader;
import portvakt.gate.status.PolicyReplica;
import portvakt.gate.status.TrustReplica;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.protocol.mqtt.BrokerSession;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.ClockTrust;
import portvakt.protocol.v1.EventFacts;

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
     * @param journalCutBytes what was cut off the journal when it was opened
     * @param display         what tells people more than lamps do; empty: none
     */
    public record Outside(
            Turnstile turnstile,
            List<CardReader> readers,
            EventJournal journal,
            long journalCutBytes,
            Disk disk,
            Clock clock,
            Optional<Display> display) {}

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
        setFloor(outside.journal(), outside.clock());
        Loops loops = new Loops(
                settings.policy(),
                new Passage(settings.releaseTime(), settings.turnTime()),
                outside.clock(),
                outside.journal(),
                outside.turnstile(),
                bootId(),
                settings.address().gate(),
                settings.sealKey());
        LoopThread loop = loops.thread();
        TrustReplica trust = openTrust(settings.trust(), outside.disk(), loop);
        List<ListReplica> replicas = new ArrayList<>();
        for (ListSecret list : settings.lists()) {
            ListReplica replica = new ListReplica(
                    list.list(), trust.headsOf(list.list()), list.secret(), settings.listKeysMax(), outside.disk());
            closing.add(replica);
            replicas.add(replica);
            loadList(replica, loop, outside.clock());
        }
        String site = settings.address().site();
        loop.offer(new Signal.PassesChanged(trust.passes(site)));
        EnrolmentReplica enrolments = new EnrolmentReplica(site, trust, outside.disk());
        loadEnrolments(enrolments, loop);
        PolicyReplica policy = new PolicyReplica(site, trust, outside.disk());
        loadPolicy(policy, loop);
        settings.broker().ifPresent(broker -> {
            MqttUplink way = new MqttUplink(
                    settings.address(),
                    broker,
                    new MqttUplink.Parts(
                            outside.journal(),
                            replicas,
                            SignedTopic.all(
                                    site, trust, enrolments, policy, new PassbackReader(site, trust), loop::offer),
                            loop::offer,
                            outside.clock(),
                            new StatusMessage(
                                    firmware(),
                                    settings.direction(),
                                    outside.clock().now().wall(),
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
        // Each is to be closed before it is started: one that fails half-way has threads and devices too.
        closing.add(loops);
        loops.start(firmware(), outside.journalCutBytes());
        outside.turnstile().start(signal -> loop.offer(new Signal.FromTurnstile(signal)));
        outside.display().ifPresent(display -> display.start(health -> loop.offer(new Signal.FromDisplay(health))));
        closing.addAll(outside.readers());
        for (CardReader reader : outside.readers()) {
            reader.start(signal -> loop.offer(new Signal.FromReader(signal)));
        }
        LOG.info(
                "Gate {} of site {} is up",
                settings.address().gate(),
                settings.address().site());
    }

    /** A disk that cannot be read leaves the trust file of the identity: the server sends the newest again. */
    private static TrustReplica openTrust(TrustReplica.Start start, Disk disk, LoopThread loop) throws IOException {
        TrustReplica trust;
        try {
            trust = new TrustReplica(start, disk);
        } catch (ListRefusedException e) {
            throw new IOException("the trust file of this gate's identity does not prove: enrol the gate again", e);
        }
        try {
            trust.load();
        } catch (IOException e) {
            loop.offer(new Signal.Alarmed("TRUST_UNREADABLE", String.valueOf(e.getMessage())));
        }
        return trust;
    }

    private static ByteString bootId() {
        byte[] id = new byte[BOOT_ID_BYTES];
        new SecureRandom().nextBytes(id);
        return ByteString.copyFrom(id);
    }

    private static void setFloor(EventJournal journal, Clock clock) throws IOException {
        List<ChainedEvent> newest = journal.read(journal.last(), journal.last());
        if (!newest.isEmpty()) {
            try {
                EventFacts facts = EventFacts.parseFrom(newest.getFirst().getFacts());
                if (facts.getClockTrust() != ClockTrust.CLOCK_TRUST_UNKNOWN) {
                    clock.atLeast(Instant.ofEpochMilli(facts.getOccurredAtMs()));
                }
            } catch (InvalidProtocolBufferException e) {
                LOG.warn("The newest journalled event tells no time: {}", e.getMessage());
            }
        }
    }

    /** The gate decides without them rather than not at all; the server sends them again. */
    private static void loadEnrolments(EnrolmentReplica enrolments, LoopThread loop) {
        try {
            enrolments.load().ifPresent(known -> loop.offer(new Signal.EnrolmentsChanged(known)));
        } catch (IOException e) {
            loop.offer(new Signal.Alarmed("ENROLMENTS_UNREADABLE", String.valueOf(e.getMessage())));
        }
    }

    /** The gate's own settings hold rather than none; the server sends the policy again. */
    private static void loadPolicy(PolicyReplica policy, LoopThread loop) {
        try {
            policy.load().ifPresent(rules -> loop.offer(new Signal.PolicyChanged(rules)));
        } catch (IOException e) {
            loop.offer(new Signal.Alarmed("POLICY_UNREADABLE", String.valueOf(e.getMessage())));
        }
    }

    private static void loadList(ListReplica replica, LoopThread loop, Clock clock) {
        try {
            replica.load().ifPresent(list -> {
                // The loop says so too, but only when it runs: the first event should be right already.
                clock.signed(list.list(), list.epoch(), list.issuedAt());
                loop.offer(new Signal.ListInstalled(list, true, Optional.empty()));
            });
        } catch (ListRefusedException e) {
            loop.offer(new Signal.ListRefused(replica.list(), e.refusal(), e.getMessage()));
        }
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
