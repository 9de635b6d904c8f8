package portvakt.gate.access;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.DenialReason;
import portvakt.protocol.ListState;

/** The answer to a read, before anyone has moved (ONVIF Access Control 20.06). There is no third outcome. */
public sealed interface AccessDecision {

    /** Which lists the answer rests on. */
    List<ListUsed> lists();

    /**
     * A list as it was at the decision.
     *
     * @param age   from its signed issue time
     * @param state how far the card's absence from it could be believed
     */
    record ListUsed(String list, int epoch, long version, Duration age, ListState state) {}

    /**
     * @param flags what would have refused an entrance but not this passage, and warnings such as an old list; in the order of
     *              reasons
     */
    record Granted(Credential credential, List<DenialReason> flags, List<ListUsed> lists) implements AccessDecision {}

    /** @param credential whom the read names; empty when it names nobody */
    record Denied(DenialReason reason, Optional<Credential> credential, List<ListUsed> lists)
            implements AccessDecision {}
}
