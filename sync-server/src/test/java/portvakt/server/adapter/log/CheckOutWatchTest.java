package portvakt.server.adapter.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import portvakt.server.log.CheckOutRules;
import portvakt.server.port.CheckOuts;
import portvakt.server.port.StorageException;

/** The sites that have a rule are looked at by the server's clock, each by its own rule, whatever happens at another. */
class CheckOutWatchTest {

    private static final Instant NOW = Instant.parse("2026-11-24T02:00:00Z");
    private static final CheckOutRules OFF =
            new CheckOutRules(Optional.empty(), Optional.empty(), ZoneId.of("Europe/Oslo"));

    private static CheckOutRules at(int hour) {
        return new CheckOutRules(Optional.of(LocalTime.of(hour, 0)), Optional.empty(), ZoneId.of("Europe/Oslo"));
    }

    @Test
    void eachSiteIsLookedAtByItsOwnRule() {
        List<String> asked = new ArrayList<>();
        CheckOuts checkOuts = (site, rules, now) -> {
            assertThat(now).isEqualTo(NOW);
            asked.add(site + " "
                    + rules.apply(NOW.minusSeconds(3600)).orElseThrow().at());
            if (site.equals("bergen")) {
                throw new StorageException("down", null);
            }
            return 1;
        };
        try (CheckOutWatch watch = new CheckOutWatch(
                checkOuts,
                new TreeMap<>(Map.of("bergen", at(3), "fornebu", OFF, "oslo", at(4))),
                InstantSource.fixed(NOW))) {
            watch.look();
        }
        assertThat(asked).containsExactly("bergen 2026-11-24T02:00:00Z", "oslo 2026-11-24T03:00:00Z");
    }

    @Test
    void looksAsSoonAsItIsStarted() {
        List<String> asked = new CopyOnWriteArrayList<>();
        try (CheckOutWatch watch = new CheckOutWatch(
                (site, _, _) -> {
                    asked.add(site);
                    return 0;
                },
                Map.of("oslo", at(3)),
                InstantSource.fixed(NOW))) {
            watch.start();
            Awaitility.await().untilAsserted(() -> assertThat(asked).containsExactly("oslo"));
        }
    }
}
