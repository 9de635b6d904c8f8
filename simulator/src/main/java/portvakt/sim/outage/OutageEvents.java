package portvakt.sim.outage;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import portvakt.protocol.DenialReason;
import portvakt.protocol.v1.AccessDenied;
import portvakt.protocol.v1.AccessGranted;
import portvakt.protocol.v1.AccessTaken;
import portvakt.protocol.v1.ClockTrust;
import portvakt.protocol.v1.DecisionEvidence;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.ListEvidence;
import portvakt.protocol.v1.PassageDirection;
import portvakt.protocol.v1.ReadAssurance;
import portvakt.protocol.v1.Subject;

/** What a gate journals when cards are shown, at the times of a clock that the caller turns. Immutable. */
final class OutageEvents {

    private final ByteString boot;
    private final Instant start;

    /** @param start when this run of the gate's program began */
    OutageEvents(String boot, Instant start) {
        this.boot = ByteString.copyFromUtf8(boot);
        this.start = start;
    }

    EventFacts granted(Instant at) {
        return facts(at)
                .setAccessGranted(AccessGranted.newBuilder().setEvidence(evidence()))
                .build();
    }

    EventFacts taken(Instant at, boolean in, long grantedSequence) {
        return facts(at)
                .setDirection(in ? PassageDirection.PASSAGE_DIRECTION_IN : PassageDirection.PASSAGE_DIRECTION_OUT)
                .setAccessTaken(AccessTaken.newBuilder().setGrantedSequence(grantedSequence))
                .build();
    }

    EventFacts denied(Instant at) {
        return facts(at)
                .setAccessDenied(AccessDenied.newBuilder()
                        .setReason(DenialReason.CREDENTIAL_REVOKED.code())
                        .setEvidence(evidence()))
                .build();
    }

    /** Somebody; without a salt, which the journal draws. */
    static Subject holder(int card, String name) {
        return Subject.newBuilder()
                .setCardNumber(Integer.toString(4_380_000 + card))
                .setHolderName(name)
                .setEmployerName("Firm " + card % 25)
                .build();
    }

    private EventFacts.Builder facts(Instant at) {
        return EventFacts.newBuilder()
                .setOccurredAtMs(at.toEpochMilli())
                .setUptimeNs(Duration.between(start, at).toNanos())
                .setClockTrust(ClockTrust.CLOCK_TRUST_SYNCHRONISED)
                .setBootId(boot);
    }

    private static DecisionEvidence evidence() {
        return DecisionEvidence.newBuilder()
                .setAssurance(ReadAssurance.READ_ASSURANCE_CHIP_DATA)
                .addLists(ListEvidence.newBuilder()
                        .setList("hms-kort")
                        .setVersion(4_217)
                        .setAgeMs(180_000))
                .setReadNs(180_000_000)
                .setDecideNs(40_000)
                .setReader("card")
                .build();
    }
}
