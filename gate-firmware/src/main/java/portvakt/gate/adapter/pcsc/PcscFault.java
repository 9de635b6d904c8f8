package portvakt.gate.adapter.pcsc;

import java.util.Set;

/**
 * What a PC/SC call's failure means. The JDK tells the status only by the message of an exception whose type is not public: the
 * name that {@code winscard.h} gives it. Pure.
 */
final class PcscFault {

    /** Names of statuses that blame the card; so do all that begin with {@code SCARD_W_}, but one. */
    private static final Set<String> CARD_FAULTS = Set.of( // looked up, never walked
            "SCARD_E_NO_SMARTCARD",
            "SCARD_E_NOT_TRANSACTED",
            "SCARD_E_PROTO_MISMATCH",
            "SCARD_E_INVALID_ATR",
            "SCARD_E_UNKNOWN_CARD",
            "SCARD_E_CARD_UNSUPPORTED");

    private static final Set<String> DEAD_CONTEXT = Set.of( // looked up, never walked
            "SCARD_E_NO_SERVICE", "SCARD_E_SERVICE_STOPPED", "SCARD_E_INVALID_HANDLE");

    private static final String NO_READERS = "SCARD_E_NO_READERS_AVAILABLE";

    /** What the JDK calls 0x8010006A, which for pcsc-lite is SCARD_W_SECURITY_VIOLATION. */
    private static final String REFUSED = "SCARD_W_INSERTED_CARD";

    private PcscFault() {}

    /** The status's name, or the deepest cause's message if no status is there. */
    static String status(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !namesStatus(cause)) {
            cause = cause.getCause();
        }
        return namesStatus(cause) ? cause.getMessage() : cause.toString();
    }

    private static boolean namesStatus(Throwable failure) {
        return failure.getMessage() != null && failure.getMessage().startsWith("SCARD_");
    }

    /** Whether the card, and not the reader or the daemon, is to blame. */
    static boolean blamesCard(String status) {
        return CARD_FAULTS.contains(status) || (status.startsWith("SCARD_W_") && !status.equals(REFUSED));
    }

    /** Whether this process's connection to the daemon is dead for good. */
    static boolean meansDeadContext(String status) {
        return DEAD_CONTEXT.contains(status);
    }

    static boolean meansNoReaders(String status) {
        return NO_READERS.equals(status);
    }

    /** Plain English for the service technician. */
    static String detail(String status) {
        return switch (status) {
            case "SCARD_E_NO_SERVICE", "SCARD_E_SERVICE_STOPPED", "SCARD_E_INVALID_HANDLE", "SCARD_F_COMM_ERROR" ->
                "The PC/SC daemon does not answer (" + status + "). Check: systemctl status pcscd";
            case "SCARD_E_UNKNOWN_READER", "SCARD_E_READER_UNAVAILABLE" ->
                "The reader is gone (" + status + "). Check its plug and cable.";
            // The client library says the same of a daemon that ends while it is being asked.
            case REFUSED ->
                "The PC/SC daemon refuses this user, or has just ended. If it stays so, check systemctl status pcscd and the "
                        + "polkit rule for org.debian.pcsc-lite.access_pcsc and access_card.";
            case "SCARD_E_SHARING_VIOLATION" ->
                "Another program holds the reader for itself (" + status + "). Stop it.";
            default -> "PC/SC failed: " + status;
        };
    }
}
