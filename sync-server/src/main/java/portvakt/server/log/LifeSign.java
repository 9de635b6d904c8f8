package portvakt.server.log;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import portvakt.protocol.v1.ClockTrust;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.GateStatus;

/**
 * Until when a gate is known to have been in touch. What it says may have lain in the broker, while this server or the gate itself was cut
 * off: it proves only that the gate was there when it said so, if its clock was good enough to tell when that was.
 */
public final class LifeSign {

    private LifeSign() {}

    /** @param receivedAt by this server's clock. @return at most that */
    public static Instant of(GateStatus status, Instant receivedAt) {
        return of(status.getReportedAtMs(), status.getClockTrust(), receivedAt);
    }

    /** @param events of one batch. @return that of the newest, at most {@code receivedAt} */
    public static Instant of(List<ReadEvent> events, Instant receivedAt) {
        return events.stream()
                .map(event -> event.facts()
                        .map(facts -> of(facts, event.receivedAt()))
                        .orElse(event.receivedAt()))
                .max(Comparator.naturalOrder())
                .orElse(receivedAt);
    }

    private static Instant of(EventFacts facts, Instant receivedAt) {
        return of(facts.getOccurredAtMs(), facts.getClockTrust(), receivedAt);
    }

    private static Instant of(long saidAtMs, ClockTrust trust, Instant receivedAt) {
        boolean known = trust == ClockTrust.CLOCK_TRUST_SYNCHRONISED && EventReader.isTime(saidAtMs);
        return known && saidAtMs < receivedAt.toEpochMilli() ? Instant.ofEpochMilli(saidAtMs) : receivedAt;
    }
}
