package portvakt.gate.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import portvakt.gate.access.AccessDecision;
import portvakt.gate.access.AccessPolicy;
import portvakt.gate.access.CardList;
import portvakt.gate.access.CardRead;
import portvakt.gate.access.Decision;
import portvakt.gate.access.Enrolments;
import portvakt.gate.access.GateTime;
import portvakt.gate.access.ListAge;
import portvakt.gate.access.Passback;
import portvakt.gate.access.Passes;
import portvakt.gate.access.SiteRules;
import portvakt.gate.port.Uplink;
import portvakt.protocol.ListState;

/** What a gate decides by: the newest lists, enrolments, keys of passes and policy that it was given. Belongs to the loop's thread. */
final class DecisionBasis {

    /** @param before empty for a list that is new here */
    record StateChange(String list, Optional<ListState> before, ListState after) {}

    private record Held(CardList list, long appliedAtMs, Optional<ListState> state) {}

    private final AccessPolicy own;
    private final String gate;
    private final Map<String, Held> held = new TreeMap<>();
    private AccessPolicy policy;
    private Enrolments enrolments = Enrolments.NONE;
    private final Passback passback = new Passback();
    private Passes passes = Passes.NONE;

    /**
     * @param own  the policy in the gate's settings: holds until a signed one comes
     * @param gate its name in the site's policy
     */
    DecisionBasis(AccessPolicy own, String gate) {
        this.own = own;
        this.gate = gate;
        this.policy = own;
    }

    AccessPolicy policy() {
        return policy;
    }

    AccessDecision decide(CardRead read, GateTime now) {
        return Decision.decide(
                read, held.values().stream().map(Held::list).toList(), enrolments, passes, policy, passback, now);
    }

    void installed(CardList list, boolean newVersion, GateTime now) {
        Held before = held.get(list.list());
        held.put(
                list.list(),
                new Held(
                        list,
                        newVersion || before == null ? now.wall().toEpochMilli() : before.appliedAtMs(),
                        before == null ? Optional.empty() : before.state()));
    }

    void enrolmentsChanged(Enrolments newest) {
        enrolments = newest;
    }

    /** Of the site's signed table of enrolments; 0: none. */
    long enrolmentsVersion() {
        return enrolments.version();
    }

    Passback passback() {
        return passback;
    }

    void passesChanged(Passes newest) {
        passes = newest;
    }

    void policyChanged(SiteRules rules) {
        policy = own.under(rules, gate);
    }

    /** Works the lists' states out anew. @return those that have changed since the last call */
    List<StateChange> review(GateTime now) {
        List<StateChange> changes = new ArrayList<>();
        held.replaceAll((name, each) -> {
            ListState state = ListAge.of(each.list(), now).state(policy.lists());
            if (each.state().equals(Optional.of(state))) {
                return each;
            }
            changes.add(new StateChange(name, each.state(), state));
            return new Held(each.list(), each.appliedAtMs(), Optional.of(state));
        });
        return changes;
    }

    /** Whether a list that must be there is not, or one is {@code STALE} or {@code NONE}, by the last {@link #review}. */
    boolean listsOld() {
        return !held.keySet().containsAll(policy.requiredLists())
                || held.values().stream()
                        .anyMatch(each -> each.state().orElse(ListState.GRACE).compareTo(ListState.STALE) >= 0);
    }

    /** The lists, in the states that the last {@link #review} found. */
    List<Uplink.AppliedList> applied() {
        return held.values().stream()
                .map(each -> new Uplink.AppliedList(
                        each.list().list(),
                        each.list().epoch(),
                        each.list().version(),
                        each.list().issuedAt().toEpochMilli(),
                        each.appliedAtMs(),
                        each.state().orElse(ListState.GRACE)))
                .toList();
    }
}
