package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.log.CheckOutRules;
import portvakt.server.port.EntryLog.OnSite;
import portvakt.server.port.Erasure;
import portvakt.server.port.Musters.Left;
import portvakt.server.port.Musters.Muster;
import portvakt.server.port.Musters.Person;
import portvakt.server.port.Musters.Source;
import portvakt.server.port.Presence;

/** Musters over what real gates' events made of presence. */
class SqlMustersTest {

    private static final String KARI = "1234567";
    private static final String OLA = "7654321";
    private static final Instant START = Journal.START;

    private final TreeMap<String, Journal> journals = new TreeMap<>();
    private Database database;
    private SqlEntryLog log;
    private SqlEventIngest ingest;
    private SqlPresence presence;
    private SqlMusters musters;

    @BeforeEach
    void open() {
        database = Databases.inMemory();
        log = new SqlEntryLog(database);
        ingest = new SqlEventIngest(database, log);
        presence = new SqlPresence(database, Map.of());
        musters = new SqlMusters(database, site -> log.onSite(Optional.of(site)));
    }

    @AfterEach
    void close() {
        log.close();
        database.close();
    }

    private static Instant minute(int minute) {
        return START.plusSeconds(60L * minute);
    }

    private void passes(String gate, Direction direction, String card, int minute) {
        ingest.ingest(
                new GateAddress("oslo", gate),
                Journal.batch(List.of(
                        journals.computeIfAbsent(gate, _ -> new Journal()).taken(direction, card, minute))),
                minute(minute + 1));
    }

    private Muster start(int minute) {
        return musters.start("oslo", false, "anne", minute(minute));
    }

    private List<Person> people(Muster muster, int minute) {
        return musters.people(muster, minute(minute));
    }

    private Person person(Muster muster, String card) {
        return people(muster, 100).stream()
                .filter(each -> each.cardNumber().equals(Optional.of(card)))
                .findAny()
                .orElseThrow();
    }

    @Test
    void listsWhoIsOnSiteAndNobodyElse() {
        passes("north", Direction.IN, KARI, 0);
        passes("north", Direction.IN, OLA, 1);
        passes("north", Direction.OUT, OLA, 2);
        passes("other", Direction.IN, "1111111", 3);
        presence.state(
                "oslo",
                new Presence.Holder.Card(new CardNumber("2222222")),
                Direction.IN,
                minute(4),
                "anne",
                "climbed the fence",
                minute(5));
        Muster muster = start(10);

        assertThat(people(muster, 11))
                .extracting(
                        Person::source,
                        each -> each.cardNumber().orElseThrow(),
                        each -> each.since().orElseThrow())
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(Source.GATE, KARI, minute(0)),
                        org.assertj.core.groups.Tuple.tuple(Source.GATE, "1111111", minute(3)),
                        org.assertj.core.groups.Tuple.tuple(Source.STATED, "2222222", minute(4)));
        assertThat(person(muster, KARI).gate()).contains("north");
        assertThat(musters.start("fornebu", true, "anne", minute(10)).id()).isNotEqualTo(muster.id());
    }

    @Test
    void whoWasTakenForGoneByARuleIsLookedForAllTheSame() {
        passes("north", Direction.IN, KARI, 0);
        CheckOutRules atEight =
                new CheckOutRules(Optional.of(LocalTime.of(8, 0)), Optional.empty(), ZoneId.of("Europe/Oslo"));
        assertThat(presence.checkOut("oslo", atEight::due, minute(70))).isOne();

        assertThat(people(start(80), 80)).extracting(Person::source).containsExactly(Source.CHECKED_OUT);
        Muster late = musters.start("oslo", false, "anne", minute(80 + 25 * 60));
        assertThat(late)
                .as("the first goes on")
                .isEqualTo(musters.find(late.id()).orElseThrow());
        musters.end(late, "anne", minute(80 + 25 * 60));
        assertThat(people(musters.start("oslo", false, "anne", minute(81 + 25 * 60)), 81 + 25 * 60))
                .as("a day later nobody looks for them any more")
                .isEmpty();
    }

    @Test
    void twoThatBeginAtOnceHoldTheSameMuster() {
        Muster first = start(10);
        assertThat(start(11)).isEqualTo(first);
        assertThat(musters.underWay("oslo")).contains(first);
        assertThat(musters.end(first, "ola", minute(20))).isTrue();
        assertThat(musters.end(first, "ola", minute(21))).isFalse();
        assertThat(musters.underWay("oslo")).isEmpty();
        assertThat(start(22).id()).isGreaterThan(first.id());
        assertThat(musters.newest("oslo", 1)).hasSize(1).doesNotContain(first);
    }

    @Test
    void theNewestTickCountsAndNamesWhoMadeIt() {
        passes("north", Direction.IN, KARI, 0);
        Muster muster = start(10);
        long kari = person(muster, KARI).id();

        assertThat(musters.tick(muster, kari, true, "anne", minute(11))).isTrue();
        assertThat(musters.tick(muster, kari, true, "ola", minute(12))).isTrue();
        assertThat(person(muster, KARI).tick().orElseThrow().by()).isEqualTo("ola");
        assertThat(musters.tick(muster, kari, false, "anne", minute(13))).isTrue();
        assertThat(person(muster, KARI).isFound()).isFalse();
        assertThat(musters.tick(muster, 9999, true, "anne", minute(13))).isFalse();
        musters.end(muster, "anne", minute(14));
        assertThat(musters.tick(muster, kari, true, "anne", minute(15))).isFalse();
        assertThat(musters.add(muster, "Per", "anne", minute(15))).isFalse();
        assertThat(person(muster, KARI).isFound()).isFalse();
    }

    @Test
    void aTickOfAnotherMustersPersonIsRefused() {
        passes("north", Direction.IN, KARI, 0);
        Muster here = start(10);
        Muster there = musters.start("fornebu", false, "mona", minute(10));
        assertThat(musters.tick(there, person(here, KARI).id(), true, "mona", minute(11)))
                .isFalse();
    }

    @Test
    void aWayOutThatIsToldLateIsShownAndIsNoTick() {
        passes("north", Direction.IN, KARI, 0);
        Muster muster = start(10);
        passes("south", Direction.OUT, KARI, 5);

        Person kari = person(muster, KARI);
        assertThat(kari.left()).contains(new Left(minute(5), Optional.of("south")));
        assertThat(kari.isFound()).isFalse();
    }

    @Test
    void whoTurnsOutToBeOnSiteComesOntoTheListWhileItGoesOn() {
        Muster muster = start(10);
        passes("north", Direction.IN, KARI, 9);
        assertThat(people(muster, 12)).hasSize(1);
        musters.end(muster, "anne", minute(13));
        passes("north", Direction.IN, OLA, 14);
        assertThat(people(muster, 15)).hasSize(1);
    }

    @Test
    void whoCameInByALiveCopyIsOnTheList() {
        OnSite live = new OnSite(
                "oslo",
                Optional.of("north"),
                minute(9),
                Optional.empty(),
                Optional.of(OLA),
                Optional.of("Ola Nordmann"),
                Optional.empty(),
                true);
        musters = new SqlMusters(database, _ -> List.of(live));
        Muster muster = start(10);

        assertThat(people(muster, 11)).hasSize(1);
        assertThat(person(muster, OLA).source()).isEqualTo(Source.LIVE);
        assertThat(person(muster, OLA).gate()).contains("north");
    }

    @Test
    void somebodyWithoutACardIsWrittenDownAsFound() {
        Muster muster = start(10);
        assertThat(musters.add(muster, "Per, Bygg AS", "anne", minute(11))).isTrue();
        assertThat(people(muster, 12)).singleElement().satisfies(per -> {
            assertThat(per.isFound()).isTrue();
            assertThat(per.source()).isEqualTo(Source.BY_HAND);
            assertThat(per.holderName()).contains("Per, Bygg AS");
        });
    }

    @Test
    void anErasureTakesThePersonOutOfWhatIsOver() {
        passes("north", Direction.IN, KARI, 0);
        Muster muster = start(10);
        passes("north", Direction.OUT, KARI, 20);
        Erasure erasure = new SqlErasure(database);
        Erasure.Scope kari = new Erasure.Scope("oslo", Optional.of(new CardNumber(KARI)), Optional.empty());

        erasure.erase(kari, "anne", "asked for it", minute(30));
        assertThat(people(muster, 31))
                .as("under way")
                .extracting(Person::cardNumber)
                .containsExactly(Optional.of(KARI));
        musters.end(muster, "anne", minute(32));
        erasure.erase(kari, "anne", "asked for it", minute(33));

        assertThat(people(muster, 34)).singleElement().satisfies(nobody -> {
            assertThat(nobody.cardNumber()).isEmpty();
            assertThat(nobody.holderName()).isEmpty();
            assertThat(nobody.since()).isEmpty();
        });
    }
}
