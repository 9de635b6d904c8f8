package portvakt.server.adapter.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that knows us and has lost our checkpoint gets it again; one that has it does not. */
class ListIssuerTest {

    private static final String LIST = "hms-kort";
    private static final Instant START = Instant.parse("2026-03-02T07:00:00Z");

    @TempDir
    Path folder;

    private final RetainedMessages broker = new RetainedMessages();
    private ListIssuer issuer;
    private ListKeys keys;
    private long nowNs;

    @BeforeEach
    void open() throws Exception {
        keys = TestKeys.in(folder, LIST);
        issuer = new ListIssuer(
                LIST, keys, new FakeStatuses(), broker, () -> START.plusNanos(nowNs), () -> 1, () -> nowNs);
        issuer.brokerConnected(false);
        issuer.round();
        assertThat(broker.checkpoints(LIST)).containsExactly(1L);
        issuer.brokerConnected(true);
        issuer.round();
        broker.published.clear();
    }

    private void pass(long ns) throws BrokerAway {
        nowNs += ns;
        issuer.round();
    }

    @Test
    void aCheckpointThatTheBrokerDoesNotShowIsMadeAnew() throws Exception {
        broker.retained.keySet().removeIf(topic -> topic.contains("/snapshots/"));
        pass(ListIssuer.LOOK.toNanos() - 1);
        assertThat(broker.checkpoints(LIST)).isEmpty();
        pass(1);
        assertThat(broker.checkpoints(LIST)).containsExactly(1L);
        assertThat(broker.fetch(LIST, keys)).isEmpty();
    }

    @Test
    void aCheckpointThatTheBrokerShowsIsNotSentAgain() throws Exception {
        issuer.checkpointThere(1);
        pass(ListIssuer.LOOK.toNanos());
        assertThat(broker.published).isEmpty();
    }

    @Test
    void whatTheLastConnectionShowedDoesNotCountOnTheNext() throws Exception {
        issuer.checkpointThere(1);
        issuer.brokerConnected(true);
        issuer.round();
        broker.retained.keySet().removeIf(topic -> topic.contains("/snapshots/"));
        pass(ListIssuer.LOOK.toNanos());
        assertThat(broker.checkpoints(LIST)).containsExactly(1L);
    }
}
