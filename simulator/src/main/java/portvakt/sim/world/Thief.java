package portvakt.sim.world;

import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import portvakt.protocol.Topics;
import portvakt.protocol.list.ListDelta;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.sign.KeyId;
import portvakt.server.adapter.sql.SqlCardStatuses;
import portvakt.server.list.ListContent;

/** Somebody who may publish, knows the list's secret, and has a key that signs no more or never did: frees all cards, as far as it is up to him. */
final class Thief {

    private static final Duration VALID = Duration.ofHours(24);
    private static final String WHO = "thief";

    private final World world;

    Thief(World world) {
        this.world = world;
    }

    /** Publishes a next version of nothing, and the way to it. @param keyOfOld whether by a key that once counted, if there is one */
    void publish(boolean keyOfOld) {
        long from = world.server().issuedVersion();
        ListContent real = ListContent.of(
                new SqlCardStatuses(world.server().database().database()).listed(WorldKeys.LIST),
                WorldKeys.get().list(0).cardKeys());
        ListContent nothing = ListContent.of(List.of(), WorldKeys.get().list(0).cardKeys());
        KeyPair pair = keyOfOld && world.server().signer() > 0
                ? WorldKeys.get().signer(world.server().signer() - 1)
                : WorldKeys.get().thief();
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
                        KeyId.of(pair.getPublic()))
                .sign(pair.getPrivate());
        byte[] delta = ListDelta.of(head, from, new long[0], real.keys()).bytes();
        world.broker().take(WHO, Topics.delta(WorldKeys.LIST, from), delta, true);
        world.broker().take(WHO, Topics.listHead(WorldKeys.LIST), head, true);
    }
}
