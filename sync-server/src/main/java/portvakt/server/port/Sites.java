package portvakt.server.port;

import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Some sites, or all that there are and will be. @param names of those, unless it is all */
public record Sites(boolean all, SortedSet<String> names) {

    public static final Sites ALL = new Sites(true, new TreeSet<>());

    public Sites {
        names = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(names));
    }

    public static Sites of(Set<String> names) {
        return new Sites(false, new TreeSet<>(names));
    }

    public boolean include(String site) {
        return all || names.contains(site);
    }

    /** Whether somebody of these sites may know that the list exists. */
    public boolean includeList(String list) {
        return !list.startsWith(Lists.SITE_PREFIX) || include(list.substring(Lists.SITE_PREFIX.length()));
    }
}
