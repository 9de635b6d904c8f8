package portvakt.gate.adapter.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentTopicsTest {

    private static final long AGAIN_NS = DocumentTopics.AGAIN.toNanos();
    private static final long START_NS = Long.MAX_VALUE - AGAIN_NS / 2;

    private final List<String> asked = new ArrayList<>();
    private final DocumentTopics topics = new DocumentTopics(
            List.of(new SignedTopic("trust", "t/trust", _ -> false), new SignedTopic("policy", "t/policy", _ -> false)),
            asked::add);

    @Test
    void aNewConnectionAsksForAllTwiceTheTrustFileFirst() {
        topics.connected(START_NS);
        assertThat(asked).containsExactly("t/trust", "t/policy");
        topics.tick(START_NS + AGAIN_NS - 1);
        assertThat(asked).hasSize(2);
        topics.tick(START_NS + AGAIN_NS);
        topics.tick(START_NS + 10 * AGAIN_NS);
        assertThat(asked).containsExactly("t/trust", "t/policy", "t/trust", "t/policy");
    }

    @Test
    void whatCouldNotBeStoredIsAskedForAgainUntilItCan() {
        long failedNs = START_NS + 2 * AGAIN_NS;
        topics.connected(START_NS);
        topics.tick(START_NS + AGAIN_NS);
        topics.notStored(failedNs);
        topics.notStored(failedNs + AGAIN_NS);
        topics.tick(failedNs + DocumentTopics.STORE_AGAIN.toNanos() - 1);
        assertThat(asked).hasSize(4);
        topics.tick(failedNs + DocumentTopics.STORE_AGAIN.toNanos());
        assertThat(asked).hasSize(6);
        topics.tick(failedNs + 10 * DocumentTopics.STORE_AGAIN.toNanos());
        assertThat(asked).hasSize(6);
    }

    @Test
    void nothingIsAskedOfAConnectionThatIsGone() {
        topics.connected(START_NS);
        topics.lost();
        topics.tick(START_NS + 10 * AGAIN_NS);
        assertThat(asked).hasSize(2);
        topics.connected(START_NS + 20 * AGAIN_NS);
        topics.tick(START_NS + 21 * AGAIN_NS);
        assertThat(asked).hasSize(6);
    }

    @Test
    void onlyItsOwnTopicsAreFound() {
        assertThat(topics.find("t/policy")).map(SignedTopic::name).hasValue("policy");
        assertThat(topics.find("t/other")).isEmpty();
    }
}
