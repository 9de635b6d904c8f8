package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.Uid;
import portvakt.protocol.v1.AccessGranted;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.server.port.CardChips.Seen;
import portvakt.server.port.Enrolments.OnConflict;
import portvakt.server.port.EntryLog;
import portvakt.server.port.LogEntry;

/** One card has one chip at a site: a second one is said once, whatever comes again, until somebody says that it took the other's place. */
class SqlCardChipsTest {

    private static final GateAddress NORTH = new GateAddress("oslo", "north");
    private static final GateAddress SOUTH = new GateAddress("oslo", "south");
    private static final GateAddress ELSEWHERE = new GateAddress("bergen", "east");
    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");
    private static final CardNumber KARI = new CardNumber("1234567");
    private static final Uid FIRST = new Uid("04a1b2c3d4e5f6");
    private static final Uid OTHER = new Uid("0411223344556a");
    private static final Uid RANDOM = new Uid("08112233");

    private Database database;
    private SqlEntryLog log;
    private SqlCardChips chips;

    @BeforeEach
    void open() {
        database = Databases.inMemory();
        log = new SqlEntryLog(database);
        chips = new SqlCardChips(database);
    }

    @AfterEach
    void close() {
        log.close();
        database.close();
    }

    private static ChainedEvent read(Journal journal, CardNumber card, Uid uid, int minute) {
        return journal.add(
                Journal.facts(minute)
                        .setDirection(Direction.IN.wire())
                        .setAccessGranted(AccessGranted.getDefaultInstance())
                        .build(),
                Journal.subject(card.digits()).toBuilder()
                        .setUid(ByteString.copyFrom(HexFormat.of().parseHex(uid.hex())))
                        .build());
    }

    private void ingest(GateAddress gate, Journal journal) {
        new SqlEventIngest(database, log).ingest(gate, journal.batch(), NOW);
    }

    private List<LogEntry> alarms() {
        return log.after(0, EntryLog.LIMIT_MAX, EntryLog.Filter.NONE).stream()
                .filter(row -> row.kind().equals("Alarm"))
                .toList();
    }

    private static Instant minute(int minute) {
        return Journal.START.plusSeconds(60L * minute);
    }

    @Test
    void aSecondChipIsSaidOnceWithBothMasked() {
        Journal north = new Journal();
        read(north, KARI, FIRST, 1);
        read(north, KARI, FIRST, 2);
        ingest(NORTH, north);
        assertThat(alarms()).isEmpty();

        Journal south = new Journal();
        read(south, KARI, OTHER, 30);
        read(south, KARI, OTHER, 31);
        ingest(SOUTH, south);
        ingest(SOUTH, south);
        read(south, KARI, OTHER, 32);
        read(south, KARI, FIRST, 33);
        ingest(SOUTH, south);

        assertThat(alarms()).singleElement().satisfies(row -> {
            assertThat(row.cardNumber()).contains(KARI.digits());
            assertThat(row.gate()).isEqualTo("south");
            assertThat(row.detail().orElseThrow())
                    .startsWith("CARD_SECOND_CHIP: card 12***67: chip 04**********6a at south, 2026-03-02T06:30:00Z")
                    .contains("chip 04**********f6 at north, since 2026-03-02T06:01:00Z")
                    .doesNotContain(KARI.digits(), FIRST.hex(), OTHER.hex());
        });
        assertThat(chips.of("oslo", KARI))
                .containsExactly(new Seen(KARI, FIRST, minute(1), "north"), new Seen(KARI, OTHER, minute(30), "south"));
        assertThat(chips.doubled("oslo", minute(30), 10)).hasSize(2);
        assertThat(chips.doubled("oslo", minute(31), 10)).isEmpty();
        assertThat(chips.doubled("oslo", minute(0), 1)).hasSize(1);
    }

    /** The same batch may hold both; what draws its number anew at each read tells nothing; each site stands for itself. */
    @Test
    void looksAtOneSiteAndAtChipsThatHaveANumber() {
        Journal elsewhere = new Journal();
        read(elsewhere, KARI, FIRST, 0);
        ingest(ELSEWHERE, elsewhere);
        Journal north = new Journal();
        read(north, KARI, OTHER, 1);
        read(north, KARI, RANDOM, 2);
        read(north, new CardNumber("7654321"), FIRST, 3);
        ingest(NORTH, north);
        assertThat(alarms()).isEmpty();

        read(north, KARI, FIRST, 4);
        ingest(NORTH, north);
        assertThat(alarms()).hasSize(1);
        assertThat(chips.doubled("bergen", minute(0), 10)).isEmpty();
    }

    @Test
    void aChipThatWasReplacedIsForgottenAndAnAlarmIfItComesBack() {
        SqlEnrolments enrolments = new SqlEnrolments(database, () -> {});
        enrolments.bind("oslo", FIRST, KARI, OnConflict.REFUSE, "anne", NOW);
        Journal north = new Journal();
        read(north, KARI, FIRST, 1);
        ingest(NORTH, north);

        enrolments.bind("oslo", OTHER, KARI, OnConflict.REPLACE, "anne", NOW);
        read(north, KARI, OTHER, 2);
        ingest(NORTH, north);
        assertThat(alarms()).isEmpty();

        read(north, KARI, FIRST, 3);
        ingest(NORTH, north);
        assertThat(alarms()).hasSize(1);

        enrolments.unbind("oslo", OTHER, "anne", NOW);
        assertThat(chips.of("oslo", KARI)).extracting(Seen::uid).containsExactly(FIRST);
    }
}
