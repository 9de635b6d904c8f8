package portvakt.sim.fleet;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import portvakt.gate.Gate;
import portvakt.gate.GateIdentity;
import portvakt.gate.adapter.mqtt.MqttUplink;
import portvakt.gate.adapter.mqtt.SignedTopic;
import portvakt.gate.adapter.mqtt.StatusMessage;
import portvakt.gate.adapter.os.SystemClock;
import portvakt.gate.loop.Signal;
import portvakt.gate.port.Uplink;
import portvakt.gate.status.EnrolmentReplica;
import portvakt.gate.status.ListRefusedException;
import portvakt.gate.status.ListReplica;
import portvakt.gate.status.PassbackReader;
import portvakt.gate.status.PolicyReplica;
import portvakt.gate.status.SealedList;
import portvakt.gate.status.TrustReplica;
import portvakt.protocol.Direction;
import portvakt.protocol.ListState;
import portvakt.protocol.Topics;
import portvakt.protocol.mqtt.BrokerSession;

/**
 * What of a gate matters to how a list spreads: the real uplink, trust, replicas and proofs, over a disk in memory. It has no
 * loop, no turnstile and no events; it tells the server by which version it decides, as a gate does.
 */
final class FleetGate implements AutoCloseable {

    private static final int LIST_KEYS_MAX = 2_000_000;
    private static final int IN_FLIGHT_MAX = 8;
    private static final int COMPLAINTS_MAX = 5;
    static final Duration KEEP_ALIVE = Duration.ofSeconds(20);

    /** Hears, on the uplink's threads, that a gate decides by a version from now on. */
    @FunctionalInterface
    interface Listener {
        void decides(int gate, long version, long atNs);
    }

    private record Arrival(long version, long atNs) {}

    private final int number;
    private final Topics.GateAddress address;
    private final Listener listener;
    private final FleetDisk disk = new FleetDisk();
    private final SystemClock clock = new SystemClock(Optional.empty());
    private final List<Arrival> arrivals = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private final ListReplica replica;
    private final MqttUplink uplink;
    private Optional<SealedList> deciding = Optional.empty();

    /** @param number from 0, as the listener is told it */
    FleetGate(int number, Topics.GateAddress address, GateIdentity identity, URI broker, Listener listener)
            throws IOException {
        this.number = number;
        this.address = address;
        this.listener = listener;
        TrustReplica trust;
        try {
            trust = new TrustReplica(identity.trust(), disk);
        } catch (ListRefusedException e) {
            throw new IOException("the trust file of " + address.gate() + " does not prove", e);
        }
        Gate.ListSecret list = identity.lists().getFirst();
        replica = new ListReplica(list.list(), trust.headsOf(list.list()), list.secret(), LIST_KEYS_MAX, disk);
        uplink = new MqttUplink(
                address,
                new BrokerSession.Settings(
                        broker,
                        address.clientId(),
                        identity.tls(),
                        Optional.empty(),
                        KEEP_ALIVE,
                        Duration.ZERO,
                        IN_FLIGHT_MAX),
                new MqttUplink.Parts(
                        new SilentJournal(),
                        List.of(replica),
                        SignedTopic.all(
                                address.site(),
                                trust,
                                new EnrolmentReplica(address.site(), trust, disk),
                                new PolicyReplica(address.site(), trust, disk),
                                new PassbackReader(address.site(), trust),
                                this::take),
                        this::take,
                        clock,
                        new StatusMessage(
                                "fleet",
                                Direction.IN,
                                new StatusMessage.Run(
                                        ByteString.EMPTY, clock.now().wall()),
                                disk,
                                OptionalInt::empty)));
    }

    void start() {
        uplink.start();
    }

    String name() {
        return address.gate();
    }

    private void take(Signal signal) {
        long atNs = System.nanoTime();
        switch (signal) {
            case Signal.ListInstalled installed
            when installed.list() instanceof SealedList list -> {
                clock.signed(list.list(), list.epoch(), list.issuedAt());
                decide(list, atNs);
                listener.decides(number, list.version(), atNs);
                uplink.report(report(list));
            }
            case Signal.ListRefused(String list, var cause, String detail) ->
                complain(list + " refused, " + cause + ": " + detail);
            case Signal.Alarmed(String kind, String detail) -> complain(kind + ": " + detail);
            default -> {}
        }
    }

    private synchronized void decide(SealedList list, long atNs) {
        if (deciding.filter(each -> each.version() >= list.version()).isEmpty()) {
            arrivals.add(new Arrival(list.version(), atNs));
        }
        deciding = Optional.of(list);
    }

    private static Uplink.Report report(SealedList list) {
        return new Uplink.Report(
                List.of(),
                List.of(new Uplink.AppliedList(
                        list.list(),
                        list.epoch(),
                        list.version(),
                        list.issuedAt().toEpochMilli(),
                        Instant.now().toEpochMilli(),
                        ListState.FRESH)),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    private synchronized void complain(String what) {
        if (complaints.size() < COMPLAINTS_MAX) {
            complaints.add(what);
        }
    }

    /** What it refused or alarmed of, the first few: nothing in a run without faults. */
    synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** What it decides by. */
    synchronized Optional<SealedList> deciding() {
        return deciding;
    }

    /** Tells a wave that was begun late what this gate has reached already. */
    synchronized void tell(Wave wave) {
        arrivals.forEach(arrival -> wave.reached(number, arrival.version(), arrival.atNs()));
    }

    /** Payload bytes of all that it was sent. */
    long receivedBytes() {
        return uplink.receivedBytes();
    }

    /** Of how it is, for whoever looks into why it does not go on. */
    String describe() {
        return name() + " is at version "
                + deciding().map(list -> String.valueOf(list.version())).orElse("none") + " " + complaints();
    }

    @Override
    public void close() throws IOException {
        uplink.close();
        replica.close();
    }
}
