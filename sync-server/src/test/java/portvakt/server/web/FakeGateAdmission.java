package portvakt.server.web;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.enrol.EnrolmentCode;
import portvakt.protocol.enrol.EnrolmentServer;
import portvakt.protocol.enrol.ServerPin;
import portvakt.server.port.GateAdmission;
import portvakt.server.port.GateCodes.Code;

/** Remembers codes; lets in whoever comes unless {@link #refusal} says otherwise. */
final class FakeGateAdmission implements GateAdmission {

    final List<Code> codes = new CopyOnWriteArrayList<>();
    final AtomicReference<Refusal> refusal = new AtomicReference<>();

    @Override
    public EnrolmentServer server() {
        return new EnrolmentServer("authority", "roots", 1, "enrolment");
    }

    @Override
    public Made makeCode(GateAddress gate, Direction direction, String by, Instant now) {
        Code code = new Code(
                codes.size() + 1,
                gate,
                direction,
                by,
                now,
                now.plus(Duration.ofDays(1)),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        codes.addFirst(code);
        return new Made(code, EnrolmentCode.random(new ServerPin("0123456789ABCDE"), new SecureRandom()));
    }

    @Override
    public List<Code> codes(String site, int limit) {
        return codes.stream().filter(code -> code.gate().site().equals(site)).toList();
    }

    @Override
    public boolean withdraw(String site, long id, String by, Instant now) {
        for (Code code : codes) {
            if (code.id() == id && code.gate().site().equals(site)) {
                codes.set(
                        codes.indexOf(code),
                        new Code(
                                id,
                                code.gate(),
                                code.direction(),
                                code.createdBy(),
                                code.createdAt(),
                                code.expiresAt(),
                                0,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of(now)));
                return true;
            }
        }
        return false;
    }

    @Override
    public Admitted admit(byte[] encapsulated, byte[] sealed, Instant now) throws Refused {
        Refusal refused = refusal.get();
        if (refused != null) {
            throw new Refused(refused);
        }
        return new Admitted(new GateAddress("bjorvika", "north"), "code by kari", true, false, new byte[] {7});
    }
}
