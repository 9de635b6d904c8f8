package portvakt.sim.check;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import portvakt.gate.port.Clock;
import portvakt.gate.port.Uplink;
import portvakt.protocol.Assurance;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.protocol.Uid;
import portvakt.protocol.pass.Pass;
import portvakt.protocol.v1.ClockTrust;
import portvakt.protocol.v1.DecisionEvidence;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.ListAction;
import portvakt.protocol.v1.ListEvidence;
import portvakt.protocol.v1.ReadAssurance;
import portvakt.protocol.v1.SitePolicy;
import portvakt.protocol.v1.Subject;
import portvakt.sim.world.FactTruth;
import portvakt.sim.world.Fault;
import portvakt.sim.world.Violation;
import portvakt.sim.world.World;

/**
 * Says when a gate decides otherwise than by the newest enrolments, policy and passes that it has, or takes some that the site's office
 * never gave out.
 */
public final class FactsWatch {

    /** From a start until what lies on the disk is in use. */
    private static final Duration LOADS_WITHIN = Duration.ofSeconds(2);

    private final String name;
    private final String gate;
    private final Direction direction;
    private final World world;
    private final PassbackWatch passback;
    private Clock clock;
    private long startedNs;
    private long enrolments;
    private long policy;
    private long siteList;
    /** What it had before its last start, and has to have again. */
    private long enrolmentsBefore;

    private long policyBefore;

    /** @param name how it is called in what is said of it @param gate whose gate it is, which may be a copy's */
    FactsWatch(String name, String gate, Direction direction, World world) {
        this.name = name;
        this.gate = gate;
        this.direction = direction;
        this.world = world;
        this.passback = new PassbackWatch(name, world);
    }

    FactsWatch copy(String label) {
        FactsWatch copy = new FactsWatch(label, gate, direction, world);
        copy.enrolments = enrolments;
        copy.policy = policy;
        copy.enrolmentsBefore = enrolmentsBefore;
        copy.policyBefore = policyBefore;
        return copy;
    }

    /** Another card has none of it yet. */
    void cardLost() {
        enrolments = 0;
        policy = 0;
        siteList = 0;
        enrolmentsBefore = 0;
        policyBefore = 0;
    }

    private Violation violation(String rule, String detail) {
        return new Violation(rule, name + ": " + detail);
    }

    /** @param last the newest event that survived */
    void started(Clock runs, long last) {
        clock = runs;
        startedNs = world.agenda().nowNs();
        enrolmentsBefore = Math.max(enrolments, enrolmentsBefore);
        policyBefore = Math.max(policy, policyBefore);
        enrolments = 0;
        policy = 0;
        siteList = 0;
        passback.started(last);
    }

    /** A message has come from the broker. */
    public void heard(String topic, byte[] payload) {
        passback.heard(topic, payload);
    }

    PassbackWatch passback() {
        return passback;
    }

    void reported(Uplink.Report report) {
        long table = report.enrolmentsVersion().orElse(enrolments);
        if (table > world.facts().newestEnrolments()) {
            throw violation("enrolments that nobody issued", "version " + table);
        }
        if (table < enrolments) {
            throw violation("the enrolments' version fell", "from " + enrolments + " to " + table);
        }
        enrolments = table;
        long rules = report.policyVersion().orElse(policy);
        if (rules > world.facts().newestPolicy()) {
            throw violation("a policy that nobody issued", "version " + rules);
        }
        if (rules < policy) {
            throw violation("the policy's version fell", "from " + policy + " to " + rules);
        }
        policy = rules;
        siteList = report.lists().stream()
                .filter(each -> each.list().equals(FactTruth.SITE_LIST))
                .mapToLong(Uplink.AppliedList::version)
                .findFirst()
                .orElse(0);
    }

    /** The loop has done a turn. */
    void turned() {
        if (world.agenda().nowNs() - startedNs <= LOADS_WITHIN.toNanos()) {
            return;
        }
        // A document by a key that was removed since does not prove at a start.
        if (!world.isDrawn(Fault.KEY_ROTATION)) {
            if (enrolments < enrolmentsBefore) {
                throw violation("enrolments were lost at a start", enrolmentsBefore + ", now " + enrolments);
            }
            if (policy < policyBefore) {
                throw violation("a policy was lost at a start", policyBefore + ", now " + policy);
            }
        }
        enrolmentsBefore = 0;
        policyBefore = 0;
    }

    /** What this gate still has to get; empty: nothing. */
    Optional<String> lacking() {
        if (enrolments != world.facts().newestEnrolments()) {
            return Optional.of("a gate does not get the newest enrolments");
        }
        if (policy != world.facts().newestPolicy()) {
            return Optional.of("a gate does not get the newest policy");
        }
        return siteList == world.siteTruth().newest()
                ? Optional.empty()
                : Optional.of("a gate does not get the site's list");
    }

    static ReadAssurance assurance(EventFacts facts) {
        return evidence(facts).getAssurance();
    }

    private static DecisionEvidence evidence(EventFacts facts) {
        return facts.hasAccessGranted()
                ? facts.getAccessGranted().getEvidence()
                : facts.getAccessDenied().getEvidence();
    }

    private static boolean isTrusted(EventFacts facts) {
        return facts.getClockTrust() == ClockTrust.CLOCK_TRUST_SYNCHRONISED;
    }

    void booked(long sequence, EventFacts facts, Optional<Subject> subject) {
        // A full disk may have had it wait.
        long waitedNs = clock.now().uptimeNs() - facts.getUptimeNs();
        passback.booked(sequence, facts, subject, direction, waitedNs);
        boolean decided = facts.hasAccessGranted() || facts.hasAccessDenied();
        // One that had to wait for the journal was decided by what there was then.
        if (decided
                && direction == Direction.IN
                && facts.getUptimeNs() == clock.now().uptimeNs()) {
            if (evidence(facts).getPolicyVersion() != policy) {
                throw violation(
                        "decided by another policy than the gate's",
                        evidence(facts).getPolicyVersion() + ", has " + policy);
            }
            Subject about = subject.orElse(Subject.getDefaultInstance());
            if (facts.hasAccessGranted()) {
                letIn(facts, about);
                passback.letIn(facts, about);
            } else {
                DenialReason reason =
                        DenialReason.ofCode(facts.getAccessDenied().getReason());
                refused(reason, facts, about);
                if (reason == DenialReason.ANTI_PASSBACK) {
                    passback.refused(about);
                }
            }
        }
    }

    private void letIn(EventFacts facts, Subject about) {
        SitePolicy rules = world.facts().policy(policy);
        if (assurance(facts).getNumber() != 0
                && rank(assurance(facts)).compareTo(rank(rules.getMinimumAssurance())) < 0) {
            throw violation("a read was let in that the policy calls too weak", assurance(facts) + " by " + policy);
        }
        if (isTrusted(facts)) {
            for (ListEvidence list : evidence(facts).getListsList()) {
                listsAllow(rules, list);
            }
        }
        if (assurance(facts) == ReadAssurance.READ_ASSURANCE_UID_ONLY
                && !chip(about).equals(Optional.of(about.getCardNumber()))) {
            throw violation(
                    "a chip was let in that the enrolments do not bind so",
                    about.getCardNumber() + " by version " + enrolments + ", which says " + chip(about));
        }
        if (assurance(facts) == ReadAssurance.READ_ASSURANCE_SIGNED_PASS) {
            Pass pass = world.facts()
                    .pass(about.getCardNumber())
                    .orElseThrow(
                            () -> violation("a pass that the site never issued was let in", about.getCardNumber()));
            if (isTrusted(facts) && !isInTime(pass, facts)) {
                throw violation("a pass was let in outside its time", pass + " at " + facts.getOccurredAtMs());
            }
            if (siteList > 0 && !siteStatuses(about).contains(CardStatus.VALID)) {
                throw violation("a pass that was taken back was let in", "by version " + siteList);
            }
            world.marks().reached("a pass opened");
        }
    }

    private Optional<String> chip(Subject about) {
        return world.facts().cardOf(Uid.of(about.getUid().toByteArray()), enrolments);
    }

    private Set<CardStatus> siteStatuses(Subject about) {
        return world.siteTruth().statusesOf(new CardNumber(about.getCardNumber()), siteList);
    }

    private static Assurance rank(ReadAssurance wire) {
        for (Assurance assurance : Assurance.values()) {
            if (assurance.wire() == wire) {
                return assurance;
            }
        }
        throw new Violation("an assurance that nobody knows", wire.name());
    }

    private static boolean isInTime(Pass pass, EventFacts facts) {
        long atMs = facts.getOccurredAtMs();
        return atMs >= pass.validFrom().toEpochMilli()
                && atMs < pass.validUntil().toEpochMilli();
    }

    private void listsAllow(SitePolicy rules, ListEvidence list) {
        boolean attended = rules.getAttendedGatesList().contains(gate);
        boolean closed = rules.getClosedMs() > 0 && list.getAgeMs() > rules.getClosedMs();
        ListAction action = list.getAgeMs() > rules.getGraceMs()
                ? rules.getWhenStale()
                : list.getAgeMs() > rules.getFreshMs() ? rules.getWhenGrace() : ListAction.LIST_ACTION_GRANT;
        boolean denies =
                action == ListAction.LIST_ACTION_DENY || (action == ListAction.LIST_ACTION_ATTENDED_ONLY && !attended);
        if (closed || denies) {
            throw violation(
                    "somebody was let in by a list that the policy calls too old",
                    list.getList() + " is " + list.getAgeMs() + " ms old; policy " + policy + ": " + action);
        }
    }

    private void refused(DenialReason reason, EventFacts facts, Subject about) {
        SitePolicy rules = world.facts().policy(policy);
        boolean pass = assurance(facts) == ReadAssurance.READ_ASSURANCE_SIGNED_PASS;
        Optional<Pass> issued = pass ? world.facts().pass(about.getCardNumber()) : Optional.empty();
        switch (reason) {
            case UNKNOWN_CARD -> {
                if (chip(about).isPresent()) {
                    throw violation(
                            "a chip was refused that the enrolments bind",
                            "by version " + enrolments + ": " + chip(about));
                }
            }
            case ASSURANCE_TOO_LOW -> {
                if (rank(assurance(facts)).compareTo(rank(rules.getMinimumAssurance())) >= 0) {
                    throw violation(
                            "a read was refused that the policy calls good",
                            assurance(facts).name());
                }
            }
            case LIST_TOO_OLD -> {
                boolean fresh =
                        evidence(facts).getListsList().stream().allMatch(list -> list.getAgeMs() <= rules.getFreshMs());
                if (isTrusted(facts) && fresh) {
                    throw violation("somebody was refused by a list that is fresh", "policy " + policy);
                }
            }
            case CREDENTIAL_NOT_YET_VALID, CREDENTIAL_EXPIRED -> {
                if (isTrusted(facts)
                        && issued.filter(each -> isInTime(each, facts)).isPresent()) {
                    throw violation("a pass was refused within its time", reason + " at " + facts.getOccurredAtMs());
                }
            }
            case PASS_OTHER_SITE -> {
                if (issued.isPresent()) {
                    throw violation("the site's own pass was called another's", about.getCardNumber());
                }
            }
            case CREDENTIAL_REVOKED -> {
                if (pass && siteList > 0 && !siteStatuses(about).contains(CardStatus.REVOKED)) {
                    throw violation("a pass was refused that nobody took back", "by version " + siteList);
                }
            }
            default -> {
                // Says nothing of enrolments, policy or passes.
            }
        }
    }
}
