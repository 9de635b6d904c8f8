package portvakt.server.port;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.ChainedEvent;

/** The chained events of gates as they came, for those who want to see for themselves. Safe for any thread. */
public interface Evidence {

    /** Most events in one page. */
    int PAGE_MAX = 500;

    /**
     * @param last         highest sequence that is stored, 0: none
     * @param certificates those that the gate was given here, oldest first
     */
    record Source(GateAddress gate, Direction direction, long last, List<X509Certificate> certificates) {}

    /** @param event without its subject where that was erased */
    record Stored(ChainedEvent event, Instant receivedAt) {}

    /** Empty: there is no such gate. */
    Optional<Source> find(GateAddress gate);

    /** The first stored events of {@code [from, to]}, in the order of their sequences; at most {@link #PAGE_MAX}. */
    List<Stored> page(GateAddress gate, long from, long to);
}
