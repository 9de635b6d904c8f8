package portvakt.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.protocol.Direction;
import portvakt.server.log.Timeline.CheckOut;

/** What is known of a holder says where they are, what an automatic check-out is worth, and whether they entered twice. */
class TimelineTest {

    private static final Duration WITHIN = Duration.ofHours(16);

    /** Hours after some midnight; a sighting is written {@code i7} (in at 7), {@code o16}, {@code I7}, {@code O16} (stated). */
    private static Instant hour(long hour) {
        return Instant.parse("2026-11-24T00:00:00Z").plusSeconds(3600 * hour);
    }

    private static List<Sighting> sightings(String text) {
        List<Sighting> sightings = new ArrayList<>();
        for (String word : text.isBlank() ? new String[0] : text.strip().split(" +")) {
            boolean stated = Character.isUpperCase(word.charAt(0));
            Direction direction = Character.toLowerCase(word.charAt(0)) == 'i' ? Direction.IN : Direction.OUT;
            Instant at = hour(Long.parseLong(word.substring(1)));
            long number = sightings.size() + 1;
            sightings.add(
                    stated
                            ? Sighting.stated(at, direction, number)
                            : new Sighting(at, direction, 0, number, direction == Direction.IN ? "north" : "south"));
        }
        return sightings;
    }

    private static List<CheckOut> checkOuts(String text) {
        return Arrays.stream(text.split(" "))
                .filter(word -> !word.isBlank())
                .map(word -> word.split("-"))
                .map(hours -> new CheckOut(hour(Long.parseLong(hours[0])), hour(Long.parseLong(hours[1]))))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Came at 7, was not seen leaving, checked out at 27: the rule of 03:00.
                "forgotten | i7 | 7-27 | true | false",
                "came back next morning | i7 i31 | 7-27 | true | true",
                "night shift: taps out after it | i22 o30 | 22-27 | false | false",
                "its way out was told of late | i7 o16 | 7-27 | false | false",
                "stated to have left before | i7 O15 | 7-27 | false | false",
                "stated to have been there after it, then left | i7 O30 | 7-27 | false | false",
                "another arrival before it | i7 i23 | 7-27 | false | true",
                "that arrival has a check-out of its own | i7 i23 | 23-27 | true | false",
                "what it rested on was taken back | | 7-27 | false | false",
                "out and in again unseen until later | i7 o26 i26 | 7-27 | false | true",
                "way out at the same instant | i7 o27 | 7-27 | false | false",
                "stated in at the instant of the way out | i7 o16 I16 | 7-27 | false | true",
            })
    void aCheckOutStandsAsLongAsNothingContradictsIt(
            String why, String sightings, String checkOut, boolean stands, boolean onSite) {
        Timeline timeline = new Timeline(sightings(sightings == null ? "" : sightings));
        List<CheckOut> checkOuts = checkOuts(checkOut);
        assertThat(timeline.of(checkOuts.getFirst()).stands()).as(why).isEqualTo(stands);
        assertThat(timeline.isOnSite(checkOuts)).as(why).isEqualTo(onSite);
    }

    @Test
    void saysWhatSupersededACheckOut() {
        Timeline late = new Timeline(sightings("i22 o30 i46"));
        assertThat(late.of(new CheckOut(hour(22), hour(27))).supersededBy())
                .contains(new Sighting(hour(30), Direction.OUT, 0, 2, "south"));
        assertThat(new Timeline(List.of()).of(new CheckOut(hour(22), hour(27))).supersededBy())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "in twice | i7 i9 | | | 1",
                "out in between | i7 o8 i9 | | | 0",
                "stated out in between | i7 O8 i9 | | | 0",
                "three times | i7 i9 i11 | | | 2",
                "the arrival is forgotten by then | i7 i24 | | | 0",
                "to the hour | i7 i23 | | | 1",
                "stated, then by a gate | I7 i9 | | | 1",
                "a statement goes through no gate | i7 I9 | | | 0",
                "the check-out has told of it already | i20 i30 | 20-27 | | 0",
                "a check-out that was superseded has not | i20 i25 i30 | 20-27 | | 2",
                "everybody left in a fire | i7 i9 | | 8 | 0",
                "a fire before that | i7 i9 | | 6 | 1",
                "two ways out | i7 o8 o9 | | | 0",
            })
    void entersTwiceWithoutLeaving(String why, String sightings, String checkOuts, Long fire, int expected) {
        assertThat(new Timeline(sightings(sightings))
                        .doubleEntries(
                                checkOuts(checkOuts == null ? "" : checkOuts),
                                fire == null ? List.of() : List.of(hour(fire)),
                                WITHIN))
                .as(why)
                .hasSize(expected);
    }

    /** The order in which sightings become known is chance: a gate was offline, a manager wrote before it came back. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void anyOrderOfArrivalGivesTheSame(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<Sighting> sorted = new ArrayList<>();
            for (int i = 0; i < random.nextInt(9); i++) {
                Instant at = hour(random.nextInt(60));
                Direction direction = random.nextBoolean() ? Direction.IN : Direction.OUT;
                sorted.add(
                        random.nextInt(4) == 0
                                ? Sighting.stated(at, direction, i + 1)
                                : new Sighting(at, direction, 0, i + 1, random.nextBoolean() ? "north" : "south"));
            }
            sorted.sort(Sighting.ORDER);
            List<CheckOut> checkOuts = sorted.stream()
                    .filter(sighting -> sighting.direction() == Direction.IN && random.nextBoolean())
                    .map(sighting ->
                            new CheckOut(sighting.at(), sighting.at().plus(Duration.ofHours(1 + random.nextInt(20)))))
                    .toList();
            List<Sighting> arrived = new ArrayList<>(sorted);
            Collections.shuffle(arrived, random);
            arrived.addAll(sorted.subList(0, random.nextInt(sorted.size() + 1)));

            Timeline one = new Timeline(sorted);
            Timeline other = new Timeline(arrived);
            String what = "seed " + seed + ", round " + round + ": " + arrived;
            assertThat(other.newest()).as(what).isEqualTo(one.newest());
            assertThat(other.isOnSite(checkOuts)).as(what).isEqualTo(one.isOnSite(checkOuts));
            checkOuts.forEach(
                    checkOut -> assertThat(other.of(checkOut)).as(what).isEqualTo(one.of(checkOut)));
            assertThat(other.doubleEntries(checkOuts, List.of(), WITHIN))
                    .as(what)
                    .isEqualTo(one.doubleEntries(checkOuts, List.of(), WITHIN));
            // And nobody is at two places: whoever was seen leaving last is gone.
            assertThat(one.isOnSite(List.of()))
                    .as(what)
                    .isEqualTo(!sorted.isEmpty() && sorted.getLast().direction() == Direction.IN);
        }
    }
}
