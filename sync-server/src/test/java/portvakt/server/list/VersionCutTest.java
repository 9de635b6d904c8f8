package portvakt.server.list;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.CardKeys;
import portvakt.protocol.list.ListDelta;
import portvakt.server.port.CardStatuses.Changed;
import portvakt.server.port.CardStatuses.Listed;

/** However many cards change, each version's delta fits into one message, and no card is split between two. */
class VersionCutTest {

    private static final CardKeys KEYS = new CardKeys(new byte[CardKeys.SECRET_BYTES]);
    private static final long BEFORE = 0;
    private static final ListContent EMPTY = ListContent.of(List.of(), KEYS);

    private static List<Changed> changed(int from, int until, CardStatus status) {
        List<Changed> cards = new ArrayList<>();
        for (int card = from; card < until; card++) {
            cards.add(new Changed(new CardNumber(String.valueOf(card)), status, cards.size() + 1));
        }
        return cards;
    }

    private static List<VersionCut> cut(ListContent content, List<Changed> changed) {
        return VersionCut.cut(content, BEFORE, changed, KEYS, ListDelta.KEYS_MAX);
    }

    @Test
    void fiftyThousandSuspensionsAreSevenVersions() {
        List<VersionCut> cuts = cut(EMPTY, changed(1_000_000, 1_050_000, CardStatus.SUSPENDED));
        assertThat(cuts).hasSize(7);
        assertThat(cuts.getFirst().changes().added()).hasSize(8169);
        // Only the last one has all of them.
        assertThat(cuts)
                .extracting(VersionCut::changeId)
                .containsExactly(BEFORE, BEFORE, BEFORE, BEFORE, BEFORE, BEFORE, 50_000L);
        assertThat(cuts.stream().mapToInt(cut -> cut.changes().size()).sum()).isEqualTo(50_000);
    }

    @Test
    void noTwoVersionsOfABurstTouchTheSameKeys() {
        List<VersionCut> cuts = cut(EMPTY, changed(1_000_000, 1_050_000, CardStatus.SUSPENDED));
        for (int at = 1; at < cuts.size(); at++) {
            long[] before = cuts.get(at - 1).changes().added();
            long[] after = cuts.get(at).changes().added();
            assertThat(Long.compareUnsigned(before[before.length - 1], after[0]))
                    .isNegative();
        }
    }

    @Test
    void theKeysOfACardGoAndComeInTheSameVersion() {
        List<Listed> suspended = changed(1_000_000, 1_010_000, CardStatus.SUSPENDED).stream()
                .map(card -> new Listed(card.card(), card.status()))
                .toList();
        List<VersionCut> cuts = cut(ListContent.of(suspended, KEYS), changed(1_000_000, 1_010_000, CardStatus.REVOKED));
        // 8,169 keys are an odd number: the last one stays free.
        assertThat(cuts).extracting(cut -> cut.changes().added().length).containsExactly(4084, 4084, 1832);
        assertThat(cuts).extracting(cut -> cut.changes().removed().length).containsExactly(4084, 4084, 1832);
        assertThat(cuts).extracting(VersionCut::revoked).containsExactly(4084, 4084, 1832);
    }

    @Test
    void whatTheListHoldsAlreadyIsNoVersion() {
        List<Listed> revoked = List.of(new Listed(new CardNumber("1000000"), CardStatus.REVOKED));
        assertThat(cut(ListContent.of(revoked, KEYS), changed(1_000_000, 1_000_001, CardStatus.REVOKED)))
                .isEmpty();
        assertThat(cut(EMPTY, changed(1_000_000, 1_000_005, CardStatus.VALID))).isEmpty();
    }

    @Test
    void changesThatChangeNothingAtTheEndCountAsSeen() {
        List<Changed> changed = new ArrayList<>(changed(1_000_000, 1_000_001, CardStatus.REVOKED));
        changed.add(new Changed(new CardNumber("2000000"), CardStatus.VALID, 2));
        assertThat(cut(EMPTY, changed)).extracting(VersionCut::changeId).containsExactly(2L);
    }

    /**
     * With room for one card in a version, the order of the versions is the order of the cards: by the key that comes, else by the
     * one that goes, so that neighbours in the list change together.
     */
    @ParameterizedTest
    @CsvSource({
        "VALID, REVOKED, REVOKED",
        "VALID, SUSPENDED, SUSPENDED",
        "REVOKED, VALID, REVOKED",
        "SUSPENDED, VALID, SUSPENDED",
        "SUSPENDED, REVOKED, REVOKED",
        "REVOKED, SUSPENDED, SUSPENDED",
    })
    void cardsAreTakenInTheOrderOfTheKeyThatComesElseOfTheOneThatGoes(
            CardStatus before, CardStatus after, CardStatus keyOf) {
        List<Changed> changes = changed(1_000_000, 1_000_050, after);
        List<Listed> listed = changes.stream()
                .filter(_ -> before != CardStatus.VALID)
                .map(card -> new Listed(card.card(), before))
                .toList();
        List<Long> expected = changes.stream()
                .map(card -> KEYS.key(card.card(), keyOf))
                .sorted(Long::compareUnsigned)
                .toList();
        int keysOfACard = before == CardStatus.VALID || after == CardStatus.VALID ? 1 : 2;

        List<VersionCut> cuts = VersionCut.cut(ListContent.of(listed, KEYS), BEFORE, changes, KEYS, keysOfACard);

        assertThat(cuts)
                .extracting(cut -> after == CardStatus.VALID
                        ? cut.changes().removed()[0]
                        : cut.changes().added()[0])
                .isEqualTo(expected);
        int revokedByEach = (after == CardStatus.REVOKED ? 1 : 0) - (before == CardStatus.REVOKED ? 1 : 0);
        assertThat(cuts).extracting(VersionCut::revoked).containsOnly(revokedByEach);
    }
}
