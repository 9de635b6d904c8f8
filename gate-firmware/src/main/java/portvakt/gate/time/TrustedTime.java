package portvakt.gate.time;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import portvakt.gate.access.GateTime;
import portvakt.protocol.v1.ClockTrust;

/**
 * Makes of an operating system's clock, of the time since the program started and of what has been proved the time that a gate
 * decides by. It is told everything and asks nothing, so that a test can play any clock. Not thread-safe.
 *
 * <p>Proofs go on with the uptime from the moment they were learnt. Strong ones are the issue times of signed lists, and when
 * this program was built. Weak ones are what the gate wrote down itself, in its journal or in this run while the clock was
 * trusted: they may come from a clock that was wrong.
 *
 * <pre>
 *                       wall                      not before       trust
 * not synchronised      latest of clock, proofs   latest proof     BOUNDED_BELOW, without a proof UNKNOWN
 * synchronised          the clock                 the clock        SYNCHRONISED
 * … before a strong     latest of clock, proofs   latest proof     BOUNDED_BELOW   until it is so no more; CLOCK_CONTRADICTED
 *   proof
 * … after a jump        latest of clock, proofs   latest proof     BOUNDED_BELOW   until it ran steadily; CLOCK_JUMPED
 * </pre>
 *
 * <p>A weak proof yields to a synchronised clock and counts only up to {@link #WEAK_LEAD_MAX} beyond the strong ones, so a wrong
 * year in the journal holds nobody out for ever. A strong one yields only to a list of a higher epoch, which the site's root key
 * vouches for.
 */
public final class TrustedTime {

    /** How far a synchronised clock may be behind a signed time; more than a list's issue time may be ahead of it. */
    static final Duration CONTRADICTION_LEEWAY = Duration.ofMinutes(10);

    /** How far wall clock and uptime may part; ages count in hours, and a clock that is corrected moves by seconds. */
    static final Duration JUMP_LEEWAY = Duration.ofMinutes(1);

    /** After a jump the clock must run so long without another one. */
    static final Duration STEADY_TIME = Duration.ofMinutes(30);

    /** A gate may have been cut off for so long and have kept a right clock; what is later is more likely a wrong year. */
    static final Duration WEAK_LEAD_MAX = Duration.ofDays(90);

    /** What the computer says. @param synchronised whether something keeps the system's clock right, for example NTP */
    public record Reading(Instant system, long uptimeNs, boolean synchronised) {}

    /** It was {@code at} when the uptime was {@code learntNs}. */
    private record Proof(Instant at, long learntNs) {
        Instant now(long uptimeNs) {
            return at.plusNanos(Math.max(0, uptimeNs - learntNs));
        }
    }

    private record SignedProof(int epoch, Proof proof) {}

    private final Optional<Instant> builtAt;
    /** By the list's name. */
    private final Map<String, SignedProof> signed = new TreeMap<>();

    private final List<ClockFault> faults = new ArrayList<>();
    private Optional<Proof> weak = Optional.empty();
    /** Wall clock and uptime together, to see them part. */
    private Optional<Proof> anchor = Optional.empty();

    private boolean unsteady;
    private boolean contradicted;

    /** @param builtAt when the program was built: it cannot be earlier */
    public TrustedTime(Optional<Instant> builtAt) {
        this.builtAt = builtAt;
    }

    /**
     * A list was accepted that its issuer signed then. Within an epoch time only rises: the same head again, or an older one from
     * a broker that holds back, changes nothing. A higher epoch replaces what the list proved before.
     */
    public void signed(String list, int epoch, Instant issuedAt, long uptimeNs) {
        SignedProof before = signed.get(list);
        if (before != null
                && (epoch < before.epoch()
                        || (epoch == before.epoch()
                                && !issuedAt.isAfter(before.proof().now(uptimeNs))))) {
            return;
        }
        signed.put(list, new SignedProof(epoch, new Proof(issuedAt, uptimeNs)));
    }

    /** The gate wrote down that it was so late. Only a synchronised clock takes back what was told before. */
    public void journalled(Instant at, long uptimeNs) {
        if (weak.isEmpty() || at.isAfter(weak.get().now(uptimeNs))) {
            weak = Optional.of(new Proof(at, uptimeNs));
        }
    }

    public GateTime at(Reading reading) {
        Optional<Instant> strong = strong(reading.uptimeNs());
        if (reading.synchronised()) {
            watchForJumps(reading);
            contradicted = contradicts(reading, strong);
            if (!contradicted && !unsteady) {
                weak = Optional.of(new Proof(reading.system(), reading.uptimeNs()));
                return new GateTime(reading.system(), reading.uptimeNs(), ClockTrust.CLOCK_TRUST_SYNCHRONISED);
            }
        }
        Optional<Instant> proved = proved(strong, reading.uptimeNs());
        return new GateTime(
                later(reading.system(), proved.orElse(Instant.EPOCH)),
                reading.uptimeNs(),
                proved.isPresent() ? ClockTrust.CLOCK_TRUST_BOUNDED_BELOW : ClockTrust.CLOCK_TRUST_UNKNOWN,
                proved.orElse(Instant.EPOCH));
    }

    /** What has happened to the clock since the last call; each is told once. */
    public List<ClockFault> faults() {
        List<ClockFault> told = List.copyOf(faults);
        faults.clear();
        return told;
    }

    private Optional<Instant> strong(long uptimeNs) {
        Optional<Instant> latest = builtAt;
        for (SignedProof proof : signed.values()) {
            Instant now = proof.proof().now(uptimeNs);
            latest = Optional.of(latest.map(other -> later(other, now)).orElse(now));
        }
        return latest;
    }

    private Optional<Instant> proved(Optional<Instant> strong, long uptimeNs) {
        Optional<Instant> believed = weak.map(proof -> proof.now(uptimeNs))
                .filter(at -> strong.isEmpty() || !at.isAfter(strong.get().plus(WEAK_LEAD_MAX)));
        return believed.isEmpty()
                ? strong
                : strong.map(at -> later(at, believed.get())).or(() -> believed);
    }

    private boolean contradicts(Reading reading, Optional<Instant> strong) {
        boolean behind = strong.filter(
                        at -> reading.system().plus(CONTRADICTION_LEEWAY).isBefore(at))
                .isPresent();
        if (behind && !contradicted) {
            faults.add(new ClockFault(
                    "CLOCK_CONTRADICTED",
                    "the synchronised clock says " + reading.system()
                            + ", but a signed list, or the build of this program, is from " + strong.get()));
        }
        return behind;
    }

    private void watchForJumps(Reading reading) {
        Proof now = new Proof(reading.system(), reading.uptimeNs());
        if (anchor.isEmpty()) {
            // The step that sets the clock for the first time is no jump.
            anchor = Optional.of(now);
            return;
        }
        Instant expected = anchor.get().now(reading.uptimeNs());
        if (Duration.between(expected, reading.system()).abs().compareTo(JUMP_LEEWAY) > 0) {
            if (!unsteady) {
                faults.add(new ClockFault(
                        "CLOCK_JUMPED", "the synchronised clock went from " + expected + " to " + reading.system()));
            }
            unsteady = true;
            anchor = Optional.of(now);
        } else if (reading.uptimeNs() - anchor.get().learntNs() >= STEADY_TIME.toNanos()) {
            unsteady = false;
            // Small corrections add up over weeks.
            anchor = Optional.of(now);
        }
    }

    private static Instant later(Instant one, Instant other) {
        return one.isBefore(other) ? other : one;
    }
}
