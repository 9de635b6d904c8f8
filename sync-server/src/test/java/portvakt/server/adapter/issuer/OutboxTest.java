package portvakt.server.adapter.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What weighs most goes first, and nothing is lost that the broker did not take. */
class OutboxTest {

    private final RetainedMessages broker = new RetainedMessages();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger worksTaken = new AtomicInteger();
    private final Outbox outbox = new Outbox(broker, Duration.ofSeconds(30), answered::incrementAndGet);

    private static RetainedMessage message(String topic) {
        return RetainedMessage.lasting(topic, new byte[] {1});
    }

    private final class Row implements Outbox.Work {
        private final Iterator<RetainedMessage> messages;

        Row(String name, int count) {
            messages = IntStream.range(0, count)
                    .mapToObj(index -> message(name + index))
                    .iterator();
        }

        @Override
        public Optional<RetainedMessage> next() {
            return messages.hasNext() ? Optional.of(messages.next()) : Optional.empty();
        }

        @Override
        public void taken() {
            worksTaken.incrementAndGet();
        }
    }

    @Test
    void goesByWeight() throws Exception {
        outbox.add(new Row("w", 2));
        outbox.putLater(message("l"));
        outbox.putHead(message("h"));
        outbox.putFirst(message("f"));
        outbox.pump();
        assertThat(broker.published).containsExactly("f", "h", "l", "w0", "w1");
        assertThat(outbox.isEmpty()).isTrue();
        assertThat(worksTaken).hasValue(1);
    }

    @Test
    void aWorkIsTakenWhenEachOfItsMessagesIsAndTheNextWaitsForThat() throws Exception {
        broker.holds = true;
        outbox.add(new Row("v", 2));
        outbox.add(new Row("w", 1));
        outbox.pump();
        assertThat(broker.published).containsExactly("v0", "v1");
        broker.held.remove().complete(null);
        outbox.pump();
        assertThat(worksTaken).hasValue(0);
        broker.held.remove().complete(null);
        assertThat(answered).hasValue(2);
        outbox.pump();
        assertThat(worksTaken).hasValue(1);
        assertThat(broker.published).containsExactly("v0", "v1", "w0");
    }

    @Test
    void whatTheBrokerRefusedGoesAgainAndNothingOvertakesIt() throws Exception {
        broker.away = true;
        outbox.putFirst(message("f"));
        outbox.putHead(message("h"));
        outbox.add(new Row("w", 1));
        assertThatThrownBy(outbox::pump).isInstanceOf(BrokerAway.class).hasMessageContaining("f: away");
        broker.away = false;
        outbox.pump();
        assertThat(broker.published).containsExactly("f", "h", "w0");
    }

    @Test
    void aNewConnectionGetsWhatTheOldOneDidNotAnswer() throws Exception {
        broker.holds = true;
        outbox.putFirst(message("f"));
        outbox.pump();
        broker.holds = false;
        outbox.pump();
        assertThat(broker.published).containsExactly("f");
        outbox.connectionIsNew();
        outbox.pump();
        assertThat(broker.published).containsExactly("f", "f");
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void aNewerMessageOfATopicTakesThePlaceOfTheOlder() throws Exception {
        broker.away = true;
        outbox.putFirst(message("f"));
        assertThatThrownBy(outbox::pump).isInstanceOf(BrokerAway.class);
        outbox.putFirst(RetainedMessage.lasting("f", new byte[] {2}));
        broker.away = false;
        outbox.pump();
        assertThat(broker.published).containsExactly("f");
        assertThat(broker.retained.get("f")).containsExactly(2);
    }

    @Test
    void anAnswerThatNeverComesCountsAsARefusal() {
        Outbox impatient = new Outbox(broker, Duration.ofMillis(1), answered::incrementAndGet);
        broker.holds = true;
        impatient.putFirst(message("f"));
        Awaitility.await()
                .untilAsserted(() -> assertThatThrownBy(impatient::pump)
                        .isInstanceOf(BrokerAway.class)
                        .hasMessageContaining("no answer"));
    }
}
