package portvakt.gate.check;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** The computer and what hangs on it, as far as checks ask. Calls block for some seconds. */
public interface Machine {

    /** Whether a gate program holds the data folder now. */
    boolean gateRuns();

    /** @param write whether to write a small file and take the time; else nothing is touched */
    Disk disk(boolean write);

    Clock clock();

    Board board();

    /** Goes to the broker, as far as it gets. */
    Reach server();

    /**
     * @param fault why nothing can be written; empty: it can
     * @param type  the file system's type, as the kernel names it: {@code ext4}
     * @param force how long a write took to reach the medium; empty: nothing was written
     */
    record Disk(Optional<String> fault, String type, long freeBytes, Optional<Duration> force) {}

    /**
     * @param right   by the settings the clock is always right, or the system says that it was set
     * @param builtAt when this program was built
     * @param ahead   how far it goes before the server's; empty: not known
     */
    record Clock(Instant now, boolean right, Optional<Instant> builtAt, Optional<Duration> ahead) {}

    /** @param throttled flags of a Raspberry Pi's firmware; empty: this board tells none */
    record Board(Optional<String> model, OptionalInt millicelsius, OptionalInt throttled) {}

    /** One picture of the camera. @param brightness mean, 0 to 255 @param sharpness variance of the Laplacian */
    record Picture(int width, int height, double brightness, double sharpness) {}

    /** How far the way to the broker goes. @param detail for the technician */
    record Reach(Outcome outcome, String detail, Duration took) {

        public enum Outcome {
            /** The settings name no server. */
            NONE,
            CONNECTED,
            NAME_UNKNOWN,
            REFUSED,
            TIMED_OUT,
            UNREACHABLE,
            /** The server's certificate has ended. */
            SERVER_CERTIFICATE_OVER,
            /** The server's certificate begins later: seen so when this clock is behind. */
            SERVER_CERTIFICATE_EARLY,
            /** It is by no authority that this gate knows. */
            SERVER_UNTRUSTED,
            /** It is for another name. */
            SERVER_NAME,
            /** Ours was turned down in the handshake. */
            CERTIFICATE_REFUSED,
            TLS_FAILED,
            /** TLS stands, and the broker does not let this gate in. */
            NOT_ADMITTED,
            /** In, but it may not hear what a gate has to hear. */
            SUBSCRIPTION_REFUSED
        }
    }
}
