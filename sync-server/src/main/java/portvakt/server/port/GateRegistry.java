package portvakt.server.port;

import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;

/** Which gates may talk to this server. Safe for any thread. */
public interface GateRegistry {

    /**
     * Lets a gate in, with its newest certificate only: an older one of the same gate is refused from now on.
     *
     * @param certificateSerial hexadecimal
     * @param certificate       DER; kept for ever, since the gate's seals prove by it
     */
    void register(GateAddress gate, Direction direction, String certificateSerial, byte[] certificate, Instant now);

    /**
     * Cuts a gate off, and its live connection with it.
     *
     * @return false if there is no such gate, or it was cut off before
     */
    boolean revoke(GateAddress gate, Instant now);

    /** Until when the newest certificate of each gate is valid; of those that have one from here, and are not cut off. */
    Map<GateAddress, Instant> certificatesUntil();

    /** Whether a gate with this certificate may talk to the server now. */
    boolean isAdmitted(GateAddress gate, String certificateSerial);

    /** Calls back, on the revoking thread, for each gate that {@link #revoke} cuts off or {@link #register} gives a new certificate. */
    void onCutOff(Consumer<GateAddress> listener);
}
