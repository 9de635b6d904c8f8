package portvakt.sim.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import portvakt.gate.port.Turnstile.Indication;
import portvakt.protocol.v1.AccessDenied;
import portvakt.protocol.v1.AccessGranted;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.RequestToExit;

/** Whoever shows something to a gate gets the decision of it, and hears soon when there is none. */
class DecisionWaitTest {

    private static final Heard GRANTED = event(EventFacts.newBuilder()
            .setAccessGranted(AccessGranted.getDefaultInstance())
            .build());
    private static final Heard DENIED = event(EventFacts.newBuilder()
            .setAccessDenied(AccessDenied.getDefaultInstance())
            .build());
    private static final Heard BUTTON = event(EventFacts.newBuilder()
            .setRequestToExit(RequestToExit.getDefaultInstance())
            .build());

    private static Heard event(EventFacts facts) {
        return new Heard.Appended(new GateEvent(1, facts, Optional.empty()));
    }

    private static Heard shown(Indication indication) {
        return new Heard.Shown(indication);
    }

    private static Optional<Heard> decided(BlockingQueue<Heard> heard, Duration patience) throws InterruptedException {
        return new DecisionWait(heard, patience).await().map(Heard.Appended::new);
    }

    private static BlockingQueue<Heard> queue(Heard... heard) {
        return new LinkedBlockingQueue<>(List.of(heard));
    }

    @Test
    void theDecisionIsTheAnswerAndItsLampsAreHeardWithIt() throws InterruptedException {
        BlockingQueue<Heard> heard = queue(BUTTON, GRANTED, shown(Indication.GRANTED), shown(Indication.READY));

        assertThat(decided(heard, Duration.ofSeconds(20))).contains(GRANTED);
        assertThat(heard).containsExactly(shown(Indication.READY));
        assertThat(decided(queue(shown(Indication.READY), DENIED), Duration.ofSeconds(20)))
                .contains(DENIED);
    }

    @Test
    void aCardThatWaitsIsDecidedWhenTheGateIsReady() throws InterruptedException {
        assertThat(decided(
                        queue(shown(Indication.WAIT), shown(Indication.GRANTED), shown(Indication.READY), DENIED),
                        Duration.ofSeconds(20)))
                .contains(DENIED);
    }

    @Test
    void aCardThatTheArmIsFreeForAlreadyIsAnsweredByTheLamps() throws InterruptedException {
        assertThat(decided(queue(shown(Indication.GRANTED), DENIED), Duration.ofSeconds(20)))
                .isEmpty();
    }

    @Test
    void noPowerIsNoDecision() throws InterruptedException {
        assertThat(decided(queue(new Heard.Off(), GRANTED), Duration.ofSeconds(20)))
                .isEmpty();
        assertThat(decided(queue(), Duration.ofMillis(1))).isEmpty();
    }
}
