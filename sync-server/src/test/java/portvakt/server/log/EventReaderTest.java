package portvakt.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.v1.AccessDenied;
import portvakt.protocol.v1.AccessGranted;
import portvakt.protocol.v1.AccessNotTaken;
import portvakt.protocol.v1.AccessTaken;
import portvakt.protocol.v1.Alarm;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.ClockTrust;
import portvakt.protocol.v1.DecisionEvidence;
import portvakt.protocol.v1.DeviceChanged;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.FireReleaseEnded;
import portvakt.protocol.v1.FireReleaseStarted;
import portvakt.protocol.v1.GateStarted;
import portvakt.protocol.v1.GateStopped;
import portvakt.protocol.v1.JournalSealed;
import portvakt.protocol.v1.ListApplied;
import portvakt.protocol.v1.ListEvidence;
import portvakt.protocol.v1.ListRefused;
import portvakt.protocol.v1.PassageDirection;
import portvakt.protocol.v1.ReadAssurance;
import portvakt.protocol.v1.RequestToExit;
import portvakt.protocol.v1.Subject;
import portvakt.protocol.v1.UnattributedPassage;
import portvakt.server.adapter.sql.Journal;
import portvakt.server.port.LogEntry;

/** An event's bytes become the row that people read, and whatever is wrong with them becomes a reason and no row. */
class EventReaderTest {

    private static final GateAddress GATE = new GateAddress("oslo", "north");
    private static final Instant RECEIVED = Instant.parse("2026-03-02T09:00:00Z");
    private static final String OVERRIDE = "\u202e";

    private static EventReading read(Direction installed, ChainedEvent event) {
        return EventReader.read(GATE, installed, event, RECEIVED);
    }

    private static LogEntry row(ChainedEvent event) {
        assertThat(read(Direction.IN, event)).isInstanceOf(EventReading.Legible.class);
        return ((EventReading.Legible) read(Direction.IN, event)).entry();
    }

    private static String cause(ChainedEvent event) {
        assertThat(read(Direction.IN, event)).isInstanceOf(EventReading.Illegible.class);
        return ((EventReading.Illegible) read(Direction.IN, event)).cause();
    }

    private static ChainedEvent event(EventFacts.Builder facts, Subject subject) {
        return EventChain.link(7, EventChain.GENESIS, facts.build(), subject);
    }

    private static LogEntry row(EventFacts.Builder facts) {
        return row(event(facts, null));
    }

    private static Subject.Builder subject() {
        return Journal.subject("4388261").toBuilder();
    }

    private static LogEntry row(Subject.Builder subject) {
        return row(event(exit(), subject.build()));
    }

    private static EventFacts.Builder exit() {
        return Journal.facts(1).setRequestToExit(RequestToExit.getDefaultInstance());
    }

    private static DecisionEvidence evidence() {
        return DecisionEvidence.newBuilder()
                .setAssurance(ReadAssurance.READ_ASSURANCE_SIGNED_PASS)
                .setReader("left\u0000 reader")
                .addLists(ListEvidence.newBuilder()
                        .setList("hms-kort")
                        .setVersion(812)
                        .setAgeMs(4_500))
                .addLists(ListEvidence.newBuilder().setList("second").setVersion(3))
                .build();
    }

    @Test
    void aDecisionIsARowThatTellsWhoByWhatAndOnWhichList() {
        EventFacts.Builder facts = Journal.facts(3)
                .setClockTrust(ClockTrust.CLOCK_TRUST_SYNCHRONISED)
                .setDirection(PassageDirection.PASSAGE_DIRECTION_OUT)
                .setAccessGranted(AccessGranted.newBuilder()
                        .setEvidence(evidence())
                        .addFlags(DenialReason.LIST_TOO_OLD.code())
                        .addFlags(12_345));
        Subject subject = subject().setUid(ByteString.fromHex("04a1b2c3d4e5f6")).build();
        assertThat(row(event(facts, subject)))
                .isEqualTo(new LogEntry(
                        0,
                        "oslo",
                        "north",
                        7,
                        Journal.START.plusSeconds(180),
                        RECEIVED,
                        "SYNCHRONISED",
                        Direction.OUT,
                        "AccessGranted",
                        Optional.empty(),
                        List.of("LIST_TOO_OLD", "OTHER"),
                        Optional.of("4388261"),
                        Optional.of("04a1b2c3d4e5f6"),
                        Optional.of("Kari Nordmann"),
                        Optional.of("Bygg AS"),
                        Optional.of("SIGNED_PASS"),
                        Optional.of("left reader"),
                        Optional.empty(),
                        Optional.of("hms-kort"),
                        Optional.of(812L),
                        Optional.of(4_500L),
                        Optional.empty()));
    }

    @Test
    void aRefusalNamesItsReasonAndHasNoFlags() {
        LogEntry row = row(Journal.facts(0)
                .setAccessDenied(AccessDenied.newBuilder()
                        .setEvidence(evidence())
                        .setReason(DenialReason.CREDENTIAL_REVOKED.code())));
        assertThat(row.kind()).isEqualTo("AccessDenied");
        assertThat(row.reason()).contains("CREDENTIAL_REVOKED");
        assertThat(row.flags()).isEmpty();
        assertThat(row.reader()).contains("left reader");
        assertThat(row.detail()).isEmpty();
    }

    @Test
    void aDecisionWithoutListOrReaderLeavesThoseColumnsEmpty() {
        LogEntry row = row(Journal.facts(0).setAccessGranted(AccessGranted.getDefaultInstance()));
        assertThat(row.assurance()).isEmpty();
        assertThat(row.reader()).isEmpty();
        assertThat(row.list()).isEmpty();
        assertThat(row.listVersion()).isEmpty();
        assertThat(row.listAgeMs()).isEmpty();
        assertThat(row.cardNumber()).isEmpty();
        assertThat(row.uid()).isEmpty();
        assertThat(row.holderName()).isEmpty();
    }

    @Test
    void anAssuranceThatIsNotKnownIsLeftOut() {
        LogEntry row = row(Journal.facts(0)
                .setAccessGranted(AccessGranted.newBuilder()
                        .setEvidence(DecisionEvidence.newBuilder().setAssuranceValue(99))));
        assertThat(row.assurance()).isEmpty();
    }

    @Test
    void eightFlagsAreAllThatARowShows() {
        AccessGranted.Builder granted = AccessGranted.newBuilder();
        Collections.nCopies(50, DenialReason.ANTI_PASSBACK.code()).forEach(granted::addFlags);
        assertThat(row(Journal.facts(0).setAccessGranted(granted)).flags())
                .isEqualTo(Collections.nCopies(8, "ANTI_PASSBACK"));
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                arguments(
                        Journal.facts(0).setAccessTaken(AccessTaken.newBuilder().setGrantedSequence(41)),
                        "AccessTaken",
                        41L,
                        null),
                arguments(
                        Journal.facts(0)
                                .setAccessNotTaken(AccessNotTaken.newBuilder().setGrantedSequence(42)),
                        "AccessNotTaken",
                        42L,
                        null),
                arguments(exit(), "RequestToExit", null, null),
                arguments(
                        Journal.facts(0)
                                .setUnattributedPassage(UnattributedPassage.newBuilder()
                                        .setCause(UnattributedPassage.Cause.CAUSE_FORCED)),
                        "UnattributedPassage",
                        null,
                        "FORCED"),
                arguments(
                        Journal.facts(0)
                                .setUnattributedPassage(
                                        UnattributedPassage.newBuilder().setCauseValue(77)),
                        "UnattributedPassage",
                        null,
                        "UNRECOGNIZED"),
                arguments(
                        Journal.facts(0).setFireReleaseStarted(FireReleaseStarted.getDefaultInstance()),
                        "FireReleaseStarted",
                        null,
                        null),
                arguments(
                        Journal.facts(0).setFireReleaseEnded(FireReleaseEnded.getDefaultInstance()),
                        "FireReleaseEnded",
                        null,
                        null),
                arguments(
                        Journal.facts(0).setGateStarted(GateStarted.newBuilder().setFirmware("1.4.0")),
                        "GateStarted",
                        null,
                        "firmware 1.4.0"),
                arguments(
                        Journal.facts(0)
                                .setGateStarted(GateStarted.newBuilder()
                                        .setFirmware("1.4.0")
                                        .setJournalCutBytes(17)),
                        "GateStarted",
                        null,
                        "firmware 1.4.0, 17 bytes of a torn record cut off the journal"),
                arguments(
                        Journal.facts(0)
                                .setGateStarted(GateStarted.newBuilder()
                                        .setFirmware("1.4.0")
                                        .setGoesOnAfterSequence(4711)),
                        "GateStarted",
                        null,
                        "firmware 1.4.0, a new journal that goes on after event 4711"),
                arguments(Journal.facts(0).setGateStopped(GateStopped.getDefaultInstance()), "GateStopped", null, null),
                arguments(
                        Journal.facts(0)
                                .setDeviceChanged(DeviceChanged.newBuilder()
                                        .setDevice("reader")
                                        .setReady(true)
                                        .setDetail("on USB 1")),
                        "DeviceChanged",
                        null,
                        "reader ready on USB 1"),
                arguments(
                        Journal.facts(0)
                                .setDeviceChanged(DeviceChanged.newBuilder().setDevice("turnstile")),
                        "DeviceChanged",
                        null,
                        "turnstile not ready"),
                arguments(
                        Journal.facts(0).setJournalSealed(JournalSealed.getDefaultInstance()),
                        "JournalSealed",
                        null,
                        null),
                arguments(
                        Journal.facts(0)
                                .setListRefused(ListRefused.newBuilder()
                                        .setList("hms-kort")
                                        .setCause("SIGNATURE")
                                        .setDetail("at version 9")),
                        "ListRefused",
                        null,
                        "hms-kort: SIGNATURE at version 9"),
                arguments(
                        Journal.facts(0)
                                .setAlarm(Alarm.newBuilder()
                                        .setKind("JOURNAL_UNAVAILABLE")
                                        .setDetail("disk is full")),
                        "Alarm",
                        null,
                        "JOURNAL_UNAVAILABLE disk is full"),
                arguments(Journal.facts(0), "Other", null, null));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void eachKindOfEventIsARowOfItsNameWithWhatItTells(
            EventFacts.Builder facts, String kind, Long grantedSequence, String detail) {
        LogEntry row = row(facts);
        assertThat(row.kind()).isEqualTo(kind);
        assertThat(row.grantedSequence()).isEqualTo(Optional.ofNullable(grantedSequence));
        assertThat(row.detail()).isEqualTo(Optional.ofNullable(detail));
        assertThat(row.reason()).isEmpty();
        assertThat(row.flags()).isEmpty();
    }

    @Test
    void aListThatWasAppliedIsFoundByItsNameAndVersion() {
        LogEntry row = row(Journal.facts(0)
                .setListApplied(ListApplied.newBuilder().setList("hms-kort").setVersion(9)));
        assertThat(row.kind()).isEqualTo("ListApplied");
        assertThat(row.detail()).contains("version 9");
        assertThat(row.list()).contains("hms-kort");
        assertThat(row.listVersion()).contains(9L);
    }

    @ParameterizedTest
    @CsvSource({
        "PASSAGE_DIRECTION_UNSPECIFIED, IN, IN",
        "PASSAGE_DIRECTION_UNSPECIFIED, OUT, OUT",
        "PASSAGE_DIRECTION_OUT, IN, OUT",
        "PASSAGE_DIRECTION_IN, OUT, IN",
    })
    void theGatesOwnDirectionCountsOnlyWhereTheEventDoesNotSay(
            PassageDirection said, Direction installed, Direction expected) {
        EventReading reading = read(installed, event(exit().setDirection(said), null));
        assertThat(reading)
                .isInstanceOfSatisfying(
                        EventReading.Legible.class,
                        legible -> assertThat(legible.entry().direction()).isEqualTo(expected));
    }

    @Test
    void aDirectionOfALaterVersionIsNone() {
        assertThat(EventReader.direction(PassageDirection.UNRECOGNIZED)).isEmpty();
        assertThat(row(exit().setDirectionValue(9)).direction()).isEqualTo(Direction.IN);
    }

    @ParameterizedTest
    @CsvSource({"0, UNKNOWN", "1, BOUNDED_BELOW", "2, SYNCHRONISED", "9, UNKNOWN"})
    void aClocksTrustIsNamedAndOneOfALaterVersionIsUnknown(int wire, String name) {
        assertThat(row(exit().setClockTrustValue(wire)).clockTrust()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "1970-01-01T00:00:00Z, 0, true",
        "1970-01-01T00:00:00Z, -1, false",
        "9999-12-31T00:00:00Z, 0, true",
        "9999-12-31T00:00:00Z, 1, false",
    })
    void timesFrom1970To9999AreTimesThatEveryDatabaseHolds(Instant from, long plusMs, boolean isTime) {
        long ms = from.toEpochMilli() + plusMs;
        assertThat(EventReader.isTime(ms)).isEqualTo(isTime);
        ChainedEvent event = event(exit().setOccurredAtMs(ms), null);
        if (isTime) {
            assertThat(row(event).occurredAt()).isEqualTo(Instant.ofEpochMilli(ms));
        } else {
            assertThat(cause(event)).isEqualTo("it occurred at no date that can be: " + ms + " ms");
        }
    }

    @Test
    void anEventThatIsNotTheOneCommittedToIsIllegible() {
        ChainedEvent good = event(exit(), subject().build());
        ByteString other = subject().setCardNumber("1234567").build().toByteString();
        assertThat(List.of(
                        good.toBuilder().setSubject(other).build(),
                        good.toBuilder()
                                .setPreviousHash(ByteString.fromHex("aa"))
                                .build(),
                        good.toBuilder().setSequence(0).build()))
                .allSatisfy(bad -> assertThat(cause(bad)).startsWith("a length is wrong, or the subject"));
    }

    @Test
    void anErasedSubjectLeavesTheRowWithoutItsPerson() {
        ChainedEvent erased =
                event(exit(), subject().build()).toBuilder().clearSubject().build();
        assertThat(row(erased).kind()).isEqualTo("RequestToExit");
        assertThat(row(erased).cardNumber()).isEmpty();
        assertThat(row(erased).holderName()).isEmpty();
    }

    @Test
    void factsOrASubjectThatAreNoMessageAreIllegible() {
        assertThat(cause(new Journal().garbage())).isEqualTo("facts or subject are no message");
        ByteString noise = ByteString.fromHex("ff0102");
        // A gate that commits to noise: the commitment is its SHA-256.
        ChainedEvent noSubject = event(exit(), null).toBuilder()
                .setSubject(noise)
                .setSubjectCommitment(
                        ByteString.fromHex("ca66882b2aacc5b00b7b59c586b283c3f885714499323f726d32c0799df1e3dc"))
                .build();
        assertThat(cause(noSubject)).isEqualTo("facts or subject are no message");
    }

    @ParameterizedTest
    @ValueSource(strings = {"12a4567", "12345678901234567", "4388 261", "\u0664\u0663\u0668\u0668"})
    void aCardNumberThatCanBeNoneIsIllegible(String number) {
        assertThat(cause(event(exit(), subject().setCardNumber(number).build())))
                .isEqualTo("its subject has no card number or UID that can be");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 8, 11})
    void aUidOfAnotherLengthThanChipsHaveIsIllegible(int bytes) {
        Subject subject = subject().setUid(ByteString.copyFrom(new byte[bytes])).build();
        assertThat(cause(event(exit(), subject))).isEqualTo("its subject has no card number or UID that can be");
    }

    /** In the table, {@code _} is a space, {@code <hex>} the character of that number. */
    @ParameterizedTest
    @CsvSource({
        // What is plain stays as it is.
        "Kari_Nordmann, Kari_Nordmann",
        "~, ~",
        "Ærlig_Ødegård, Ærlig_Ødegård",
        "小林, 小林",
        // What no row can hold, or what turns the text beside it around.
        "a<0>b, ab",
        "<0>, ''",
        "<9><0>, ''",
        "a<1f>b, ab",
        "a<7f>b, ab",
        "a<85>b, ab",
        "a<202a>b, ab",
        "a<202e>b, ab",
        "a<2066>b, ab",
        "a<2069>b, ab",
        "Æ<202e>Ø, ÆØ",
        // Neighbours of these that turn nothing.
        "a<2027>b, a<2027>b",
        "a<202f>b, a<202f>b",
        "a<2065>b, a<2065>b",
        "a<206a>b, a<206a>b",
        // Half a character.
        "a<d83d>b, ab",
        "a<dc00>b, ab",
        // White space around it.
        "_ab, ab",
        "ab_, ab",
        "_, ''",
        "<0><202e>, ''",
        "'', ''",
    })
    void aTextFromOutsideLosesWhatNoRowMayHold(String outside, String kept) {
        assertThat(EventReader.text(characters(outside), 100))
                .isEqualTo(kept.isEmpty() ? Optional.empty() : Optional.of(characters(kept)));
    }

    private static String characters(String text) {
        return Pattern.compile("<([0-9a-f]+)>")
                .matcher(text.replace('_', ' '))
                .replaceAll(found -> String.valueOf((char) Integer.parseInt(found.group(1), 16)));
    }

    @ParameterizedTest
    @CsvSource({
        "abcdef, 6, abcdef",
        "abcdef, 5, abcde",
        "øøø, 2, øø",
        // A character of two chars is kept whole or not at all, and ends the text where it does not fit.
        "ab😀, 4, ab😀",
        "ab😀c, 3, ab",
        "'ab cd', 3, ab",
    })
    void aTextThatIsTooLongIsCutBetweenCharacters(String outside, int charsMax, String kept) {
        assertThat(EventReader.text(outside, charsMax)).contains(kept);
    }

    @Test
    void aRowsTextsAreNeverLongerThanTheirColumns() {
        String endless = "x".repeat(10_000);
        LogEntry named = row(event(
                Journal.facts(0)
                        .setAccessGranted(AccessGranted.newBuilder()
                                .setEvidence(DecisionEvidence.newBuilder()
                                        .setReader(endless)
                                        .addLists(ListEvidence.newBuilder().setList(endless)))),
                subject().setHolderName(endless).setEmployerName(endless).build()));
        assertThat(named.holderName()).contains("x".repeat(200));
        assertThat(named.employerName()).contains("x".repeat(200));
        assertThat(named.reader()).contains("x".repeat(100));
        assertThat(named.list()).contains("x".repeat(30));
        assertThat(row(Journal.facts(0).setAlarm(Alarm.newBuilder().setKind(endless)))
                        .detail())
                .contains("x".repeat(500));
    }

    @Test
    void aNameThatWouldTurnTheCardNumberAroundIsStripped() {
        assertThat(row(subject().setHolderName(OVERRIDE + "Kari" + OVERRIDE)).holderName())
                .contains("Kari");
    }
}
