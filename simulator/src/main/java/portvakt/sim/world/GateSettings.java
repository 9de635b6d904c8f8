package portvakt.sim.world;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import portvakt.gate.Gate;
import portvakt.gate.access.AccessPolicy;
import portvakt.protocol.Assurance;
import portvakt.protocol.Direction;

/** What every gate of a world is set to. */
final class GateSettings {

    private static final int LIST_KEYS_MAX = 10_000;

    private GateSettings() {}

    static Gate.Settings of(Enrolment enrolment, Direction direction) {
        return new Gate.Settings(
                enrolment.address(),
                direction,
                new AccessPolicy(
                        direction,
                        List.of(WorldKeys.LIST),
                        Assurance.UNSIGNED_CODE,
                        Duration.ofMinutes(20),
                        Duration.ofMinutes(40),
                        Duration.ofHours(12),
                        true,
                        true,
                        true,
                        ZoneId.of("Europe/Oslo")),
                GateNode.RELEASE_TIME,
                GateNode.TURN_TIME,
                enrolment.trust(),
                List.of(
                        new Gate.ListSecret(WorldKeys.LIST, WorldKeys.get().secret()),
                        new Gate.ListSecret(WorldKeys.SITE_LIST, WorldKeys.get().siteSecret())),
                LIST_KEYS_MAX,
                Optional.of(enrolment.sealKey()),
                Optional.empty());
    }
}
