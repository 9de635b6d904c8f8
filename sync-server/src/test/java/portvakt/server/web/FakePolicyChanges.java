package portvakt.server.web;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import portvakt.protocol.v1.SitePolicy;
import portvakt.server.port.PolicyChanges;

/** Remembers what was set. */
final class FakePolicyChanges implements PolicyChanges {

    final List<Change> all = new CopyOnWriteArrayList<>();

    @Override
    public void add(String site, Optional<SitePolicy> policy, String author, String reason, Instant now) {
        all.add(new Change(all.size() + 1L, site, policy, author, reason, now));
    }

    @Override
    public List<Change> newestFirst(String site, int limit) {
        return all.reversed().stream()
                .filter(change -> change.site().equals(site))
                .limit(limit)
                .toList();
    }

    @Override
    public Map<String, SitePolicy> inForce() {
        Map<String, SitePolicy> policies = new TreeMap<>();
        for (Change change : all) {
            policies.remove(change.site());
            change.policy().ifPresent(policy -> policies.put(change.site(), policy));
        }
        return policies;
    }
}
