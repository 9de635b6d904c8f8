package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import portvakt.protocol.v1.SitePolicy;
import portvakt.server.port.PolicyChanges.Change;

/** The newest change of a site counts, taking back included, and all of them are kept. */
class SqlPolicyChangesTest {

    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");

    private final AtomicInteger rung = new AtomicInteger();
    private Database database;
    private SqlPolicyChanges changes;

    @BeforeEach
    void open() {
        database = Databases.inMemory();
        changes = new SqlPolicyChanges(database, rung::incrementAndGet);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static SitePolicy policy(String site, long freshMs) {
        return SitePolicy.newBuilder().setSite(site).setFreshMs(freshMs).build();
    }

    @Test
    void theNewestCountsUntilItIsTakenBack() {
        changes.add("oslo", Optional.of(policy("oslo", 1)), "anne", "first", NOW);
        changes.add("bergen", Optional.of(policy("bergen", 7)), "anne", "there", NOW);
        changes.add("oslo", Optional.of(policy("oslo", 2)), "per", "second", NOW.plusSeconds(60));
        assertThat(changes.inForce())
                .containsOnly(
                        java.util.Map.entry("oslo", policy("oslo", 2)),
                        java.util.Map.entry("bergen", policy("bergen", 7)));
        assertThat(rung).hasValue(3);

        changes.add("oslo", Optional.empty(), "kari", "over", NOW.plusSeconds(120));
        assertThat(changes.inForce()).containsOnlyKeys("bergen");
        List<Change> all = changes.newestFirst("oslo", 10);
        assertThat(all).extracting(Change::reason).containsExactly("over", "second", "first");
        assertThat(all.get(1))
                .isEqualTo(new Change(
                        all.get(1).id(), "oslo", Optional.of(policy("oslo", 2)), "per", "second", NOW.plusSeconds(60)));
        assertThat(changes.newestFirst("oslo", 1)).hasSize(1);
    }

    @Test
    void whatCannotBeKeptIsRefused() {
        assertThatThrownBy(() -> changes.add("oslo", Optional.of(policy("bergen", 1)), "anne", "why", NOW))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> changes.add("oslo", Optional.empty(), "anne", " ", NOW))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(changes.newestFirst("oslo", 10)).isEmpty();
        assertThat(rung).hasValue(0);
    }
}
