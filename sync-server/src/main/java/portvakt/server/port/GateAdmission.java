package portvakt.server.port;

import java.time.Instant;
import java.util.List;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.enrol.EnrolmentCode;
import portvakt.protocol.enrol.EnrolmentServer;

/**
 * Lets gates in over the network: by a one-time code, or by the certificate that they have. Safe for any thread.
 * The protocol: {@code gate-firmware/docs/enrolment.md}.
 */
public interface GateAdmission {

    /** Why a request was refused. The wire has the name in small letters, with hyphens. */
    enum Refusal {
        /** It is not what a gate sends, or was sealed for another server. */
        MALFORMED,
        /** There is no such code. */
        UNKNOWN,
        EXPIRED,
        USED,
        WITHDRAWN,
        /** Too many wrong tries. */
        TRIED_OUT,
        /** The gate's own settings name another gate than the code. */
        OTHER_GATE,
        /** The certificate that is to be replaced counts no more. */
        CUT_OFF,
        /** The certificate that is to be replaced has ended. */
        CERTIFICATE_OVER
    }

    /** A request that was refused; nothing has changed. */
    final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final Refusal refusal;

        public Refused(Refusal refusal) {
            super(refusal.name());
            this.refusal = refusal;
        }

        public Refusal refusal() {
            return refusal;
        }
    }

    /**
     * Who was let in.
     *
     * @param byCode false: by the certificate that it had
     * @param again  it had its answer before, and asked for it once more
     * @param sealed the answer, for the gate alone
     */
    record Admitted(GateAddress gate, String who, boolean byCode, boolean again, byte[] sealed) {}

    /** A code, and what nobody can be told a second time. */
    record Made(GateCodes.Code code, EnrolmentCode secret) {}

    /** What every gate may know. */
    EnrolmentServer server();

    /** Makes a code for a gate, which may be new; open ones of the same gate are withdrawn. */
    Made makeCode(GateAddress gate, Direction direction, String by, Instant now);

    /** The newest codes of a site. */
    List<GateCodes.Code> codes(String site, int limit);

    boolean withdraw(String site, long id, String by, Instant now);

    /**
     * Certifies the key of a request. Whatever certificate the gate had is cut off.
     *
     * @throws Refused if it is not let in; nothing has changed but a count of tries
     */
    Admitted admit(byte[] encapsulated, byte[] sealed, Instant now) throws Refused;
}
