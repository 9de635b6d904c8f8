package portvakt.server.port;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.JournalStart;

/** Which gates may talk to this server. Safe for any thread. */
public interface GateRegistry {

    /**
     * Lets a gate in, with its newest certificate only: an older one of the same gate is refused from now on. Its newest event here is the
     * end of its log from now on, and an alarm says what never came before it.
     *
     * @param certificateSerial hexadecimal
     * @param certificate       DER; kept for ever, since the gate's seals prove by it
     * @return that event: the gate's journal has to go on after it
     */
    JournalStart register(
            GateAddress gate, Direction direction, String certificateSerial, byte[] certificate, Instant now);

    /**
     * A certificate for a key that a gate made itself.
     *
     * @param code      the one-time code that is spent by it; empty: the gate was in before
     * @param publicKey SHA-256, hexadecimal
     * @param serial    hexadecimal
     * @param der       the certificate
     */
    record Certified(
            GateAddress gate, Direction direction, Optional<Long> code, String publicKey, String serial, byte[] der) {}

    /**
     * Spends the code and lets the gate in, both or neither; with a code, its log ends as above. Without one nothing moves.
     *
     * @return that event, or where the log ends without a code; empty if the code was not open: nothing has changed then
     */
    Optional<JournalStart> register(Certified certified, Instant now);

    /** The newest event of a gate up to which all are here, or counted out when it was let in. Changes nothing. */
    JournalStart logEnd(GateAddress gate);

    /** The certificate by which a gate may talk to this server now, DER; empty: none, or one from elsewhere. */
    Optional<byte[]> certificate(GateAddress gate);

    /** Which way a gate leads; empty: there is no such gate, or it was cut off. */
    Optional<Direction> direction(GateAddress gate);

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
