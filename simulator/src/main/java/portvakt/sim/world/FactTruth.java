package portvakt.sim.world;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;
import portvakt.protocol.pass.Pass;
import portvakt.protocol.v1.SitePolicy;

/**
 * What the site's office has said, version by version, by what was committed and without anything that server or gates reckon:
 * which chip is bound to which card, which policy holds, which passes there are.
 */
public final class FactTruth {

    /** The register's list. */
    public static final String LIST = WorldKeys.LIST;

    /** The site's own list: passes that were taken back. */
    public static final String SITE_LIST = WorldKeys.SITE_LIST;

    public static final String SITE = World.SITE;

    private final NavigableMap<Long, SortedMap<String, String>> enrolments = new TreeMap<>();
    /** A policy with its number. @param signer of the server at that time */
    record Numbered(long version, SitePolicy policy, int signer) {}

    private final NavigableMap<Long, Numbered> policies = new TreeMap<>();
    private final SortedMap<String, Pass> passes = new TreeMap<>();
    private SitePolicy inForce;

    FactTruth(SitePolicy first) {
        enrolments.put(0L, Collections.emptySortedMap());
        inForce = first;
    }

    /** A change of the table of chips is committed. One chip has one card, and one card one chip. @param card empty: unbound */
    void bound(Uid uid, Optional<CardNumber> card) {
        SortedMap<String, String> before = enrolments.lastEntry().getValue();
        SortedMap<String, String> now = new TreeMap<>(before);
        now.remove(uid.hex());
        card.ifPresent(each -> {
            now.values().remove(each.digits());
            now.put(uid.hex(), each.digits());
        });
        if (!now.equals(before)) {
            enrolments.put(newestEnrolments() + 1, now);
        }
    }

    public long newestEnrolments() {
        return enrolments.lastKey();
    }

    public Optional<String> cardOf(Uid uid) {
        return cardOf(uid, newestEnrolments());
    }

    public Optional<String> cardOf(Uid uid, long version) {
        SortedMap<String, String> table = enrolments.get(version);
        if (table == null) {
            throw new Violation("enrolments that nobody issued", "version " + version);
        }
        return Optional.ofNullable(table.get(uid.hex()));
    }

    /** A change of the policy is committed. @param policy without version and time of issue */
    void ordered(SitePolicy policy) {
        inForce = policy;
    }

    /** The server has given what holds now a number. */
    void numbered(long version, SitePolicy policy, int signer) {
        Numbered before = policies.putIfAbsent(version, new Numbered(version, policy, signer));
        if (before != null && !before.policy.equals(policy)) {
            throw new Violation("two policies have one number", "version " + version);
        }
        if (version != policies.lastKey()) {
            throw new Violation("a policy's number fell", version + " after " + policies.lastKey());
        }
    }

    /** Whether the newest policy has its number. */
    public boolean isNumbered() {
        return !policies.isEmpty() && policies.lastEntry().getValue().policy.equals(inForce);
    }

    public long newestPolicy() {
        return policies.isEmpty() ? 0 : policies.lastKey();
    }

    /** @param version 0 for a gate's own settings, which are as the first policy */
    public SitePolicy policy(long version) {
        return version == 0
                ? SiteOffice.FIRST_POLICY
                : numbered(version)
                        .map(Numbered::policy)
                        .orElseThrow(() -> new Violation("a policy that nobody issued", "version " + version));
    }

    Optional<Numbered> numbered(long version) {
        return Optional.ofNullable(policies.get(version));
    }

    void issued(Pass pass) {
        passes.put(pass.number().digits(), pass);
    }

    public Optional<Pass> pass(String number) {
        return Optional.ofNullable(passes.get(number));
    }
}
