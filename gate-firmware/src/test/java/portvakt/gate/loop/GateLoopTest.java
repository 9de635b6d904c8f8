package portvakt.gate.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import portvakt.gate.access.AccessPolicy;
import portvakt.gate.access.CardList;
import portvakt.gate.access.CardRead;
import portvakt.gate.access.ListAction;
import portvakt.gate.access.ListPolicy;
import portvakt.gate.access.Passback;
import portvakt.gate.access.Passes;
import portvakt.gate.access.SiteRules;
import portvakt.gate.journal.SealKey;
import portvakt.gate.passage.Passage;
import portvakt.gate.port.JournalOpening;
import portvakt.gate.port.ReaderSignal;
import portvakt.gate.port.Turnstile.Indication;
import portvakt.gate.port.TurnstileSignal;
import portvakt.gate.port.Uplink;
import portvakt.gate.status.ListRefusal;
import portvakt.gate.testing.HandClock;
import portvakt.gate.testing.MemoryJournal;
import portvakt.gate.testing.RecordingTurnstile;
import portvakt.gate.time.ClockFault;
import portvakt.protocol.Assurance;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.protocol.ListState;
import portvakt.protocol.pass.HolderKind;
import portvakt.protocol.pass.Pass;
import portvakt.protocol.pass.PassCode;
import portvakt.protocol.pass.PassNumber;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.ClockTrust;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.Subject;

/** A gate writes down before it opens, lets one through at a time, and lives through a full disk and a broken turnstile. */
class GateLoopTest {

    private static final Duration RELEASE_TIME = Duration.ofSeconds(3);
    private static final Duration TURN_TIME = Duration.ofSeconds(2);

    private final List<String> log = new ArrayList<>();
    private final HandClock clock = new HandClock();
    private final MemoryJournal journal = new MemoryJournal(log::add);
    private final RecordingTurnstile turnstile = new RecordingTurnstile(log::add);
    private final List<Uplink.Report> reports = new ArrayList<>();
    private Optional<SealKey> sealKey = Optional.empty();
    private GateLoop loop = loop(Direction.IN);

    private GateLoop loop(Direction direction) {
        AccessPolicy policy = new AccessPolicy(
                direction,
                List.of("hms-kort"),
                Assurance.UNSIGNED_CODE,
                Duration.ofHours(1),
                Duration.ofHours(24),
                Duration.ofHours(72),
                false,
                false,
                false,
                ZoneId.of("Europe/Oslo"));
        EventRecorder recorder = new EventRecorder(journal, () -> {}, ByteString.copyFromUtf8("boot"), direction);
        Notices notices = new Notices(clock, recorder, reports::add);
        GateLoop made = new GateLoop(
                new DecisionBasis(policy, "north"),
                new Passage(RELEASE_TIME, TURN_TIME),
                clock,
                journal,
                recorder,
                turnstile,
                notices,
                new Sealer(sealKey, journal, recorder, notices));
        made.started("test", JournalOpening.PLAIN);
        made.on(new Signal.ListInstalled(list(1, "9999999"), false, Optional.empty()));
        log.clear();
        return made;
    }

    private static CardList list(long version, String revoked) {
        return new CardList() {
            @Override
            public String list() {
                return "hms-kort";
            }

            @Override
            public int epoch() {
                return 1;
            }

            @Override
            public long version() {
                return version;
            }

            @Override
            public Instant issuedAt() {
                return HandClock.START;
            }

            @Override
            public Instant expiresAt() {
                return issuedAt().plus(Duration.ofDays(30));
            }

            @Override
            public boolean heardInThisRun() {
                return true;
            }

            @Override
            public Optional<CardStatus> statusOf(CardNumber card) {
                return Optional.of(card.digits().equals(revoked) ? CardStatus.REVOKED : CardStatus.VALID);
            }
        };
    }

    private void show(String card) {
        loop.on(new Signal.FromReader(
                new ReaderSignal.Presented("card", new CardRead.UnsignedCode(new CardNumber(card)), 5)));
    }

    private void turn() {
        loop.on(new Signal.FromTurnstile(new TurnstileSignal.ArmTurned()));
    }

    private void fire(boolean active) {
        loop.on(new Signal.FromTurnstile(new TurnstileSignal.Fire(active)));
    }

    private void pass(Duration time) {
        clock.pass(time);
        loop.tick();
    }

    private List<DenialReason> denials() {
        return journal.facts().stream()
                .filter(EventFacts::hasAccessDenied)
                .map(facts -> DenialReason.ofCode(facts.getAccessDenied().getReason()))
                .toList();
    }

    @Test
    void aGrantIsJournalledBeforeTheRelayReleases() {
        show("1111111");
        assertThat(log).containsExactly("journal ACCESS_GRANTED", "release", "show GRANTED");
        turn();
        assertThat(log.subList(3, log.size())).containsExactly("lock", "journal ACCESS_TAKEN", "show READY");
        List<EventFacts> facts = journal.facts();
        assertThat(facts.getLast().getAccessTaken().getGrantedSequence()).isEqualTo(2);
        assertThat(facts.get(1).getAccessGranted().getEvidence().getLists(0).getVersion())
                .isEqualTo(1);
        assertThat(facts.get(1).getAccessGranted().getEvidence().getReadNs()).isEqualTo(5);
    }

    @Test
    void aPassOpensOnceItsKeyCountsAndTheEventNamesIt() throws Exception {
        KeyPair key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        KeyId id = KeyId.of(key.getPublic());
        PassNumber number = new PassNumber("0123456789012345");
        ReaderSignal.Presented shown = new ReaderSignal.Presented(
                "camera",
                new CardRead.SignedPass(PassCode.issue(
                        new Pass(
                                "oslo", number, HolderKind.PLACEMENT, HandClock.START, HandClock.START.plusSeconds(60)),
                        key.getPrivate(),
                        id)),
                5);
        loop.on(new Signal.FromReader(shown));
        assertThat(denials()).containsExactly(DenialReason.PASS_KEY_UNKNOWN);

        loop.on(new Signal.PassesChanged(new Passes("oslo", Map.of(id, key.getPublic()))));
        loop.on(new Signal.FromReader(shown));
        assertThat(turnstile.isReleased()).isTrue();
        ChainedEvent granted = journal.read(journal.last(), journal.last()).getFirst();
        assertThat(EventFacts.parseFrom(granted.getFacts())
                        .getAccessGranted()
                        .getEvidence()
                        .getAssurance())
                .isEqualTo(Assurance.SIGNED_PASS.wire());
        assertThat(Subject.parseFrom(granted.getSubject()).getCardNumber()).isEqualTo(number.digits());
    }

    @Test
    void nobodyGoesInTimeAndTheGrantIsNotTaken() {
        show("1111111");
        pass(RELEASE_TIME.minusNanos(1));
        assertThat(turnstile.isReleased()).isTrue();
        pass(Duration.ofNanos(1));
        assertThat(turnstile.isReleased()).isFalse();
        assertThat(turnstile.shown()).isEqualTo(Indication.WAIT);
        pass(TURN_TIME);
        assertThat(journal.kinds()).containsExactly("ACCESS_GRANTED", "ACCESS_NOT_TAKEN");
        assertThat(turnstile.shown()).isEqualTo(Indication.READY);
    }

    @Test
    void aDenialIsShownForItsTimeAndOpensNothing() {
        show("9999999");
        assertThat(log).containsExactly("journal ACCESS_DENIED", "show DENIED");
        assertThat(denials()).containsExactly(DenialReason.CREDENTIAL_REVOKED);
        pass(GateLoop.DENIAL_SHOWN_FOR.minusNanos(1));
        assertThat(turnstile.shown()).isEqualTo(Indication.DENIED);
        assertThat(loop.deadlineNs()).hasValue(clock.now().uptimeNs() + 1);
        pass(Duration.ofNanos(1));
        assertThat(turnstile.shown()).isEqualTo(Indication.READY);
    }

    @Test
    void theSecondCardWaitsForThePassageAndTheThirdIsToldSo() {
        show("1111111");
        show("2222222");
        assertThat(turnstile.shown()).isEqualTo(Indication.WAIT);
        show("3333333");
        assertThat(denials()).containsExactly(DenialReason.GATE_BUSY);
        turn();
        assertThat(journal.kinds())
                .containsExactly("ACCESS_GRANTED", "ACCESS_DENIED", "ACCESS_TAKEN", "ACCESS_GRANTED");
        assertThat(turnstile.isReleased()).isTrue();
    }

    @Test
    void nobodyElseIsLetInBeforeTheLastGrantIsDurable() throws Exception {
        journal.durableAtOnce(false);
        show("1111111");
        turn();
        show("2222222");
        assertThat(turnstile.isReleased()).isFalse();
        assertThat(journal.kinds()).containsExactly("ACCESS_GRANTED", "ACCESS_TAKEN");
        journal.force();
        loop.on(new Signal.JournalDurable(journal.durable()));
        assertThat(turnstile.isReleased()).isTrue();
        assertThat(journal.kinds()).containsExactly("ACCESS_GRANTED", "ACCESS_TAKEN", "ACCESS_GRANTED");
    }

    @Test
    void aCardThatWaitsTooLongIsRefused() {
        journal.durableAtOnce(false);
        show("1111111");
        turn();
        show("2222222");
        pass(GateLoop.WAITING_TIME_MAX);
        assertThat(denials()).containsExactly(DenialReason.GATE_BUSY);
        assertThat(turnstile.isReleased()).isFalse();
    }

    @Test
    void theSameCardAgainIsNotASecondPassage() {
        show("1111111");
        show("1111111");
        assertThat(turnstile.shown()).isEqualTo(Indication.GRANTED);
        turn();
        assertThat(journal.kinds()).containsExactly("ACCESS_GRANTED", "ACCESS_TAKEN");
        show("1111111");
        show("2222222");
        show("2222222");
        assertThat(denials()).isEmpty();
    }

    @Test
    void theSameCardBehindTheReleaseIsNotToldToGo() {
        show("1111111");
        pass(RELEASE_TIME);
        show("1111111");
        assertThat(turnstile.isReleased()).isFalse();
        assertThat(turnstile.shown()).isEqualTo(Indication.WAIT);
    }

    @Test
    void anEntranceWithoutAJournalStaysShutAndCatchesUpInOrder() {
        journal.refuse(true);
        show("1111111");
        show("9999999");
        assertThat(turnstile.isReleased()).isFalse();
        assertThat(turnstile.shown()).isEqualTo(Indication.DENIED);
        journal.refuse(false);
        pass(Duration.ofSeconds(1));
        assertThat(denials()).containsExactly(DenialReason.JOURNAL_UNAVAILABLE, DenialReason.CREDENTIAL_REVOKED);
        show("1111111");
        assertThat(turnstile.isReleased()).isTrue();
    }

    @Test
    void anExitWithoutAJournalOpensAndItsEventsComeLaterInOrder() {
        loop = loop(Direction.OUT);
        journal.refuse(true);
        show("1111111");
        assertThat(turnstile.isReleased()).isTrue();
        turn();
        show("2222222");
        turn();
        assertThat(log).noneMatch(line -> line.startsWith("journal"));
        journal.refuse(false);
        pass(Duration.ofSeconds(1));
        assertThat(journal.facts()
                        .subList(journal.facts().size() - 4, journal.facts().size()))
                .extracting(facts -> facts.getBodyCase().name())
                .containsExactly("ACCESS_GRANTED", "ACCESS_TAKEN", "ACCESS_GRANTED", "ACCESS_TAKEN");
    }

    @Test
    void aJournalThatCannotBeForcedShutsTheEntranceUntilItCan() {
        loop.on(new Signal.JournalFailed("Input/output error"));
        loop.on(new Signal.JournalFailed("Input/output error"));
        show("1111111");
        assertThat(denials()).containsExactly(DenialReason.JOURNAL_UNAVAILABLE);
        assertThat(journal.kinds()).containsExactly("ALARM", "ACCESS_DENIED");
        assertThat(reports.getLast().devices())
                .containsExactly(new Uplink.Device("journal", false, "Input/output error"));
        loop.on(new Signal.JournalDurable(journal.last()));
        show("1111111");
        assertThat(turnstile.isReleased()).isTrue();
    }

    @Test
    void anExitWhoseJournalCannotBeForcedKeepsItsGrantsAndTheirNumbers() {
        loop = loop(Direction.OUT);
        journal.durableAtOnce(false);
        loop.on(new Signal.JournalFailed("Input/output error"));
        show("1111111");
        long granted = journal.last();
        turn();
        assertThat(journal.facts().getLast().getAccessTaken().getGrantedSequence())
                .isEqualTo(granted);
        show("2222222");
        assertThat(turnstile.isReleased()).isTrue();
    }

    @Test
    void aNewListDecidesFromTheNextCardOn() {
        show("1111111");
        loop.on(new Signal.ListInstalled(list(2, "2222222"), true, Optional.of("no space")));
        turn();
        show("2222222");
        assertThat(denials()).containsExactly(DenialReason.CREDENTIAL_REVOKED);
        assertThat(journal.kinds())
                .containsExactly("ACCESS_GRANTED", "LIST_APPLIED", "ALARM", "ACCESS_TAKEN", "ACCESS_DENIED");
        assertThat(reports.getLast().lists())
                .extracting(Uplink.AppliedList::version)
                .containsExactly(2L);
    }

    private List<String> alarms() {
        return journal.facts().stream()
                .filter(EventFacts::hasAlarm)
                .map(facts ->
                        facts.getAlarm().getKind() + ": " + facts.getAlarm().getDetail())
                .toList();
    }

    private ListState reportedState() {
        return reports.getLast().lists().getFirst().state();
    }

    @Test
    void aListThatAgesIsAnAlarmAndANewStatusOnceAChange() {
        assertThat(reportedState()).isEqualTo(ListState.FRESH);
        int before = reports.size();
        pass(Duration.ofHours(1));
        assertThat(reports).hasSize(before);
        pass(Duration.ofMillis(1));
        assertThat(reports).hasSize(before + 1);
        assertThat(reportedState()).isEqualTo(ListState.GRACE);
        show("1111111");
        turn();
        pass(Duration.ofHours(10));
        pass(Duration.ofHours(13));
        assertThat(reports).hasSize(before + 2);
        assertThat(reportedState()).isEqualTo(ListState.STALE);
        show("1111111");
        assertThat(denials()).containsExactly(DenialReason.LIST_TOO_OLD);
        pass(Duration.ofHours(200));
        assertThat(alarms())
                .containsExactly(
                        "LIST_STATE: list hms-kort is no longer FRESH but GRACE",
                        "LIST_STATE: list hms-kort is no longer GRACE but STALE");
        assertThat(journal.facts().stream()
                        .filter(EventFacts::hasAccessGranted)
                        .map(facts -> facts.getAccessGranted()
                                .getEvidence()
                                .getLists(0)
                                .getState()))
                .containsExactly(ListState.GRACE.wire());
    }

    @Test
    void aClockThatIsNotTrustedAnyMoreIsTheListsStateToo() {
        clock.trust(ClockTrust.CLOCK_TRUST_BOUNDED_BELOW);
        pass(Duration.ZERO);
        clock.trust(ClockTrust.CLOCK_TRUST_SYNCHRONISED);
        pass(Duration.ZERO);
        assertThat(reportedState()).isEqualTo(ListState.FRESH);
        assertThat(alarms())
                .containsExactly(
                        "LIST_STATE: list hms-kort is no longer FRESH but GRACE",
                        "LIST_STATE: list hms-kort is no longer GRACE but FRESH");
    }

    @Test
    void theSitesPolicyDecidesFromTheNextCardOnAndStandsInTheEvidence() {
        pass(Duration.ofHours(30));
        show("1111111");
        assertThat(denials()).containsExactly(DenialReason.LIST_TOO_OLD);
        loop.on(new Signal.PolicyChanged(new SiteRules(
                9,
                new ListPolicy(
                        Duration.ofHours(48),
                        Duration.ofHours(96),
                        Optional.empty(),
                        ListAction.DENY,
                        ListAction.DENY,
                        ListAction.DENY),
                false,
                Assurance.UNSIGNED_CODE,
                Set.of())));
        assertThat(reportedState()).isEqualTo(ListState.FRESH);
        show("1111111");
        assertThat(turnstile.isReleased()).isTrue();
        assertThat(journal.facts().getLast().getAccessGranted().getEvidence().getPolicyVersion())
                .isEqualTo(9);
    }

    private long newsHeard;

    private void hear(String... departed) {
        TreeSet<CardNumber> cards = new TreeSet<>();
        Stream.of(departed).map(CardNumber::new).forEach(cards::add);
        loop.on(new Signal.PassbackHeard(
                new Passback.News("run", ++newsHeard, clock.now().wall(), Duration.ofHours(16), true, cards)));
    }

    @Test
    void whoIsCertainlyInsideIsDeniedUntilTheyLeftOrWereForgiven() {
        hear();
        show("1111111");
        turn();
        show("1111111");
        assertThat(denials()).containsExactly(DenialReason.ANTI_PASSBACK);
        assertThat(turnstile.isReleased()).isFalse();

        hear("1111111");
        show("1111111");
        assertThat(turnstile.isReleased()).isTrue();
        turn();
        // Revoked is the surer reason.
        show("9999999");
        assertThat(denials()).containsExactly(DenialReason.ANTI_PASSBACK, DenialReason.CREDENTIAL_REVOKED);

        pass(Passback.SILENCE_MAX.plusMillis(1));
        show("1111111");
        assertThat(turnstile.isReleased()).isTrue();
    }

    @Test
    void whoDidNotGoThroughIsNotInside() {
        hear();
        show("1111111");
        pass(RELEASE_TIME);
        pass(TURN_TIME);
        hear();
        show("1111111");
        assertThat(turnstile.isReleased()).isTrue();
        assertThat(denials()).isEmpty();
    }

    @Test
    void aFireLeavesNobodyLockedOut() {
        hear();
        show("1111111");
        turn();
        fire(true);
        turn();
        show("2222222");
        turn();
        fire(false);
        hear();
        show("1111111");
        turn();
        show("2222222");
        assertThat(turnstile.isReleased()).isTrue();
        assertThat(denials()).isEmpty();
    }

    @Test
    void leavingIsNeverBlockedByHavingLeft() {
        loop = loop(Direction.OUT);
        hear();
        for (int i = 0; i < 2; i++) {
            show("1111111");
            assertThat(turnstile.isReleased()).isTrue();
            turn();
        }
        assertThat(denials()).isEmpty();
        assertThat(journal.facts().stream()
                        .filter(EventFacts::hasAccessGranted)
                        .flatMap(facts -> facts.getAccessGranted().getFlagsList().stream()))
                .doesNotContain(DenialReason.ANTI_PASSBACK.code());
    }

    @Test
    void whatHappensToTheClockIsAnAlarmOnce() {
        clock.fault(new ClockFault("CLOCK_JUMPED", "a day"));
        pass(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1));
        assertThat(alarms()).containsExactly("CLOCK_JUMPED: a day");
    }

    @Test
    void fireFreesWhateverHappensAndEndsTheOpenGrant() {
        show("1111111");
        fire(true);
        assertThat(turnstile.isReleased()).isTrue();
        assertThat(turnstile.shown()).isEqualTo(Indication.FREE);
        pass(RELEASE_TIME.plus(TURN_TIME).multipliedBy(10));
        assertThat(turnstile.isReleased()).isTrue();
        turn();
        turn();
        show("9999999");
        show("2222222");
        assertThat(turnstile.shown()).isEqualTo(Indication.FREE);
        fire(false);
        assertThat(turnstile.isReleased()).isFalse();
        assertThat(journal.kinds())
                .containsExactly(
                        "ACCESS_GRANTED",
                        "FIRE_RELEASE_STARTED",
                        "ACCESS_TAKEN",
                        "UNATTRIBUTED_PASSAGE",
                        "ACCESS_DENIED",
                        "ACCESS_GRANTED",
                        "ACCESS_NOT_TAKEN",
                        "FIRE_RELEASE_ENDED");
    }

    @Test
    void fireIsShownAtOnceAlsoBehindADenial() {
        show("9999999");
        fire(true);
        assertThat(turnstile.shown()).isEqualTo(Indication.FREE);
    }

    @Test
    void theExitButtonOpensWithoutACardAndWithoutAJournal() {
        journal.refuse(true);
        loop.on(new Signal.FromTurnstile(new TurnstileSignal.RequestToExit()));
        assertThat(turnstile.isReleased()).isTrue();
        turn();
        assertThat(turnstile.isReleased()).isFalse();
        journal.refuse(false);
        show("9999999");
        assertThat(journal.kinds()).containsExactly("REQUEST_TO_EXIT", "UNATTRIBUTED_PASSAGE", "ACCESS_DENIED");
    }

    @Test
    void aRelayThatDoesNotReleaseOpensNothingAndTheGateGoesOn() {
        turnstile.breakAt("release");
        show("1111111");
        assertThat(turnstile.isReleased()).isFalse();
        turnstile.repair();
        pass(RELEASE_TIME);
        pass(TURN_TIME);
        assertThat(journal.kinds()).containsExactly("ACCESS_GRANTED", "ALARM", "ACCESS_NOT_TAKEN");
        show("2222222");
        assertThat(turnstile.isReleased()).isTrue();
    }

    @Test
    void aRelayThatDoesNotLockIsToldAgainAndThePassageIsStillWrittenDown() {
        show("1111111");
        turnstile.breakAt("lock");
        turn();
        assertThat(journal.kinds()).containsExactly("ACCESS_GRANTED", "ALARM", "ACCESS_TAKEN");
        assertThat(loop.deadlineNs()).isPresent();
        pass(RetryingTurnstile.RETRY);
        turnstile.repair();
        pass(RetryingTurnstile.RETRY);
        assertThat(turnstile.isReleased()).isFalse();
        assertThat(loop.deadlineNs()).isEmpty();
    }

    @Test
    void aFireReleaseThatFailsIsTriedUntilItFrees() {
        turnstile.breakAt("release");
        fire(true);
        turnstile.repair();
        pass(RetryingTurnstile.RETRY);
        assertThat(turnstile.isReleased()).isTrue();
    }

    @Test
    void aBrokenLampStopsNobody() {
        turnstile.breakAt("show");
        show("1111111");
        assertThat(turnstile.isReleased()).isTrue();
        turn();
        assertThat(journal.kinds()).containsExactly("ACCESS_GRANTED", "ALARM", "ACCESS_TAKEN");
    }

    @Test
    void stopLocksAndOpensForNobodyWhoWaited() {
        show("1111111");
        show("2222222");
        loop.on(new Signal.Stop());
        loop.tick();
        assertThat(turnstile.isReleased()).isFalse();
        assertThat(journal.kinds())
                .containsExactly("ACCESS_GRANTED", "ACCESS_NOT_TAKEN", "ACCESS_DENIED", "GATE_STOPPED");
        assertThat(denials()).containsExactly(DenialReason.GATE_BUSY);
    }

    @Test
    void chatterIsCountedInsteadOfFillingTheJournal() {
        for (int alarm = 0; alarm < 1_000; alarm++) {
            loop.on(new Signal.Alarmed("BAD_MESSAGE", "x".repeat(100_000)));
            loop.on(new Signal.ListRefused("hms-kort", ListRefusal.NOT_PROVED, "x".repeat(100_000)));
        }
        assertThat(journal.kinds()).hasSize(2 * ChatterLimit.ADMITTED_MAX);
        clock.pass(ChatterLimit.PERIOD);
        loop.on(new Signal.Alarmed("BAD_MESSAGE", "again"));
        assertThat(journal.facts().getLast().getAlarm().getDetail()).isEqualTo("again (and 990 more before)");
        assertThat(journal.facts()).allMatch(facts -> facts.getSerializedSize() < 2_000);
    }

    @Test
    void aThousandTapsWithoutAnUplinkAreAllThereInOrder() {
        for (int tap = 0; tap < 1_000; tap++) {
            show("" + (1_000_000 + tap));
            pass(Duration.ofMillis(700));
            turn();
        }
        List<String> kinds = journal.kinds();
        assertThat(kinds).hasSize(2_000);
        for (int tap = 0; tap < 1_000; tap++) {
            assertThat(kinds.subList(2 * tap, 2 * tap + 2)).containsExactly("ACCESS_GRANTED", "ACCESS_TAKEN");
            assertThat(journal.facts().get(2 * tap + 2).getAccessTaken().getGrantedSequence())
                    .isEqualTo(2L * tap + 2);
        }
    }
}
