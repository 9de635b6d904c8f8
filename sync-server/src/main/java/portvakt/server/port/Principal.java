package portvakt.server.port;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Somebody logged in, or a token's owner. Immutable.
 *
 * @param grants what they are, and where; none: they may do nothing
 * @param only   the scope of a token, which has no right beyond it; empty: all rights of the grants
 */
public record Principal(String name, Set<Grant> grants, Optional<Set<Right>> only) {

    /** A role, on one site or everywhere. */
    public record Grant(Role role, Optional<String> site) {}

    public Principal {
        grants = Set.copyOf(grants);
        only = only.map(rights -> rights.isEmpty() ? EnumSet.noneOf(Right.class) : EnumSet.copyOf(rights));
    }

    /** Somebody with one role everywhere. */
    public static Principal everywhere(String name, Role role) {
        return new Principal(name, Set.of(new Grant(role, Optional.empty())), Optional.empty());
    }

    /** Somebody with one role on one site. */
    public static Principal at(String site, String name, Role role) {
        return new Principal(name, Set.of(new Grant(role, Optional.of(site))), Optional.empty());
    }

    /** Whether they have it on some site; if it is of the whole server, whether they have it everywhere. */
    public boolean may(Right right) {
        return right.isOfWholeServer() ? mayEverywhere(right) : grants.stream().anyMatch(grant -> gives(grant, right));
    }

    public boolean may(Right right, String site) {
        return sites(right).include(site);
    }

    /** @param site empty: everywhere */
    public boolean may(Right right, Optional<String> site) {
        return site.map(name -> may(right, name)).orElseGet(() -> mayEverywhere(right));
    }

    public boolean mayEverywhere(Right right) {
        return grants.stream().anyMatch(grant -> grant.site().isEmpty() && gives(grant, right));
    }

    /** Where they have it. */
    public Sites sites(Right right) {
        return mayEverywhere(right)
                ? Sites.ALL
                : Sites.of(grants.stream()
                        .filter(grant -> gives(grant, right))
                        .flatMap(grant -> grant.site().stream())
                        .collect(Collectors.toSet()));
    }

    private boolean gives(Grant grant, Right right) {
        return grant.role().has(right)
                && only.map(rights -> rights.contains(right)).orElse(true);
    }
}
