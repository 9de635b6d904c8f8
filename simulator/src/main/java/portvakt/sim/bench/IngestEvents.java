package portvakt.sim.bench;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.AccessDenied;
import portvakt.protocol.v1.AccessGranted;
import portvakt.protocol.v1.AccessTaken;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.ClockTrust;
import portvakt.protocol.v1.DecisionEvidence;
import portvakt.protocol.v1.EventBatch;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.ListEvidence;
import portvakt.protocol.v1.ReadAssurance;
import portvakt.protocol.v1.Subject;

/** What a busy gate sends: somebody is let in and goes through, again and again, and one in ten is denied; chained, in full batches. */
final class IngestEvents {

    /** As many as a gate sends at once ({@code portvakt.gate.outbox.Outbox}). */
    static final int BATCH = 200;

    private static final Instant START = Instant.parse("2026-03-02T06:00:00Z");
    private static final int CARDS = 500;

    private IngestEvents() {}

    static GateAddress gate(int number) {
        return new GateAddress("site" + number % 2, "gate" + number);
    }

    static List<EventBatch> of(int gate, int events) {
        List<EventBatch> batches = new ArrayList<>();
        EventBatch.Builder batch = EventBatch.newBuilder();
        ByteString hash = EventChain.GENESIS;
        for (int sequence = 1; sequence <= events; sequence++) {
            ChainedEvent event = EventChain.link(sequence, hash, facts(sequence), subject(gate, sequence));
            hash = EventChain.hash(event);
            batch.addEvents(event);
            if (batch.getEventsCount() == BATCH || sequence == events) {
                batches.add(batch.build());
                batch.clear();
            }
        }
        return batches;
    }

    private static EventFacts facts(int sequence) {
        EventFacts.Builder facts = EventFacts.newBuilder()
                .setOccurredAtMs(START.plusMillis(1_500L * sequence).toEpochMilli())
                .setClockTrust(ClockTrust.CLOCK_TRUST_SYNCHRONISED)
                .setDirection(Direction.IN.wire());
        if (sequence % 20 == 1) {
            facts.setAccessDenied(AccessDenied.newBuilder()
                    .setEvidence(evidence())
                    .setReason(DenialReason.CREDENTIAL_REVOKED.code()));
        } else if (sequence % 2 == 1) {
            facts.setAccessGranted(AccessGranted.newBuilder().setEvidence(evidence()));
        } else {
            facts.setAccessTaken(AccessTaken.newBuilder().setGrantedSequence(sequence - 1L));
        }
        return facts.build();
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

    private static Subject subject(int gate, int sequence) {
        int card = (gate * 7 + sequence / 2) % CARDS;
        return Subject.newBuilder()
                .setSalt(ByteString.copyFrom(new byte[EventChain.SALT_BYTES]))
                .setCardNumber(Integer.toString(4_380_000 + card))
                .setHolderName("Holder No. " + card)
                .setEmployerName("Employer " + card % 25)
                .build();
    }
}
