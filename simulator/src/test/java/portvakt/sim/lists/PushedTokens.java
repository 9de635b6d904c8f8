package portvakt.sim.lists;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import portvakt.gate.testing.HandClock;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.port.CardRegister.Outcome;
import portvakt.server.port.StatusChange;

/**
 * The central register as it pushes: each token as often as it takes until an answer comes, in any order, and now and then one
 * whose id was used before. What it says of when is often older than what it has said already. For one thread.
 */
final class PushedTokens {

    private static final String SOURCE = "register";
    private static final int EVENT_AGE_MAX_S = 900;
    private static final int GROUP_MAX = 256;

    private final SplittableRandom random;
    private final HandClock clock;
    private final RegisterTruth truth;
    private final int cards;
    private final List<StatusChange> waiting = new ArrayList<>();
    private final TreeMap<String, StatusChange> taken = new TreeMap<>();
    private int said;

    /** @param cards of how many it speaks */
    PushedTokens(SplittableRandom random, HandClock clock, RegisterTruth truth, int cards) {
        this.random = random;
        this.clock = clock;
        this.truth = truth;
        this.cards = cards;
    }

    /** Any of its cards; few of them are spoken of often. Leading zeros count, and not all numbers are of one length. */
    CardNumber card() {
        int number = random.nextInt(3) == 0 ? random.nextInt(Math.min(cards, 12)) : random.nextInt(cards);
        return card(number);
    }

    static CardNumber card(int number) {
        return new CardNumber(
                switch (number % 8) {
                    case 0 -> "00" + number;
                    case 1 -> "0" + (number - 1);
                    default -> String.valueOf(4_000_000 + number);
                });
    }

    /** A time at which something may have become so, until now; the same one again and again. */
    Instant time() {
        Instant second = Instant.ofEpochSecond(clock.now().wall().getEpochSecond());
        return second.minus(Duration.ofSeconds(random.nextInt(4) == 0 ? 0 : random.nextInt(EVENT_AGE_MAX_S)));
    }

    CardStatus status() {
        return CardStatus.values()[random.nextInt(CardStatus.values().length)];
    }

    /** Something is so. */
    void say(int count) {
        for (int each = 0; each < count; each++) {
            said++;
            waiting.add(StatusChange.ofToken(
                    StatusServer.LIST, card(), status(), time(), SOURCE, "jti-" + said, "hash-" + said));
        }
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /**
     * Pushes some of what waits.
     *
     * @param lossPercent how often a push, or the answer to it, does not come
     */
    void push(StatusServer server, int count, int lossPercent) {
        List<StatusChange> group = new ArrayList<>();
        for (int each = 0; each < count && !waiting.isEmpty(); each++) {
            StatusChange change = waiting.remove(random.nextInt(waiting.size()));
            if (random.nextInt(100) < lossPercent) {
                waiting.add(change);
                if (random.nextBoolean()) {
                    // It does not come; otherwise the answer does not.
                    continue;
                }
            }
            group.add(change);
            if (group.size() == GROUP_MAX) {
                take(server, group);
            }
        }
        take(server, group);
    }

    private void take(StatusServer server, List<StatusChange> group) {
        if (group.size() == 1) {
            heard(group.getFirst(), server.push(group.getFirst()));
        } else if (!group.isEmpty()) {
            List<Outcome> outcomes = server.push(group);
            for (int at = 0; at < group.size(); at++) {
                heard(group.get(at), outcomes.get(at));
            }
        }
        group.clear();
    }

    private void heard(StatusChange change, Outcome outcome) {
        Optional<StatusChange> before = Optional.ofNullable(taken.putIfAbsent(change.tokenId(), change));
        Outcome expected;
        if (before.isPresent()) {
            expected = before.get().equals(change) ? Outcome.REPEATED : Outcome.TOKEN_ID_REUSED;
        } else {
            expected = truth.hear(change.card(), change.status(), change.eventTime())
                    ? Outcome.APPLIED
                    : Outcome.UNCHANGED;
        }
        assertThat(outcome).as("what becomes of %s", change.tokenId()).isEqualTo(expected);
    }

    /** Somebody pushes another word under an id that was used already, or one that was taken long ago comes once more. */
    void pushAgain(StatusServer server) {
        if (taken.isEmpty()) {
            return;
        }
        StatusChange old = Optional.ofNullable(taken.ceilingEntry("jti-" + random.nextInt(said + 1)))
                .orElse(taken.firstEntry())
                .getValue();
        StatusChange again = random.nextBoolean()
                ? old
                : StatusChange.ofToken(
                        StatusServer.LIST, card(), status(), time(), SOURCE, old.tokenId(), "another hash");
        heard(again, server.push(again));
    }
}
