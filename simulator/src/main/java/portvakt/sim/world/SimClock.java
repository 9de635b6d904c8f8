package portvakt.sim.world;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import portvakt.gate.access.GateTime;
import portvakt.gate.port.Clock;
import portvakt.gate.time.ClockFault;
import portvakt.gate.time.TrustedTime;

/**
 * A computer's clock in virtual time, and what the gate's own {@link TrustedTime} makes of it. One for each run of the gate's program:
 * what is proved is proved anew.
 */
final class SimClock implements Clock {

    private final Agenda agenda;
    private final Hands hands;
    private final TrustedTime time = new TrustedTime(Optional.of(SimTime.BEGIN.minus(Duration.ofDays(30))));
    private final long startNs;

    /** What the computer's clock shows, over restarts of its programs. */
    static final class Hands {
        /** Added to the true time. */
        private Duration wrong = Duration.ZERO;
        /** How much it runs fast, seconds a second, from {@code driftSinceNs} on. */
        private double drift;

        private long driftSinceNs;
        private boolean synchronised = true;

        /** Sets it right, and keeps it right. */
        void synchronise() {
            wrong = Duration.ZERO;
            drift = 0;
            synchronised = true;
        }

        /** After a start without a battery. */
        void unset(Duration behind) {
            wrong = behind.negated();
            synchronised = false;
        }

        /** What keeps it right is gone, and it runs as it likes. */
        void drift(double rate, long nowNs) {
            drift = rate;
            driftSinceNs = nowNs;
            synchronised = false;
        }

        void jump(Duration by) {
            wrong = wrong.plus(by);
        }

        boolean isRight() {
            return synchronised && wrong.isZero();
        }

        private Instant shows(long nowNs) {
            return SimTime.at(nowNs).plus(wrong).plusNanos((long) (drift * (nowNs - driftSinceNs)));
        }
    }

    SimClock(Agenda agenda, Hands hands) {
        this.agenda = agenda;
        this.hands = hands;
        this.startNs = agenda.nowNs();
    }

    @Override
    public GateTime now() {
        return time.at(new TrustedTime.Reading(hands.shows(agenda.nowNs()), uptimeNs(), hands.synchronised));
    }

    @Override
    public void atLeast(Instant written) {
        time.journalled(written, uptimeNs());
    }

    @Override
    public void signed(String list, int epoch, Instant issuedAt) {
        time.signed(list, epoch, issuedAt, uptimeNs());
    }

    @Override
    public List<ClockFault> faults() {
        return time.faults();
    }

    /** Of the agenda, when the uptime is that. */
    long agendaNs(long uptimeNs) {
        return startNs + uptimeNs;
    }

    private long uptimeNs() {
        return agenda.nowNs() - startNs;
    }
}
