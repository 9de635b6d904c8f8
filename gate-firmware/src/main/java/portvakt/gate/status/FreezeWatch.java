package portvakt.gate.status;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import portvakt.gate.access.GateTime;
import portvakt.protocol.list.ListHead;

/** Tells, once, that a gate is connected and yet hears no head that is still valid. Belongs to its {@link ListReplica}. */
final class FreezeWatch {

    /** How long a connection may go without one. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private OptionalLong connectedNs = OptionalLong.empty();
    private boolean told;

    void connected(long nowNs) {
        connectedNs = OptionalLong.of(nowNs);
    }

    void lost() {
        connectedNs = OptionalLong.empty();
    }

    void newerHead() {
        told = false;
    }

    /** @param newest the newest head that is known */
    void tick(Optional<ListHead> newest, GateTime now, List<ListEffect> out) {
        boolean expired = HeadChecks.isSynchronised(now)
                && connectedNs.isPresent()
                && now.uptimeNs() - connectedNs.getAsLong() >= PATIENCE.toNanos()
                && newest.filter(head -> head.expiresAt().isBefore(now.wall())).isPresent();
        if (expired && !told) {
            told = true;
            out.add(new ListEffect.Refused(
                    ListRefusal.FROZEN,
                    "connected, and the newest head that came expired "
                            + newest.get().expiresAt()));
        }
    }
}
