package portvakt.gate;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.adapter.mqtt.MqttUplink;
import portvakt.gate.adapter.mqtt.SignedTopic;
import portvakt.gate.adapter.mqtt.StatusMessage;
import portvakt.gate.loop.LoopThread;
import portvakt.gate.loop.Loops;
import portvakt.gate.loop.Signal;
import portvakt.gate.passage.Passage;
import portvakt.gate.port.Clock;
import portvakt.gate.port.Disk;
import portvakt.gate.port.EventJournal;
import portvakt.gate.status.EnrolmentReplica;
import portvakt.gate.status.ListRefusedException;
import portvakt.gate.status.ListReplica;
import portvakt.gate.status.PassbackReader;
import portvakt.gate.status.PolicyReplica;
import portvakt.gate.status.TrustReplica;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.ClockTrust;
import portvakt.protocol.v1.EventFacts;

/**
 * What a gate decides with, put together by hand and loaded from its disk, and not yet started: neither threads nor devices nor network.
 * {@link Gate} starts it; a simulation steps it.
 */
public final class GateParts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GateParts.class);

    private final Gate.Settings settings;
    private final Gate.Outside outside;
    private final Loops loops;
    private final TrustReplica trust;
    private final List<ListReplica> replicas = new ArrayList<>();
    private final EnrolmentReplica enrolments;
    private final PolicyReplica policy;

    private GateParts(Gate.Settings settings, Gate.Outside outside, ByteString bootId) throws IOException {
        this.settings = settings;
        this.outside = outside;
        setFloor(outside.journal(), outside.clock());
        this.loops = new Loops(
                settings.policy(),
                new Passage(settings.releaseTime(), settings.turnTime()),
                outside.clock(),
                outside.journal(),
                outside.turnstile(),
                bootId,
                settings.address().gate(),
                settings.sealKey());
        String site = settings.address().site();
        this.trust = openTrust(settings.trust(), outside.disk(), loops.thread());
        this.enrolments = new EnrolmentReplica(site, trust, outside.disk());
        this.policy = new PolicyReplica(site, trust, outside.disk());
    }

    /**
     * Puts a gate together and loads what is on its disk: lists, enrolments, policy.
     *
     * @param bootId of this run, random
     * @throws IOException if journal or identity cannot be used
     */
    public static GateParts open(Gate.Settings settings, Gate.Outside outside, ByteString bootId) throws IOException {
        GateParts parts = new GateParts(settings, outside, bootId);
        try {
            parts.load();
            return parts;
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private void load() {
        LoopThread loop = loops.thread();
        for (Gate.ListSecret list : settings.lists()) {
            ListReplica replica = new ListReplica(
                    list.list(), trust.headsOf(list.list()), list.secret(), settings.listKeysMax(), outside.disk());
            replicas.add(replica);
            loadList(replica, loop, outside.clock());
        }
        loop.offer(new Signal.PassesChanged(trust.passes(settings.address().site())));
        loadEnrolments(enrolments, loop);
        loadPolicy(policy, loop);
    }

    public Loops loops() {
        return loops;
    }

    /** What a way to the server works on. */
    public MqttUplink.Parts uplink(StatusMessage status) {
        String site = settings.address().site();
        LoopThread loop = loops.thread();
        return new MqttUplink.Parts(
                outside.journal(),
                replicas,
                SignedTopic.all(site, trust, enrolments, policy, new PassbackReader(site, trust), loop::offer),
                loop::offer,
                outside.clock(),
                status);
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

    /** Lets go of the lists' files; the loops are closed by whoever started them. */
    @Override
    public void close() {
        for (ListReplica replica : replicas) {
            try {
                replica.close();
            } catch (IOException e) {
                LOG.error("List {} did not close cleanly", replica.list(), e);
            }
        }
    }
}
