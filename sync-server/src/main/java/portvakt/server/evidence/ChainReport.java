package portvakt.server.evidence;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.Topics.GateAddress;

/** What came of checking a file. */
public sealed interface ChainReport {

    /** What was done to a chain. Names are printed; only ever added. */
    enum Fault {
        /** An event is not what the gate wrote. */
        EDITED,
        /** Events are missing in the middle. */
        DROPPED,
        /** Two neighbours stand in each other's place. */
        SWAPPED,
        /** A record of another journal stands in an event's place. */
        SPLICED,
        /** Events are missing at the end. */
        TAIL_CUT,
        /** A seal is not the gate's. */
        BAD_SEAL,
        /** A certificate is not the gate's, or not the authority's. */
        BAD_CERTIFICATE,
        /** Nothing is wrong, but no seal vouches for any of it. */
        UNSEALED
    }

    /** @param why plain English */
    record Unusable(String why) implements ChainReport {}

    /**
     * The first thing that is wrong.
     *
     * @param sequence of the event at fault; 0: of none
     * @param detail   plain English
     */
    record Broken(GateAddress gate, Fault fault, long sequence, String detail) implements ChainReport {}

    /** Events {@code [first, last]}. */
    record Span(long first, long last) {}

    /**
     * @param sealedTo     the last event that a seal vouches for
     * @param sealedAt     when that seal was made, by the gate's clock
     * @param erased       events whose person was erased
     * @param unvouched    what no seal vouches for of the events up to that one: the last ones of a computer that was replaced
     * @param illegible    events that this program cannot read, though they are what the gate wrote
     * @param authority    SHA-256 of the certificate that all trust rests on
     * @param ownAuthority whether the file itself brought that certificate
     */
    record Proved(
            GateAddress gate,
            long first,
            long last,
            long sealedTo,
            Instant sealedAt,
            long seals,
            List<Span> unvouched,
            Tally tally,
            Optional<String> certificateNote,
            String authority,
            boolean ownAuthority)
            implements ChainReport {}

    /** Counts over all events. */
    record Tally(long synchronised, long boundedBelow, long untrusted, long erased, long illegible) {}
}
