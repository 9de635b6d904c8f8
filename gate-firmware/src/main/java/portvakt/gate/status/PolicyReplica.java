package portvakt.gate.status;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;
import portvakt.gate.access.ListAction;
import portvakt.gate.access.ListPolicy;
import portvakt.gate.access.SiteRules;
import portvakt.gate.port.Disk;
import portvakt.protocol.Assurance;
import portvakt.protocol.Topics;
import portvakt.protocol.sign.SignedFacts;
import portvakt.protocol.v1.SitePolicy;

/**
 * A gate's copy of its site's policy ({@link SignedReplica}). A policy in which anything is left open or makes no sense is refused
 * as a whole: half of it is not what somebody has signed. Belongs to one thread.
 */
public final class PolicyReplica {

    /** Longer is a slip of the hand, and would overflow in places. */
    static final Duration AGE_MAX = Duration.ofDays(3650);

    static final int ATTENDED_GATES_MAX = 10_000;

    private final SignedReplica<SiteRules> replica;

    public PolicyReplica(String site, DocumentProof proof, Disk disk) {
        this.replica = new SignedReplica<>(SignedFacts.POLICY, site, proof, PolicyReplica::read, disk);
    }

    /** What the disk has from before; empty where it has none that proves. */
    public Optional<SiteRules> load() throws IOException {
        return replica.load();
    }

    /** @see SignedReplica#document */
    public Optional<SiteRules> document(byte[] bytes) throws IOException, ListRefusedException {
        return replica.document(bytes);
    }

    private static SignedReplica.Read<SiteRules> read(byte[] payload)
            throws InvalidProtocolBufferException, ListRefusedException {
        SitePolicy policy = SitePolicy.parseFrom(payload);
        if (policy.getVersion() <= 0) {
            throw refused("version is " + policy.getVersion() + "; it must be 1 or more");
        }
        Optional<Duration> closed =
                policy.getClosedMs() == 0 ? Optional.empty() : Optional.of(age("closed_ms", policy.getClosedMs()));
        ListPolicy lists;
        try {
            lists = new ListPolicy(
                    age("fresh_ms", policy.getFreshMs()),
                    age("grace_ms", policy.getGraceMs()),
                    closed,
                    action("when_grace", policy.getWhenGrace()),
                    action("when_stale", policy.getWhenStale()),
                    action("when_none", policy.getWhenNone()));
        } catch (IllegalArgumentException e) {
            throw refused(e.getMessage());
        }
        if (policy.getAttendedGatesCount() > ATTENDED_GATES_MAX) {
            throw refused(policy.getAttendedGatesCount() + " attended gates; at most " + ATTENDED_GATES_MAX);
        }
        for (String gate : policy.getAttendedGatesList()) {
            if (!Topics.isName(gate)) {
                throw refused("attended_gates holds what is no gate's name");
            }
        }
        return new SignedReplica.Read<>(
                policy.getSite(),
                policy.getVersion(),
                new SiteRules(
                        policy.getVersion(),
                        lists,
                        policy.getGrantOnUntrustedClock(),
                        assurance(policy),
                        new TreeSet<>(policy.getAttendedGatesList())));
    }

    private static Duration age(String field, long ms) throws ListRefusedException {
        if (ms <= 0 || ms > AGE_MAX.toMillis()) {
            throw refused(field + " is " + ms + "; it must be 1 to " + AGE_MAX.toMillis());
        }
        return Duration.ofMillis(ms);
    }

    private static ListAction action(String field, portvakt.protocol.v1.ListAction action) throws ListRefusedException {
        return switch (action) {
            case LIST_ACTION_GRANT -> ListAction.GRANT;
            case LIST_ACTION_GRANT_FLAGGED -> ListAction.GRANT_FLAGGED;
            case LIST_ACTION_ATTENDED_ONLY -> ListAction.ATTENDED_ONLY;
            case LIST_ACTION_DENY -> ListAction.DENY;
            case LIST_ACTION_UNSPECIFIED, UNRECOGNIZED -> throw refused(field + " is no action that this gate knows");
        };
    }

    private static Assurance assurance(SitePolicy policy) throws ListRefusedException {
        for (Assurance assurance : Assurance.values()) {
            if (assurance.wire() == policy.getMinimumAssurance()) {
                return assurance;
            }
        }
        throw refused("minimum_assurance is none that this gate knows");
    }

    private static ListRefusedException refused(String detail) {
        return new ListRefusedException(ListRefusal.MALFORMED, "policy not taken: " + detail);
    }
}
