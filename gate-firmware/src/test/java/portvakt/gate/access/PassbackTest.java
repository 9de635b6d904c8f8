package portvakt.gate.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.gate.access.Passback.News;
import portvakt.gate.testing.HandClock;
import portvakt.protocol.Assurance;
import portvakt.protocol.CardNumber;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.protocol.v1.ClockTrust;

/** A gate takes somebody for inside only when it saw them go in, and has heard without a gap that they did not leave. */
class PassbackTest {

    private static final CardNumber OLA = new CardNumber("1111111");
    private static final CardNumber KARI = new CardNumber("2222222");
    private static final Duration FORGETS = Duration.ofHours(16);
    private static final Duration BEAT = Duration.ofSeconds(5);

    private final HandClock clock = new HandClock();
    private final Passback passback = new Passback();
    private long sequence;

    private News news(boolean complete, CardNumber... departed) {
        return news("run", ++sequence, complete, departed);
    }

    private News news(String run, long number, boolean complete, CardNumber... departed) {
        return new News(run, number, clock.now().wall(), FORGETS, complete, Set.of(departed));
    }

    private void hear(News news) {
        passback.heard(news, clock.now());
    }

    private void beat(int times) {
        for (int i = 0; i < times; i++) {
            clock.pass(BEAT);
            hear(news(true));
        }
    }

    private boolean isInside(CardNumber card) {
        return passback.isInside(card, clock.now());
    }

    @BeforeEach
    void olaGoesIn() {
        beat(2);
        passback.entered(OLA, clock.now());
        beat(2);
    }

    @Test
    void whoWentInAndDidNotLeaveIsInside() {
        assertThat(isInside(OLA)).isTrue();
        assertThat(isInside(KARI)).isFalse();
        hear(news(true, KARI));
        assertThat(isInside(OLA)).isTrue();
        hear(news(true, OLA));
        assertThat(isInside(OLA)).isFalse();
        passback.entered(OLA, clock.now());
        assertThat(isInside(OLA)).isTrue();
    }

    @Test
    void anEntryIsForgottenInTime() {
        beat((int) (FORGETS.dividedBy(BEAT)) - 2);
        assertThat(isInside(OLA)).isTrue();
        beat(1);
        assertThat(isInside(OLA)).isFalse();
    }

    @Test
    void silenceDoubtsAndAGapForgets() {
        clock.pass(Passback.SILENCE_MAX);
        assertThat(isInside(OLA)).isTrue();
        clock.pass(Duration.ofMillis(1));
        assertThat(isInside(OLA)).isFalse();
        // The next message comes in order, but what was in between may have expired in the broker.
        hear(news(true));
        assertThat(isInside(OLA)).isFalse();

        passback.entered(OLA, clock.now());
        sequence++;
        clock.pass(BEAT);
        hear(news(true));
        assertThat(isInside(OLA)).isFalse();
        passback.entered(OLA, clock.now());
        assertThat(isInside(OLA)).isTrue();
    }

    /** The oldest entries are forgotten, and no more of them than there is no room for. */
    @Test
    void asManyAreRememberedAsThereIsRoomFor() {
        for (int card = 1; card < Passback.ENTRIES_MAX; card++) {
            passback.entered(new CardNumber("" + (2_000_000 + card)), clock.now());
        }
        assertThat(isInside(OLA)).isTrue();
        passback.entered(KARI, clock.now());
        assertThat(isInside(OLA)).isFalse();
        assertThat(isInside(new CardNumber("2000001"))).isTrue();
    }

    @Test
    void whoIsInsideIsRefusedAtAnEntranceAndLetOutWithoutAWord() {
        assertThat(decide(Direction.IN, OLA))
                .isInstanceOfSatisfying(
                        AccessDecision.Denied.class,
                        denied -> assertThat(denied.reason()).isEqualTo(DenialReason.ANTI_PASSBACK));
        for (AccessDecision granted : List.of(decide(Direction.IN, KARI), decide(Direction.OUT, OLA))) {
            assertThat(granted)
                    .isInstanceOfSatisfying(
                            AccessDecision.Granted.class,
                            let -> assertThat(let.flags()).isEmpty());
        }
    }

    private AccessDecision decide(Direction direction, CardNumber card) {
        AccessPolicy policy = new AccessPolicy(
                direction,
                List.of(),
                Assurance.UNSIGNED_CODE,
                Duration.ofDays(1),
                Duration.ofDays(3),
                Duration.ofDays(7),
                false,
                false,
                true,
                ZoneOffset.UTC);
        return Decision.decide(
                new CardRead.UnsignedCode(card),
                List.of(),
                Enrolments.NONE,
                Passes.NONE,
                policy,
                passback,
                clock.now());
    }

    @Test
    void anotherRunOfTheServerForgets() {
        hear(news("other", 1, true));
        assertThat(isInside(OLA)).isFalse();
    }

    @Test
    void incompleteNewsForgetAndCompleteOnesDoNotBringBack() {
        hear(news(false));
        assertThat(isInside(OLA)).isFalse();
        hear(news(true));
        assertThat(isInside(OLA)).isFalse();
        passback.entered(OLA, clock.now());
        assertThat(isInside(OLA)).isTrue();
    }

    @Test
    void whatWasDeliveredTwiceOrPlayedBackSaysNothing() {
        News departure = news(true, OLA);
        hear(departure);
        passback.entered(OLA, clock.now());
        hear(departure);
        assertThat(isInside(OLA)).isTrue();
        News old = news(true);
        clock.pass(Duration.ofSeconds(14));
        hear(old);
        clock.pass(Duration.ofSeconds(14));
        passback.entered(OLA, clock.now());
        assertThat(isInside(OLA)).isTrue();
        // Kept back for longer, it is not of now.
        News late = news(true);
        for (int i = 0; i < 3; i++) {
            clock.pass(Duration.ofSeconds(14));
            hear(new News("run", ++sequence, late.issuedAt(), FORGETS, true, Set.of()));
        }
        assertThat(isInside(OLA)).isFalse();
    }

    @Test
    void anUntrustedClockAndUnknownLeaversDoubt() {
        clock.trust(ClockTrust.CLOCK_TRUST_BOUNDED_BELOW);
        assertThat(isInside(OLA)).isFalse();
        clock.trust(ClockTrust.CLOCK_TRUST_SYNCHRONISED);
        assertThat(isInside(OLA)).isTrue();
        passback.somebodyLeft();
        assertThat(isInside(OLA)).isFalse();
    }

    @Test
    void aGateThatNeverHeardAnythingTakesNobodyForInside() {
        Passback deaf = new Passback();
        deaf.entered(OLA, clock.now());
        assertThat(deaf.isInside(OLA, clock.now())).isFalse();
    }

    /**
     * Messages get lost, come twice and late, gates lose their exits' events for a while: whoever left longer ago than the silence that
     * a gate notices is never locked out.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void nobodyIsLockedOutByWhatTheGateDoesNotKnow(long seed) {
        Random random = new Random(seed);
        TreeMap<CardNumber, Long> leftNs = new TreeMap<>();
        List<CardNumber> unheard = new ArrayList<>();
        boolean exitGateAway = false;
        int denied = 0;
        String run = "first";
        sequence = 0;
        for (int step = 0; step < 4000; step++) {
            clock.pass(Duration.ofMillis(random.nextInt(7000)));
            CardNumber card = new CardNumber("" + (1000000 + random.nextInt(5)));
            List<CardNumber> departed = List.of();
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    if (passback.isInside(card, clock.now())) {
                        denied++;
                        Long left = leftNs.get(card);
                        assertThat(left == null || clock.now().uptimeNs() - left <= Passback.SILENCE_MAX.toNanos())
                                .as("seed %d, step %d", seed, step)
                                .isTrue();
                    } else {
                        passback.entered(card, clock.now());
                        leftNs.remove(card);
                    }
                }
                case 2 -> {
                    leftNs.put(card, clock.now().uptimeNs());
                    if (exitGateAway) {
                        unheard.add(card);
                    } else {
                        departed = List.of(card);
                    }
                }
                case 3 -> {
                    if (random.nextInt(10) == 0) {
                        exitGateAway = !exitGateAway;
                        departed = exitGateAway ? List.of() : List.copyOf(unheard);
                        unheard.clear();
                    } else if (random.nextInt(20) == 0) {
                        run = "run " + step;
                        sequence = 0;
                    }
                }
                default -> {}
            }
            News news = new News(run, ++sequence, clock.now().wall(), FORGETS, !exitGateAway, Set.copyOf(departed));
            if (random.nextInt(12) != 0) {
                hear(news);
                if (random.nextInt(12) == 0) {
                    hear(news);
                }
            }
        }
        assertThat(denied).as("seed " + seed).isPositive();
    }
}
