package portvakt.server.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.FireReleaseStarted;
import portvakt.server.log.CheckOutRules;
import portvakt.server.log.Sighting;
import portvakt.server.log.Timeline;
import portvakt.server.port.EntryLog;
import portvakt.server.port.Presence;
import portvakt.server.port.Presence.CheckOut;
import portvakt.server.port.Presence.Contradiction;
import portvakt.server.port.Presence.Correction;
import portvakt.server.port.Presence.DoubleEntry;
import portvakt.server.port.Presence.Kind;
import portvakt.server.port.Presence.Outcome;

/** Presence follows from what gates saw and people stated, in whatever order it arrives; nothing that was recorded is lost. */
class SqlPresenceTest {

    private static final String KARI = "1234567";
    private static final Presence.Holder.Card KARIS = new Presence.Holder.Card(new CardNumber(KARI));
    private static final CheckOutRules AT_THREE =
            new CheckOutRules(Optional.of(LocalTime.of(3, 0)), Optional.empty(), ZoneId.of("Europe/Oslo"));
    private static final Duration WITHIN = Duration.ofHours(16);

    /** 07:00 in Oslo. */
    private static final Instant START = Journal.START;

    private final TreeMap<String, Journal> journals = new TreeMap<>();
    private Database database;
    private SqlEntryLog log;
    private SqlEventIngest ingest;
    private SqlPresence presence;

    @BeforeEach
    void open() {
        database = Databases.inMemory();
        log = new SqlEntryLog(database);
        ingest = new SqlEventIngest(database, log, Map.of("oslo", WITHIN));
        presence = new SqlPresence(database, Map.of("oslo", WITHIN));
    }

    @AfterEach
    void close() {
        log.close();
        database.close();
    }

    private static Instant minute(int minute) {
        return START.plusSeconds(60L * minute);
    }

    private static Instant hour(int hour) {
        return minute(60 * hour);
    }

    private ChainedEvent event(String gate, Direction direction, String card, int minute) {
        return journals.computeIfAbsent(gate, _ -> new Journal()).taken(direction, card, minute);
    }

    private void arrive(String gate, ChainedEvent event) {
        ingest.ingest(new GateAddress("oslo", gate), Journal.batch(List.of(event)), hour(100));
    }

    private void in(int hour) {
        arrive("north", event("north", Direction.IN, KARI, 60 * hour));
    }

    private void out(int hour) {
        arrive("south", event("south", Direction.OUT, KARI, 60 * hour));
    }

    private int checkOut(int hour) {
        return presence.checkOut("oslo", AT_THREE::due, hour(hour));
    }

    private Correction state(Direction direction, int hour) {
        return presence.state("oslo", KARIS, direction, hour(hour), "anne", "saw it", hour(99));
    }

    private List<String> onSite() {
        return log.onSite(Optional.of("oslo")).stream()
                .map(person -> person.cardNumber().orElseThrow())
                .toList();
    }

    private CheckOut only() {
        List<CheckOut> all = presence.checkOuts(Optional.of("oslo"), Instant.EPOCH, Presence.LIMIT_MAX);
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private List<DoubleEntry> doubleEntries() {
        return presence.doubleEntries(Optional.of("oslo"), Instant.EPOCH, Presence.LIMIT_MAX);
    }

    @Test
    void whoForgetsToTapOutIsCheckedOutByARecordThatSaysSo() {
        in(0);
        assertThat(checkOut(19)).isZero();
        assertThat(onSite()).containsExactly(KARI);

        assertThat(checkOut(20)).isOne();
        assertThat(onSite()).isEmpty();
        CheckOut made = only();
        assertThat(made.since()).isEqualTo(hour(0));
        assertThat(made.at()).isEqualTo(hour(20));
        assertThat(made.rule()).isEqualTo("DAILY");
        assertThat(made.recordedAt()).isEqualTo(hour(20));
        assertThat(made.superseded()).isFalse();
        assertThat(made.person().cardNumber()).contains(KARI);
        assertThat(made.person().holderName()).contains("Kari Nordmann");
        // No event and no row of the log: the sealed chain knows nothing of it.
        assertThat(log.after(0, 100, EntryLog.Filter.NONE)).hasSize(1);

        assertThat(checkOut(21)).isZero();
        in(24);
        assertThat(onSite()).containsExactly(KARI);
        assertThat(only().superseded()).isFalse();
        assertThat(doubleEntries()).isEmpty();
    }

    @Test
    void aNightShiftThatTapsOutAfterItSupersedesIt() {
        in(15);
        checkOut(20);
        out(23);
        assertThat(onSite()).isEmpty();
        assertThat(only().superseded()).isTrue();
        assertThat(only().by())
                .contains(new Contradiction(hour(23), Direction.OUT, Optional.of("south"), Optional.empty()));
    }

    @Test
    void aWayOutThatArrivesLateSupersedesItByItsOwnTime() {
        in(0);
        checkOut(20);
        in(24);
        checkOut(25);
        ChainedEvent offline = event("south", Direction.OUT, KARI, 60 * 9);
        arrive("south", offline);
        assertThat(only().superseded()).isTrue();
        assertThat(only().by().orElseThrow().at()).isEqualTo(hour(9));
        // What happened since then is as it was.
        assertThat(onSite()).containsExactly(KARI);
    }

    @Test
    void anArrivalThatWasToldOfLateIsCheckedOutAtTheHourThatWasItsOwn() {
        checkOut(48);
        in(0);
        assertThat(onSite()).containsExactly(KARI);
        assertThat(checkOut(48)).isOne();
        assertThat(only().at()).isEqualTo(hour(20));
        assertThat(only().recordedAt()).isEqualTo(hour(48));
    }

    @Test
    void aStatementMovesAHolderAndItsUndoingMovesThemBack() {
        in(0);
        Correction out = state(Direction.OUT, 8);
        assertThat(onSite()).isEmpty();
        assertThat(out.kind()).isEqualTo(Kind.OUT);
        assertThat(out.author()).isEqualTo("anne");

        Outcome.Recorded undone =
                (Outcome.Recorded) presence.undo("oslo", out.id(), "berit", "it was another Kari", hour(99));
        assertThat(onSite()).containsExactly(KARI);
        assertThat(undone.correction().undoes()).contains(out.id());
        // Both stay.
        assertThat(presence.corrections(Optional.of("oslo"), Long.MAX_VALUE, 10))
                .extracting(Correction::kind, Correction::reason, Correction::undoneBy)
                .containsExactly(
                        tuple(Kind.UNDO, Optional.of("it was another Kari"), Optional.empty()),
                        tuple(
                                Kind.OUT,
                                Optional.of("saw it"),
                                Optional.of(undone.correction().id())));

        assertThat(presence.undo("oslo", out.id(), "berit", "again", hour(99))).isEqualTo(new Outcome.CannotBeUndone());
        assertThat(presence.undo("oslo", undone.correction().id(), "berit", "again", hour(99)))
                .isEqualTo(new Outcome.CannotBeUndone());
        assertThat(presence.undo("bergen", out.id(), "berit", "again", hour(99)))
                .isEqualTo(new Outcome.Unknown());
    }

    @Test
    void whoWasNeverSeenIsThereByAStatementAlone() {
        state(Direction.IN, 1);
        assertThat(log.onSite(Optional.empty()))
                .singleElement()
                .satisfies(person -> assertThat(person.gate()).isEmpty())
                .satisfies(person -> assertThat(person.correction()).contains(1L))
                .satisfies(person -> assertThat(person.since()).isEqualTo(hour(1)));
        // A passage from before it changes nothing, one from after it does.
        in(0);
        assertThat(log.onSite(Optional.empty()).getFirst().correction()).contains(1L);
        out(2);
        assertThat(onSite()).isEmpty();
    }

    @Test
    void aStatementSupersedesACheckOutAndItsUndoingBringsItBack() {
        in(0);
        checkOut(20);
        Correction stillThere = state(Direction.OUT, 22);
        assertThat(only().superseded()).isTrue();
        assertThat(only().by()).contains(new Contradiction(hour(22), Direction.OUT, Optional.empty(), Optional.of(1L)));
        presence.undo("oslo", stillThere.id(), "anne", "slip", hour(99));
        assertThat(only().superseded()).isFalse();
        assertThat(onSite()).isEmpty();

        Correction cameAtTwo = state(Direction.IN, 21);
        assertThat(onSite()).containsExactly(KARI);
        presence.undo("oslo", cameAtTwo.id(), "anne", "slip", hour(99));
        assertThat(onSite()).isEmpty();
    }

    @Test
    void entryTwiceIsToldUntilSomebodySettlesItOrItTurnsOutOtherwise() {
        in(0);
        in(2);
        assertThat(doubleEntries()).singleElement().satisfies(entry -> {
            assertThat(entry.firstAt()).isEqualTo(hour(0));
            assertThat(entry.secondAt()).isEqualTo(hour(2));
            assertThat(entry.secondGate()).isEqualTo("north");
            assertThat(entry.forgiven()).isEmpty();
        });
        Outcome.Recorded forgiven =
                (Outcome.Recorded) presence.forgive("oslo", KARIS, "anne", "climbed the fence", hour(3));
        assertThat(doubleEntries().getFirst().forgiven())
                .contains(forgiven.correction().id());
        assertThat(presence.forgive("oslo", KARIS, "anne", "again", hour(3))).isEqualTo(new Outcome.NothingToForgive());

        in(4);
        assertThat(doubleEntries()).hasSize(2);
        // The way out of an offline gate arrives: the second pair never was one, the forgiven one stays.
        out(3);
        assertThat(doubleEntries())
                .singleElement()
                .satisfies(entry -> assertThat(entry.forgiven()).isPresent());
    }

    @Test
    void noOtherSiteAndNobodyAfterAFireIsTakenToHaveEnteredTwice() {
        in(0);
        in(2);
        assertThat(doubleEntries()).hasSize(1);
        EventFacts fire = Journal.facts(60)
                .setDirection(Direction.OUT.wire())
                .setFireReleaseStarted(FireReleaseStarted.getDefaultInstance())
                .build();
        arrive("south", journals.computeIfAbsent("south", _ -> new Journal()).add(fire, null));
        assertThat(doubleEntries()).isEmpty();

        SqlEventIngest careless = new SqlEventIngest(database, log);
        Journal other = new Journal();
        other.taken(Direction.IN, KARI, 0);
        other.taken(Direction.IN, KARI, 60);
        careless.ingest(new GateAddress("bergen", "west"), other.batch(), hour(2));
        assertThat(presence.doubleEntries(Optional.of("bergen"), Instant.EPOCH, 10))
                .isEmpty();
    }

    private record Stated(String card, Direction direction, int minute, boolean undone) {}

    /** Passages, statements, their undoing and the rule come in any order; what follows in the end is what all of it says. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void anyOrderOfArrivalGivesTheSame(long seed) {
        Random random = new Random(seed);
        List<Runnable> arrivals = new ArrayList<>();
        TreeMap<String, List<Sighting>> seen = new TreeMap<>();
        for (int i = 0; i < 60; i++) {
            String card = "100000" + random.nextInt(4);
            Direction direction = random.nextInt(5) < 3 ? Direction.IN : Direction.OUT;
            String gate = direction == Direction.IN ? "north" : "south";
            int minute = random.nextInt(3 * 24 * 60);
            ChainedEvent event = event(gate, direction, card, minute);
            seen.computeIfAbsent(card, _ -> new ArrayList<>())
                    .add(new Sighting(minute(minute), direction, 0, event.getSequence(), gate));
            arrivals.add(() -> arrive(gate, event));
        }
        List<Stated> stated = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Stated each = new Stated(
                    "100000" + random.nextInt(5),
                    random.nextBoolean() ? Direction.IN : Direction.OUT,
                    random.nextInt(3 * 24 * 60),
                    random.nextInt(3) == 0);
            stated.add(each);
            arrivals.add(() -> stateAndMaybeUndo(each));
            if (!each.undone) {
                seen.computeIfAbsent(each.card, _ -> new ArrayList<>())
                        // At an instant of its own, so that the numbers, which are by chance, decide nothing.
                        .add(Sighting.stated(minute(each.minute).plusMillis(1 + i), each.direction, 1));
            }
        }
        for (int i = 0; i < 6; i++) {
            int hour = random.nextInt(80);
            arrivals.add(() -> checkOut(hour));
        }
        numbers = stated;
        Collections.shuffle(arrivals, random);
        arrivals.forEach(Runnable::run);
        int end = 3 * 24 + 30;
        checkOut(end);

        TreeSet<String> expected = new TreeSet<>();
        seen.forEach((card, sightings) -> new Timeline(sightings)
                .newest()
                .filter(newest -> newest.direction() == Direction.IN)
                .filter(newest -> AT_THREE.due(newest.at()).orElseThrow().at().isAfter(hour(end)))
                .ifPresent(_ -> expected.add(card)));
        assertThat(new TreeSet<>(onSite())).as("seed " + seed).isEqualTo(expected);
        verify(seed, seen);
    }

    private List<Stated> numbers = List.of();

    private void stateAndMaybeUndo(Stated each) {
        int number = numbers.indexOf(each);
        Presence.Holder.Card holder = new Presence.Holder.Card(new CardNumber(each.card));
        Correction correction = presence.state(
                "oslo", holder, each.direction, minute(each.minute).plusMillis(1 + number), "anne", "saw it", hour(99));
        if (each.undone) {
            presence.undo("oslo", correction.id(), "anne", "slip", hour(99));
        }
    }

    /** What the database holds of check-outs and double entries is what the whole timeline says. */
    private void verify(long seed, TreeMap<String, List<Sighting>> seen) {
        List<CheckOut> checkOuts = presence.checkOuts(Optional.of("oslo"), Instant.EPOCH, Presence.LIMIT_MAX);
        assertThat(checkOuts).as("seed " + seed).isNotEmpty();
        seen.forEach((card, sightings) -> {
            Timeline timeline = new Timeline(sightings);
            List<Timeline.CheckOut> own = checkOuts.stream()
                    .filter(checkOut -> checkOut.person().cardNumber().equals(Optional.of(card)))
                    .map(checkOut -> new Timeline.CheckOut(checkOut.since(), checkOut.at()))
                    .toList();
            checkOuts.stream()
                    .filter(checkOut -> checkOut.person().cardNumber().equals(Optional.of(card)))
                    .forEach(checkOut -> assertThat(checkOut.superseded())
                            .as("seed %d, card %s, %s", seed, card, checkOut)
                            .isNotEqualTo(timeline.of(new Timeline.CheckOut(checkOut.since(), checkOut.at()))
                                    .stands()));
            assertThat(doubleEntries().stream()
                            .filter(entry -> entry.person().cardNumber().equals(Optional.of(card)))
                            .map(DoubleEntry::secondAt)
                            .sorted())
                    .as("seed %d, card %s", seed, card)
                    .isEqualTo(timeline.doubleEntries(own, List.of(), WITHIN).stream()
                            .map(entry -> entry.second().at())
                            .sorted()
                            .toList());
        });
    }
}
