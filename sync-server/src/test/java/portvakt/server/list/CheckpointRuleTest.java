package portvakt.server.list;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A list is published whole when the way to its newest version has grown long, and not for every few changes. */
class CheckpointRuleTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nothing happened | 250000 | 0 | 0 | false",
                "few changes are never a reason, be the list ever so small | 0 | 2000 | 1 | false",
                "one more is | 0 | 2001 | 1 | true",
                "up to 16,000 cards the same few are allowed | 16007 | 2000 | 1 | false",
                "and of those one more is again a reason | 16007 | 2001 | 1 | true",
                "an eighth of a large list is none | 250000 | 31250 | 1 | false",
                "more than an eighth is | 250000 | 31251 | 1 | true",
                "many keys of a huge list are none | 16000000 | 2000000 | 300 | false",
                "511 versions are none | 250000 | 600 | 511 | false",
                "512 versions are one, however little they changed | 250000 | 512 | 512 | true",
                "a server that was put back may have made more | 250000 | 2000 | 513 | true",
                "more keys than an int holds | 250000 | 3000000000 | 1 | true",
            })
    void theWholeListIsDueAfterManyKeysOrManyVersions(String why, int count, long keys, long versions, boolean due) {
        assertThat(CheckpointRule.isDue(count, keys, versions)).as(why).isEqualTo(due);
    }
}
