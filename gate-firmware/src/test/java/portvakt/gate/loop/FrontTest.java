package portvakt.gate.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import portvakt.gate.access.AccessPolicy;
import portvakt.gate.access.CardRead;
import portvakt.gate.passage.Passage;
import portvakt.gate.port.Display;
import portvakt.gate.port.Display.Face;
import portvakt.gate.port.JournalOpening;
import portvakt.gate.port.ReaderSignal;
import portvakt.gate.port.Turnstile.Indication;
import portvakt.gate.port.TurnstileSignal;
import portvakt.gate.testing.HandClock;
import portvakt.gate.testing.MemoryJournal;
import portvakt.gate.testing.RecordingDisplay;
import portvakt.gate.testing.RecordingTurnstile;
import portvakt.protocol.Assurance;
import portvakt.protocol.CardNumber;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.protocol.Uid;

/** The display is told what the lamps show and more, for long enough to read it; and what becomes of it stops nothing. */
class FrontTest {

    private static final Duration RELEASE_TIME = Duration.ofSeconds(3);
    private static final Duration TURN_TIME = Duration.ofSeconds(2);
    private static final Uid STRANGER = Uid.of(new byte[] {4, 1, 2, 3, 4, 5, 6});

    private final HandClock clock = new HandClock();
    private final MemoryJournal journal = new MemoryJournal(_ -> {});
    private final RecordingTurnstile turnstile = new RecordingTurnstile(_ -> {});
    private final RecordingDisplay display = new RecordingDisplay();
    private GateLoop loop = loop(Direction.IN, List.of());

    private GateLoop loop(Direction direction, List<String> requiredLists) {
        AccessPolicy policy = new AccessPolicy(
                direction,
                requiredLists,
                Assurance.UNSIGNED_CODE,
                Duration.ofHours(1),
                Duration.ofHours(24),
                Duration.ofHours(72),
                false,
                false,
                false,
                ZoneId.of("Europe/Oslo"));
        EventRecorder recorder = new EventRecorder(journal, () -> {}, ByteString.copyFromUtf8("boot"), direction);
        Notices notices = new Notices(clock, recorder, _ -> {});
        GateLoop made = new GateLoop(
                new DecisionBasis(policy, "north"),
                new Passage(RELEASE_TIME, TURN_TIME),
                clock,
                journal,
                recorder,
                turnstile,
                notices,
                new Sealer(Optional.empty(), journal, recorder, notices));
        made.showOn(display);
        made.started("test", JournalOpening.PLAIN);
        return made;
    }

    private void show(CardRead read) {
        loop.on(new Signal.FromReader(new ReaderSignal.Presented("card", read, 5)));
    }

    private void showCard(String card) {
        show(new CardRead.UnsignedCode(new CardNumber(card)));
    }

    private void pass(Duration time) {
        clock.pass(time);
        loop.tick();
    }

    private Face face() {
        return display.newest().face();
    }

    @Test
    void aPassageIsToldFromCardToArm() {
        CardRead.Holder holder = new CardRead.Holder("Kari Nordmann", "", "");
        show(new CardRead.ChipData(new CardNumber("1111111"), STRANGER, Optional.empty(), Optional.of(holder)));
        loop.on(new Signal.FromTurnstile(new TurnstileSignal.ArmTurned()));
        assertThat(display.faces())
                .containsExactly(new Face.Ready(), new Face.Granted(Optional.of(holder)), new Face.Ready());
        assertThat(display.newest().toString()).doesNotContain("Kari");
    }

    @Test
    void aGrantThatNobodyUsesEndsInWaiting() {
        showCard("1111111");
        pass(RELEASE_TIME);
        pass(TURN_TIME);
        assertThat(display.faces())
                .containsExactly(
                        new Face.Ready(), new Face.Granted(Optional.empty()), new Face.Waiting(), new Face.Ready());
    }

    @Test
    void aDenialStaysUntilItIsReadThoughTheLampsAreReadyBefore() {
        Face denied = new Face.Denied(DenialReason.UNKNOWN_CARD, false);
        show(new CardRead.UidOnly(STRANGER));
        assertThat(face()).isEqualTo(denied);
        pass(GateLoop.DENIAL_SHOWN_FOR);
        assertThat(turnstile.shown()).isEqualTo(Indication.READY);
        assertThat(face()).isEqualTo(denied);
        pass(Front.READING_TIME.minus(GateLoop.DENIAL_SHOWN_FOR).minusNanos(1));
        assertThat(face()).isEqualTo(denied);
        assertThat(loop.deadlineNs()).hasValue(clock.now().uptimeNs() + 1);
        pass(Duration.ofNanos(1));
        assertThat(face()).isEqualTo(new Face.Ready());
    }

    @Test
    void whateverIsNewerIsToldAtOnce() {
        show(new CardRead.UidOnly(STRANGER));
        showCard("1111111");
        assertThat(face()).isEqualTo(new Face.Granted(Optional.empty()));
        pass(Front.READING_TIME);
        assertThat(face()).isNotInstanceOf(Face.Denied.class);
    }

    @Test
    void whoeverHasToWaitIsNotToldForLongerThanThat() {
        showCard("1111111");
        showCard("2222222");
        assertThat(face()).isEqualTo(new Face.Waiting());
        showCard("3333333");
        assertThat(face()).isEqualTo(new Face.Denied(DenialReason.GATE_BUSY, false));
        pass(GateLoop.DENIAL_SHOWN_FOR);
        assertThat(face()).isEqualTo(new Face.Granted(Optional.empty()));
    }

    @Test
    void fireAndTheButtonInsideAreNotGrants() {
        loop.on(new Signal.FromTurnstile(new TurnstileSignal.RequestToExit()));
        assertThat(face()).isEqualTo(new Face.ReleasedForExit());
        loop.on(new Signal.FromTurnstile(new TurnstileSignal.Fire(true)));
        assertThat(face()).isEqualTo(new Face.Fire());
        show(new CardRead.UidOnly(STRANGER));
        assertThat(face()).isEqualTo(new Face.Fire());
        loop.on(new Signal.FromTurnstile(new TurnstileSignal.Fire(false)));
        assertThat(face()).isEqualTo(new Face.Ready());
    }

    @Test
    void anEntranceWithoutAJournalIsOutOfOrderAndAWayOutIsNot() {
        loop.on(new Signal.JournalFailed("full"));
        assertThat(face()).isEqualTo(new Face.OutOfOrder());
        loop.on(new Signal.JournalDurable(journal.last()));
        assertThat(face()).isEqualTo(new Face.Ready());
        loop = loop(Direction.OUT, List.of());
        loop.on(new Signal.JournalFailed("full"));
        assertThat(face()).isEqualTo(new Face.Ready());
    }

    @Test
    void aGateIsOutOfOrderWhenItsLastReaderIsAway() {
        loop.on(new Signal.FromReader(new ReaderSignal.Ready("camera", "")));
        loop.on(new Signal.FromReader(new ReaderSignal.Lost("card", "unplugged")));
        assertThat(face()).isEqualTo(new Face.Ready());
        assertThat(display.newest().readersLost()).containsExactly("card");
        loop.on(new Signal.FromReader(new ReaderSignal.Lost("camera", "unplugged")));
        assertThat(face()).isEqualTo(new Face.OutOfOrder());
        loop.on(new Signal.FromReader(new ReaderSignal.Ready("camera", "")));
        assertThat(face()).isEqualTo(new Face.Ready());
    }

    @Test
    void aTurnstileThatDoesNotObeyIsOutOfOrder() {
        turnstile.breakAt("lock");
        showCard("1111111");
        loop.on(new Signal.FromTurnstile(new TurnstileSignal.ArmTurned()));
        assertThat(face()).isEqualTo(new Face.OutOfOrder());
        turnstile.repair();
        pass(RetryingTurnstile.RETRY);
        assertThat(face()).isEqualTo(new Face.Ready());
    }

    @Test
    void aMissingListAndALostServerAreHints() {
        assertThat(display.newest().serverLost()).isFalse();
        assertThat(display.newest().listOld()).isFalse();
        loop.on(new Signal.ServerReachable(false));
        assertThat(display.newest().serverLost()).isTrue();
        loop.on(new Signal.ServerReachable(true));
        assertThat(display.newest().serverLost()).isFalse();
        loop = loop(Direction.IN, List.of("hms-kort"));
        assertThat(display.newest().listOld()).isTrue();
        assertThat(face()).isEqualTo(new Face.Ready());
    }

    @Test
    void itIsToldAtEachTurnSoThatSilenceMeansSomething() {
        int before = display.toldCount();
        loop.tick();
        loop.tick();
        assertThat(display.toldCount()).isEqualTo(before + 2);
    }

    @Test
    void aDisplayThatFailsStopsNothing() {
        display.breakDown();
        showCard("1111111");
        assertThat(turnstile.isReleased()).isTrue();
        loop.on(new Signal.FromTurnstile(new TurnstileSignal.ArmTurned()));
        assertThat(journal.kinds()).contains("ACCESS_TAKEN");
    }

    @Test
    void theServerIsToldOfADisplayThatCannotStart() {
        loop.on(new Signal.FromDisplay(new Display.Health(false, "port 8090 is in use")));
        assertThat(journal.facts().getLast().getDeviceChanged().getDevice()).isEqualTo("display");
        assertThat(journal.facts().getLast().getDeviceChanged().getDetail()).contains("8090");
    }
}
