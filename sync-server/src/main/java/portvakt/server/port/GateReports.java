package portvakt.server.port;

import java.time.Instant;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.GateStatus;

/** Takes what gates say of themselves. Safe for any thread; blocks for a commit. */
public interface GateReports {

    /**
     * Records a status. The will, {@code online = false} alone, takes the gate offline and leaves what it said before.
     *
     * @throws StorageException if it was not recorded
     */
    void report(GateAddress gate, GateStatus status, Instant receivedAt);
}
