package portvakt.server.log;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import portvakt.protocol.v1.ClockTrust;
import portvakt.protocol.v1.EventFacts;

/**
 * The runs of one gate's program that a batch touches: where in the chain each lies, and whether its clock keeps step with its
 * uptime. Not thread-safe: one instance a batch.
 *
 * <p>A clock is held to its word from the first event that it called synchronised. Until then it may go forward, which it does when
 * a signed list proves that it is late, and the first synchronisation may put it anywhere.
 */
public final class GateRuns {

    /** A clock that is off by more than this against the uptime has jumped. */
    public static final Duration JUMP_MIN = Duration.ofMinutes(1);

    private static final int BOOT_BYTES_MAX = 32;
    private static final long NS_A_MS = 1_000_000;

    /** @param synchronised sequence of the first event by a synchronised clock; empty: none */
    public record Run(long first, long last, Optional<Long> synchronised) {}

    private final SequencedMap<String, Run> runs = new TreeMap<>();

    /** Which run an event belongs to, hexadecimal; empty where it does not say, or says nonsense. */
    public static Optional<String> bootOf(EventFacts facts) {
        return boot(facts.getBootId());
    }

    /** A run's name in hexadecimal; empty for none, or nonsense. */
    public static Optional<String> boot(ByteString boot) {
        return boot.isEmpty() || boot.size() > BOOT_BYTES_MAX
                ? Optional.empty()
                : Optional.of(HexFormat.of().formatHex(boot.toByteArray()));
    }

    /** Nothing where the bytes are no facts. */
    public static Optional<EventFacts> facts(ByteString bytes) {
        try {
            return Optional.of(EventFacts.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    /** Adds what is stored of a run, before or after events of it. */
    public void add(String boot, Run stored) {
        runs.merge(boot, stored, GateRuns::union);
    }

    /** Adds a new event. @return whether its run was not known before */
    public boolean take(long sequence, EventFacts facts) {
        Optional<String> boot = bootOf(facts);
        if (boot.isEmpty()) {
            return false;
        }
        Run one = new Run(sequence, sequence, isSynchronised(facts) ? Optional.of(sequence) : Optional.empty());
        boolean isNew = !runs.containsKey(boot.get());
        runs.merge(boot.get(), one, GateRuns::union);
        return isNew;
    }

    /** By boot, in a fixed order. */
    public Map<String, Run> all() {
        return runs;
    }

    private static Run union(Run a, Run b) {
        Optional<Long> synchronised = a.synchronised.isEmpty()
                ? b.synchronised
                : Optional.of(Math.min(a.synchronised.get(), b.synchronised.orElse(Long.MAX_VALUE)));
        return new Run(Math.min(a.first, b.first), Math.max(a.last, b.last), synchronised);
    }

    /**
     * Whether the clock jumped between an event and the next one.
     *
     * @param sequence the later event's
     * @return plain English, names the sequence and the times; empty if it did not
     */
    public Optional<String> jump(EventFacts before, long sequence, EventFacts after) {
        Optional<String> boot = bootOf(after);
        if (boot.isEmpty() || !boot.equals(bootOf(before))) {
            return Optional.empty();
        }
        // In whole milliseconds and by differences: neither can overflow with times that an event may have.
        long wallMs = after.getOccurredAtMs() - before.getOccurredAtMs();
        long uptimeMs =
                Long.divideUnsigned(after.getUptimeNs(), NS_A_MS) - Long.divideUnsigned(before.getUptimeNs(), NS_A_MS);
        long jumpMs = wallMs - uptimeMs;
        boolean held = Optional.ofNullable(runs.get(boot.get()))
                .flatMap(Run::synchronised)
                .filter(first -> first < sequence)
                .isPresent();
        boolean allowed = !held && (isSynchronised(after) || jumpMs > 0);
        if (Math.abs(jumpMs) <= JUMP_MIN.toMillis() || allowed) {
            return Optional.empty();
        }
        Instant due = Instant.ofEpochMilli(after.getOccurredAtMs() - jumpMs);
        return Optional.of("at event " + sequence + " the gate's clock went from " + due + " to "
                + Instant.ofEpochMilli(after.getOccurredAtMs()) + " (" + (jumpMs > 0 ? "+" : "") + jumpMs / 1000
                + " s against its uptime)");
    }

    private static boolean isSynchronised(EventFacts facts) {
        return facts.getClockTrust() == ClockTrust.CLOCK_TRUST_SYNCHRONISED;
    }
}
