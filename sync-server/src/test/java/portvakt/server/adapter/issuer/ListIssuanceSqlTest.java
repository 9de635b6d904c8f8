package portvakt.server.adapter.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.adapter.sql.Database;
import portvakt.server.adapter.sql.Databases;
import portvakt.server.adapter.sql.SqlCardRegister;
import portvakt.server.adapter.sql.SqlCardStatuses;
import portvakt.server.list.ListContent;
import portvakt.server.port.StatusChange;

/** With the real database below: what the register commits is what gates get, over restarts, broken connections and all. */
class ListIssuanceSqlTest {

    private static final String LIST = "hms-kort";
    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");
    private static final long SEED = 91;

    private final RetainedMessages broker = new RetainedMessages();
    private int tokens;

    @Test
    void theWayFromTheFirstVersionLeadsToTheSetOfTheRegister(@TempDir Path folder) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        ListKeys keys = TestKeys.in(folder.resolve("keys"), LIST);
        RetainedMessages.Copy gate = null;
        int step = 0;
        for (int run = 0; run < 6; run++) {
            try (Database database = Databases.open("jdbc:h2:file:" + folder.resolve("database"))) {
                SqlCardStatuses statuses = new SqlCardStatuses(database);
                SqlCardRegister register = new SqlCardRegister(database, () -> NOW, _ -> {});
                // What came while the server was down is there before the first round.
                change(register, random);
                ListIssuance issuance =
                        new ListIssuance(LIST, keys, statuses, broker, () -> 1, Duration.ofSeconds(1), () -> {});
                for (int round = 0; round < 15; round++) {
                    broker.away = random.nextInt(4) == 0;
                    try {
                        issuance.round(NOW.plusSeconds(++step), true);
                    } catch (BrokerAway expected) {
                        assertThat(broker.away).isTrue();
                    }
                    change(register, random);
                }
                broker.away = false;
                issuance.round(NOW.plusSeconds(++step), true);
                long[] all =
                        ListContent.of(statuses.listed(LIST), keys.cardKeys()).keys();
                assertThat(broker.fetch(LIST, keys))
                        .as("seed %d run %d", SEED, run)
                        .isEqualTo(all);
                gate = broker.follow(LIST, keys, gate == null ? broker.checkpoint(LIST, 1, keys) : gate);
                assertThat(gate.keys()).as("seed %d run %d", SEED, run).isEqualTo(all);
                change(register, random);
            }
        }
    }

    private void change(SqlCardRegister register, SplittableRandom random) {
        for (int change = random.nextInt(4); change > 0; change--) {
            tokens++;
            register.apply(StatusChange.ofToken(
                    LIST,
                    new CardNumber(String.valueOf(1_000_000 + random.nextInt(30))),
                    CardStatus.values()[random.nextInt(3)],
                    NOW.plusSeconds(tokens),
                    "register",
                    "t" + tokens,
                    "h" + tokens));
        }
    }
}
