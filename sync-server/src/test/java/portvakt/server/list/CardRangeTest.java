package portvakt.server.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.CardNumber;

/** Each index of a register's list stands for one card number and back, and a range that has no cards is no setting. */
class CardRangeTest {

    @ParameterizedTest
    @CsvSource({"0, 1", "9, 1", "0, 7", "9999999, 7", "0, 16", "9999999999999999, 16"})
    void aRangeMayBeginAtAnyNumberOfItsDigits(long firstCard, int digits) {
        CardRange range = new CardRange(firstCard, digits);
        assertThat(range.card(0).digits()).hasSize(digits);
        assertThat(range.index(range.card(0))).hasValue(0);
        assertThat(range.card(range.size() - 1).digits()).isEqualTo("9".repeat(digits));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, -1", "0, 17"})
    void aNumberOfDigitsThatNoCardHasIsRefused(long firstCard, int digits) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CardRange(firstCard, digits))
                .withMessage("digits must be 1 to 16, got " + digits);
    }

    @ParameterizedTest
    @CsvSource({"-1, 7", "10000000, 7", "10, 1", "10000000000000000, 16"})
    void aFirstCardThatDoesNotHaveTheDigitsIsRefused(long firstCard, int digits) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CardRange(firstCard, digits))
                .withMessage("firstCard must be a number of at most " + digits + " digits, got " + firstCard);
    }

    @ParameterizedTest
    @CsvSource({"0, 0000042", "1, 0000043", "58, 0000100", "9999957, 9999999"})
    void indexesCountFromTheFirstCardWithZerosInFront(long index, String card) {
        CardRange range = new CardRange(42, 7);
        assertThat(range.card(index)).isEqualTo(new CardNumber(card));
        assertThat(range.index(new CardNumber(card))).isEqualTo(OptionalLong.of(index));
    }

    @ParameterizedTest
    @CsvSource({"0000041", "0000000", "000042", "00000042", "42", "4388261000000000"})
    void aCardBeforeTheFirstOrOfOtherDigitsHasNoIndex(String card) {
        assertThat(new CardRange(42, 7).index(new CardNumber(card))).isEmpty();
    }

    @Test
    void whatFollowsTheLastCardIsPadding() {
        assertThat(new CardRange(0, 7).size()).isEqualTo(10_000_000);
        assertThat(new CardRange(4_000_000, 7).size()).isEqualTo(6_000_000);
        assertThat(new CardRange(9_999_999, 7).size()).isEqualTo(1);
        assertThat(new CardRange(0, 16).size()).isEqualTo(10_000_000_000_000_000L);
    }
}
