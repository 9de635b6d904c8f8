package portvakt.sim.world;

import com.google.protobuf.ByteString;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import portvakt.gate.journal.SealKey;
import portvakt.protocol.Topics;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventBatch;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.JournalSealed;
import portvakt.protocol.v1.RequestToExit;
import portvakt.server.adapter.sql.SqlCardStatuses;
import portvakt.server.list.ListContent;

/** Somebody who may publish, knows the list's secret, and has a key that signs no more or never did: frees all cards, as far as it is up to him. */
final class Thief {

    private static final Duration VALID = Duration.ofHours(24);
    private static final int EVENTS = 3;
    private static final String WHO = "thief";

    private final World world;

    Thief(World world) {
        this.world = world;
    }

    /** One that has retired or was removed, or one that nobody ever trusted. */
    static KeyPair outOfUse(World world) {
        int signer = world.server().signer();
        // Before a gate has heard that a key is retired, nothing tells it that whoever signs is not the server; nor
        // where it could not store that.
        boolean known = signer > 0
                && !world.isFaulty(Fault.SYNC_FAILS)
                && !world.isFaulty(Fault.DISK_FULL)
                && Stream.concat(world.gates().stream(), world.copies().running())
                        .allMatch(gate -> gate.hasTrust(signer + 1L));
        return known ? WorldKeys.get().signer(signer - 1) : WorldKeys.get().thief();
    }

    /** Goes on with a gate's journal from its newest event, as a copy of it would: events that the gate never wrote. */
    void speakAs(GateNode gate) {
        if (gate.watch().booked().isEmpty()) {
            return;
        }
        long sequence = gate.watch().booked().lastKey();
        ByteString hash = ByteString.copyFrom(
                HexFormat.of().parseHex(gate.watch().booked().get(sequence).hash()));
        EventBatch.Builder batch = EventBatch.newBuilder();
        for (int i = 1; i <= EVENTS; i++) {
            ChainedEvent event = EventChain.link(
                    sequence + i,
                    hash,
                    EventFacts.newBuilder()
                            .setOccurredAtMs(SimTime.at(world.agenda().nowNs()).toEpochMilli())
                            .setDirection(gate.direction().wire())
                            .setRequestToExit(RequestToExit.getDefaultInstance())
                            .build(),
                    null);
            batch.addEvents(event);
            hash = EventChain.hash(event);
        }
        batch.addEvents(sealed(gate, sequence + EVENTS + 1, hash));
        gate.watch().standing().spokenFor();
        world.broker().take(WHO, gate.address().events(), batch.build().toByteArray(), false);
    }

    /** By a key of the thief's own, in the name of the gate's certificate. */
    private ChainedEvent sealed(GateNode gate, long sequence, ByteString previousHash) {
        long at = SimTime.at(world.agenda().nowNs()).toEpochMilli();
        JournalSealed seal = new SealKey(gate.address(), GateSeals.own(WHO)).seal(sequence, previousHash, at);
        ByteString named =
                gate.enrolment().sealKey().seal(sequence, previousHash, at).getCertificateSha256();
        return EventChain.link(
                sequence,
                previousHash,
                EventFacts.newBuilder()
                        .setOccurredAtMs(at)
                        .setDirection(gate.direction().wire())
                        .setJournalSealed(seal.toBuilder().setCertificateSha256(named))
                        .build(),
                null);
    }

    /** Publishes a next version of nothing, and the way to it. @param keyOfOld whether by a key that once counted, if there is one @param claims whether in the name of the key that counts */
    void publish(boolean keyOfOld, boolean claims) {
        long from = world.server().issuedVersion();
        ListContent real = ListContent.of(
                new SqlCardStatuses(world.server().database().database()).listed(WorldKeys.LIST),
                WorldKeys.get().list(0).cardKeys());
        ListContent nothing = ListContent.of(List.of(), WorldKeys.get().list(0).cardKeys());
        KeyPair pair = keyOfOld ? outOfUse(world) : WorldKeys.get().thief();
        Instant now = SimTime.at(world.agenda().nowNs());
        byte[] head = new ListHead(
                        WorldKeys.LIST,
                        world.server().epoch(),
                        from + 1,
                        nothing.table().bits(),
                        nothing.count(),
                        now,
                        now.plus(VALID),
                        nothing.rootHex(),
                        claims ? WorldKeys.get().list(world.server().signer()).keyId() : KeyId.of(pair.getPublic()))
                .sign(pair.getPrivate());
        byte[] delta = ListDelta.of(head, from, new long[0], real.keys()).bytes();
        world.broker().take(WHO, Topics.delta(WorldKeys.LIST, from), delta, true);
        world.broker().take(WHO, Topics.listHead(WorldKeys.LIST), head, true);
    }
}
