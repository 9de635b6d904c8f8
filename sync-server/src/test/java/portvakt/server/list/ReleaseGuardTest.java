package portvakt.server.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A register that lost its data does not open the gates to all whom it had revoked before a person has looked. */
class ReleaseGuardTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nothing is released | 20 | 0 | 0 | false",
                "a hundred cards fewer one may always go, were they all | 20 | 99 | 99 | false",
                "a hundred that are all | 20 | 100 | 100 | true",
                "a fifth to the card | 20 | 200 | 1000 | false",
                "one more than a fifth | 20 | 201 | 1000 | true",
                "the whole of a large list | 20 | 50000 | 50000 | true",
                "no percent: only the few | 0 | 99 | 50000 | false",
                "no percent: a hundred | 0 | 100 | 50000 | true",
                "all percent: never held | 100 | 50000 | 50000 | false",
                "more than an int times a hundred | 20 | 30000000 | 100000000 | true",
            })
    void manyReleasesAtOnceAreHeldAndFewNever(String why, int percentMax, long released, long listed, boolean holds) {
        assertThat(new ReleaseGuard(percentMax).holds(released, listed)).as(why).isEqualTo(holds);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 101})
    void whatIsNoPercentageIsRefused(int percentMax) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReleaseGuard(percentMax))
                .withMessage("must be 0 to 100 percent, got " + percentMax);
    }
}
