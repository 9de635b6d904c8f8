package portvakt.server.web;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.JournalStart;
import portvakt.server.port.GateRegistry;

/** Remembers which gates were cut off. */
final class FakeGateRegistry implements GateRegistry {

    final List<GateAddress> revoked = new CopyOnWriteArrayList<>();
    final Map<GateAddress, Instant> until =
            new ConcurrentSkipListMap<>(Comparator.comparing(GateAddress::site).thenComparing(GateAddress::gate));

    @Override
    public JournalStart register(
            GateAddress gate, Direction direction, String certificateSerial, byte[] certificate, Instant now) {
        throw new UnsupportedOperationException("no page registers a gate");
    }

    @Override
    public Optional<JournalStart> register(Certified certified, Instant now) {
        throw new UnsupportedOperationException("no page registers a gate");
    }

    @Override
    public JournalStart logEnd(GateAddress gate) {
        return JournalStart.NONE;
    }

    @Override
    public Optional<byte[]> certificate(GateAddress gate) {
        return Optional.empty();
    }

    @Override
    public Optional<Direction> direction(GateAddress gate) {
        return Optional.empty();
    }

    @Override
    public boolean revoke(GateAddress gate, Instant now) {
        return revoked.add(gate);
    }

    @Override
    public Map<GateAddress, Instant> certificatesUntil() {
        return Map.copyOf(until);
    }

    @Override
    public boolean isAdmitted(GateAddress gate, String certificateSerial) {
        return !revoked.contains(gate);
    }

    @Override
    public void onCutOff(Consumer<GateAddress> listener) {
        // Nobody is connected here.
    }
}
