package portvakt.gate.access;

import static org.assertj.core.api.Assertions.assertThat;
import static portvakt.protocol.DenialReason.ASSURANCE_TOO_LOW;
import static portvakt.protocol.DenialReason.CARD_UNREADABLE;
import static portvakt.protocol.DenialReason.CLOCK_UNTRUSTED;
import static portvakt.protocol.DenialReason.CREDENTIAL_EXPIRED;
import static portvakt.protocol.DenialReason.CREDENTIAL_REVOKED;
import static portvakt.protocol.DenialReason.CREDENTIAL_SUSPENDED;
import static portvakt.protocol.DenialReason.LIST_DAMAGED;
import static portvakt.protocol.DenialReason.LIST_MISSING;
import static portvakt.protocol.DenialReason.LIST_TOO_OLD;
import static portvakt.protocol.DenialReason.LIST_UNCONFIRMED;
import static portvakt.protocol.DenialReason.UNKNOWN_CARD;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.protocol.Assurance;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.protocol.ListState;
import portvakt.protocol.Uid;
import portvakt.protocol.v1.ClockTrust;

/** Every read gets one answer, the first reason in the pinned order is the one told, and nobody is ever kept inside. */
class DecisionTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final CardNumber CARD = new CardNumber("4388261");
    private static final Uid UID = new Uid("04a1b2c3d4e5f6");
    private static final String LIST = "hms-kort";
    private static final ClockTrust SYNCHRONISED = ClockTrust.CLOCK_TRUST_SYNCHRONISED;
    private static final ClockTrust BOUNDED = ClockTrust.CLOCK_TRUST_BOUNDED_BELOW;
    private static final ClockTrust UNKNOWN = ClockTrust.CLOCK_TRUST_UNKNOWN;

    private record FakeList(String list, Duration age, Optional<CardStatus> status, boolean heardInThisRun)
            implements CardList {
        FakeList(String list, Duration age, CardStatus status) {
            this(list, age, Optional.of(status), true);
        }

        @Override
        public int epoch() {
            return 1;
        }

        @Override
        public long version() {
            return 7;
        }

        @Override
        public Instant issuedAt() {
            return NOW.minus(age);
        }

        @Override
        public Instant expiresAt() {
            return issuedAt().plus(Duration.ofDays(30));
        }

        @Override
        public Optional<CardStatus> statusOf(CardNumber card) {
            return card.equals(CARD) ? status : Optional.of(CardStatus.VALID);
        }
    }

    /** A site that asks for an hour-fresh list and chip data, with every lenience off; a test switches on what it is about. */
    private record Site(
            Direction direction, Assurance minimum, boolean attended, boolean withoutList, boolean untrusted) {
        AccessPolicy policy() {
            return new AccessPolicy(
                    direction,
                    List.of(LIST),
                    minimum,
                    Duration.ofHours(1),
                    Duration.ofHours(24),
                    Duration.ofHours(72),
                    attended,
                    withoutList,
                    untrusted,
                    ZoneId.of("Europe/Oslo"));
        }
    }

    private static final Site STRICT = new Site(Direction.IN, Assurance.UNSIGNED_CODE, false, false, false);

    private static FakeList list(Duration age, CardStatus status) {
        return new FakeList(LIST, age, status);
    }

    private static final FakeList FRESH = list(Duration.ofMinutes(10), CardStatus.VALID);

    private static CardRead chip(LocalDate expiresOn) {
        return new CardRead.ChipData(CARD, UID, Optional.of(expiresOn), Optional.empty());
    }

    private static final CardRead GOOD = chip(LocalDate.of(2027, 1, 1));
    private static final CardRead EXPIRED = chip(LocalDate.of(2026, 5, 31));
    private static final CardRead PROVED =
            new CardRead.AuthenticatedChip(CARD, UID, Optional.of(LocalDate.of(2027, 1, 1)), Optional.empty());
    private static final CardRead CODE = new CardRead.UnsignedCode(CARD);
    private static final CardRead UID_ONLY = new CardRead.UidOnly(UID);

    private static AccessDecision decide(CardRead read, List<FakeList> lists, Site site, ClockTrust trust) {
        return Decision.decide(read, lists, Enrolments.NONE, Passes.NONE, site.policy(), new GateTime(NOW, 1, trust));
    }

    private static String answer(AccessDecision decision) {
        return switch (decision) {
            case AccessDecision.Granted granted -> "granted " + granted.flags();
            case AccessDecision.Denied denied -> "denied " + denied.reason();
        };
    }

    private static Site with(Site site, String lenience) {
        return switch (lenience) {
            case "attended" -> new Site(site.direction(), site.minimum(), true, site.withoutList(), site.untrusted());
            case "withoutList" -> new Site(site.direction(), site.minimum(), site.attended(), true, site.untrusted());
            case "untrusted" -> new Site(site.direction(), site.minimum(), site.attended(), site.withoutList(), true);
            case "chip" ->
                new Site(site.direction(), Assurance.CHIP_DATA, site.attended(), site.withoutList(), site.untrusted());
            case "proved" ->
                new Site(
                        site.direction(),
                        Assurance.AUTHENTICATED_CHIP,
                        site.attended(),
                        site.withoutList(),
                        site.untrusted());
            case "" -> site;
            default -> throw new IllegalArgumentException(lenience);
        };
    }

    static Stream<Arguments> table() {
        List<FakeList> none = List.of();
        List<FakeList> fresh = List.of(FRESH);
        List<FakeList> revoked = List.of(list(Duration.ZERO, CardStatus.REVOKED));
        List<FakeList> suspended = List.of(list(Duration.ZERO, CardStatus.SUSPENDED));
        List<FakeList> warned = List.of(list(Duration.ofHours(2), CardStatus.VALID));
        List<FakeList> old = List.of(list(Duration.ofHours(25), CardStatus.VALID));
        List<FakeList> ancient = List.of(list(Duration.ofHours(73), CardStatus.VALID));
        List<FakeList> future = List.of(list(Duration.ofHours(-2), CardStatus.VALID));
        return Stream.of(
                // read, lists, setting, clock, answer at the way in, answer at the way out
                Arguments.of(GOOD, fresh, "", SYNCHRONISED, "granted []", "granted []"),
                Arguments.of(GOOD, future, "", SYNCHRONISED, "granted []", "granted []"),
                Arguments.of(GOOD, fresh, "", BOUNDED, "granted [CLOCK_UNTRUSTED]", "granted [CLOCK_UNTRUSTED]"),
                Arguments.of(GOOD, fresh, "", UNKNOWN, "granted [CLOCK_UNTRUSTED]", "granted [CLOCK_UNTRUSTED]"),
                Arguments.of(GOOD, warned, "", SYNCHRONISED, "granted [LIST_TOO_OLD]", "granted [LIST_TOO_OLD]"),
                Arguments.of(GOOD, old, "", SYNCHRONISED, "denied LIST_TOO_OLD", "granted [LIST_TOO_OLD]"),
                Arguments.of(GOOD, old, "attended", SYNCHRONISED, "granted [LIST_TOO_OLD]", "granted [LIST_TOO_OLD]"),
                Arguments.of(GOOD, ancient, "attended", SYNCHRONISED, "denied LIST_TOO_OLD", "granted [LIST_TOO_OLD]"),
                Arguments.of(GOOD, old, "", BOUNDED, "denied CLOCK_UNTRUSTED", "granted [CLOCK_UNTRUSTED]"),
                Arguments.of(
                        GOOD,
                        old,
                        "untrusted",
                        BOUNDED,
                        "granted [LIST_TOO_OLD, CLOCK_UNTRUSTED]",
                        "granted [LIST_TOO_OLD, CLOCK_UNTRUSTED]"),
                Arguments.of(GOOD, none, "", SYNCHRONISED, "denied LIST_MISSING", "granted [LIST_MISSING]"),
                Arguments.of(
                        GOOD, none, "withoutList", SYNCHRONISED, "granted [LIST_MISSING]", "granted [LIST_MISSING]"),
                Arguments.of(
                        EXPIRED, fresh, "", SYNCHRONISED, "denied CREDENTIAL_EXPIRED", "granted [CREDENTIAL_EXPIRED]"),
                Arguments.of(EXPIRED, fresh, "", BOUNDED, "denied CLOCK_UNTRUSTED", "granted [CLOCK_UNTRUSTED]"),
                Arguments.of(
                        EXPIRED,
                        fresh,
                        "untrusted",
                        UNKNOWN,
                        "granted [CREDENTIAL_EXPIRED, CLOCK_UNTRUSTED]",
                        "granted [CREDENTIAL_EXPIRED, CLOCK_UNTRUSTED]"),
                Arguments.of(
                        GOOD, revoked, "", SYNCHRONISED, "denied CREDENTIAL_REVOKED", "granted [CREDENTIAL_REVOKED]"),
                Arguments.of(
                        GOOD,
                        suspended,
                        "",
                        SYNCHRONISED,
                        "denied CREDENTIAL_SUSPENDED",
                        "granted [CREDENTIAL_SUSPENDED]"),
                Arguments.of(CODE, fresh, "", SYNCHRONISED, "granted []", "granted []"),
                Arguments.of(
                        CODE, fresh, "chip", SYNCHRONISED, "denied ASSURANCE_TOO_LOW", "granted [ASSURANCE_TOO_LOW]"),
                Arguments.of(PROVED, fresh, "chip", SYNCHRONISED, "granted []", "granted []"),
                Arguments.of(PROVED, fresh, "proved", SYNCHRONISED, "granted []", "granted []"),
                Arguments.of(
                        GOOD, fresh, "proved", SYNCHRONISED, "denied ASSURANCE_TOO_LOW", "granted [ASSURANCE_TOO_LOW]"),
                Arguments.of(
                        PROVED, revoked, "", SYNCHRONISED, "denied CREDENTIAL_REVOKED", "granted [CREDENTIAL_REVOKED]"),
                Arguments.of(UID_ONLY, fresh, "", SYNCHRONISED, "denied UNKNOWN_CARD", "granted [UNKNOWN_CARD]"),
                Arguments.of(
                        new CardRead.Unreadable(CARD_UNREADABLE),
                        fresh,
                        "",
                        SYNCHRONISED,
                        "denied CARD_UNREADABLE",
                        "denied CARD_UNREADABLE"));
    }

    @ParameterizedTest
    @MethodSource("table")
    void theTable(CardRead read, List<FakeList> lists, String setting, ClockTrust trust, String in, String out) {
        Site site = with(STRICT, setting);
        assertThat(answer(decide(read, lists, site, trust))).isEqualTo(in);
        assertThat(answer(decide(read, lists, outwards(site), trust))).isEqualTo(out);
    }

    private static Site outwards(Site site) {
        return new Site(Direction.OUT, site.minimum(), site.attended(), site.withoutList(), site.untrusted());
    }

    /** A scene in which every one of these reasons applies, as far as they can together. */
    private static AccessDecision scene(Set<DenialReason> reasons, Direction direction) {
        boolean unknown = reasons.contains(UNKNOWN_CARD);
        boolean suspect = reasons.contains(CLOCK_UNTRUSTED);
        CardRead read = unknown
                ? UID_ONLY
                : reasons.contains(CREDENTIAL_EXPIRED) || suspect
                        ? EXPIRED
                        : reasons.contains(ASSURANCE_TOO_LOW) ? CODE : GOOD;
        CardStatus status = reasons.contains(CREDENTIAL_REVOKED)
                ? CardStatus.REVOKED
                : reasons.contains(CREDENTIAL_SUSPENDED) ? CardStatus.SUSPENDED : CardStatus.VALID;
        List<FakeList> lists = new ArrayList<>();
        lists.add(new FakeList("site-oslo", Duration.ZERO, status));
        if (reasons.contains(CREDENTIAL_SUSPENDED)) {
            lists.addFirst(new FakeList("site-bergen", Duration.ZERO, CardStatus.SUSPENDED));
        }
        if (!reasons.contains(LIST_MISSING)) {
            lists.add(FRESH);
        }
        if (reasons.contains(LIST_DAMAGED)) {
            lists.addFirst(new FakeList("site-damaged", Duration.ZERO, Optional.empty(), true));
        }
        if (reasons.contains(LIST_TOO_OLD)) {
            lists.add(new FakeList("site-old", Duration.ofDays(10), CardStatus.VALID));
        }
        if (reasons.contains(LIST_UNCONFIRMED)) {
            lists.addFirst(new FakeList("site-put-back", Duration.ZERO, Optional.of(CardStatus.VALID), false));
        }
        Assurance minimum = reasons.contains(ASSURANCE_TOO_LOW) ? Assurance.SIGNED_PASS : Assurance.UNSIGNED_CODE;
        AccessPolicy strict = new Site(direction, minimum, false, false, false).policy();
        ListPolicy ages = strict.lists();
        AccessPolicy policy = strict.under(
                new SiteRules(
                        1,
                        new ListPolicy(
                                ages.fresh(),
                                ages.grace(),
                                ages.closed(),
                                ListAction.DENY,
                                ListAction.DENY,
                                ListAction.DENY),
                        false,
                        minimum,
                        Set.of()),
                "north");
        GateTime now = new GateTime(NOW, 1, suspect ? BOUNDED : SYNCHRONISED);
        return Decision.decide(read, lists, Enrolments.NONE, Passes.NONE, policy, now);
    }

    private static final List<DenialReason> ORDER = List.of(
            CREDENTIAL_REVOKED,
            CREDENTIAL_SUSPENDED,
            CREDENTIAL_EXPIRED,
            UNKNOWN_CARD,
            ASSURANCE_TOO_LOW,
            LIST_MISSING,
            LIST_DAMAGED,
            LIST_TOO_OLD,
            LIST_UNCONFIRMED,
            CLOCK_UNTRUSTED);

    /** A UID that names no card has no status, no place in a list and no last day; expiry and age are certain only on a clock that is trusted. */
    private static boolean canMeet(DenialReason one, DenialReason other) {
        Set<DenialReason> both = EnumSet.of(one, other);
        boolean unknownCard = both.contains(UNKNOWN_CARD)
                && (both.contains(CREDENTIAL_REVOKED)
                        || both.contains(CREDENTIAL_SUSPENDED)
                        || both.contains(CREDENTIAL_EXPIRED)
                        || both.contains(LIST_DAMAGED)
                        || both.contains(CLOCK_UNTRUSTED));
        boolean untrusted =
                both.contains(CLOCK_UNTRUSTED) && (both.contains(CREDENTIAL_EXPIRED) || both.contains(LIST_TOO_OLD));
        return !unknownCard && !untrusted;
    }

    @Test
    void ofTwoReasonsTheEarlierIsTold() {
        for (int first = 0; first < ORDER.size(); first++) {
            DenialReason one = ORDER.get(first);
            assertThat(answer(scene(EnumSet.of(one), Direction.IN))).isEqualTo("denied " + one);
            for (DenialReason other : ORDER.subList(first + 1, ORDER.size())) {
                if (canMeet(one, other)) {
                    assertThat(answer(scene(EnumSet.of(one, other), Direction.IN)))
                            .as("%s and %s", one, other)
                            .isEqualTo("denied " + one);
                    if (one != CREDENTIAL_REVOKED || other != CREDENTIAL_SUSPENDED) {
                        assertThat(answer(scene(EnumSet.of(one, other), Direction.OUT)))
                                .as("%s and %s, leaving", one, other)
                                .isEqualTo("granted [" + one + ", " + other + "]");
                    }
                }
            }
        }
    }

    @Test
    void anUnknownUidUnderASuspectListStillTellsTheCardFirst() {
        List<FakeList> old = List.of(list(Duration.ofDays(10), CardStatus.VALID));
        assertThat(answer(decide(UID_ONLY, old, STRICT, BOUNDED))).isEqualTo("denied UNKNOWN_CARD");
    }

    @Test
    void anEnrolledUidIsTheCardThatItIsBoundTo() {
        FakeList revoked = list(Duration.ZERO, CardStatus.REVOKED);
        AccessDecision decision = Decision.decide(
                UID_ONLY,
                List.of(revoked),
                uid -> uid.equals(UID) ? Optional.of(CARD) : Optional.empty(),
                Passes.NONE,
                STRICT.policy(),
                new GateTime(NOW, 1, SYNCHRONISED));
        assertThat(answer(decision)).isEqualTo("denied CREDENTIAL_REVOKED");
    }

    @ParameterizedTest
    @EnumSource(
            value = ClockTrust.class,
            names = {"UNRECOGNIZED"},
            mode = EnumSource.Mode.EXCLUDE)
    void aRevokedCardIsRefusedOnAnyListOfAnyAgeByAnyClock(ClockTrust trust) {
        for (CardStatus status : List.of(CardStatus.REVOKED, CardStatus.SUSPENDED)) {
            for (int hours : new int[] {-1_000, 0, 2, 30, 100, 100_000}) {
                for (CardRead read : List.of(GOOD, EXPIRED, CODE)) {
                    Site lenient = new Site(Direction.IN, Assurance.UNSIGNED_CODE, true, true, true);
                    FakeList naming = new FakeList("site-oslo", Duration.ofHours(hours), status);
                    for (List<FakeList> lists :
                            List.of(List.of(naming), List.of(FRESH, naming), List.of(naming, FRESH))) {
                        assertThat(answer(decide(read, lists, lenient, trust)))
                                .isEqualTo("denied CREDENTIAL_" + status);
                    }
                }
            }
        }
    }

    @Test
    void aCardIsValidToTheEndOfItsLastDayWhereTheSiteIs() {
        CardRead lastDay = chip(LocalDate.of(2026, 5, 31));
        for (String wall : List.of("2026-05-31T21:59:59Z", "2026-05-31T22:00:00Z")) {
            GateTime time = new GateTime(Instant.parse(wall), 1, SYNCHRONISED);
            AccessDecision decision = Decision.decide(
                    lastDay,
                    List.of(new FakeList(LIST, Duration.between(time.wall(), NOW), CardStatus.VALID)),
                    Enrolments.NONE,
                    Passes.NONE,
                    STRICT.policy(),
                    time);
            assertThat(answer(decision)).isEqualTo(wall.contains("21:59") ? "granted []" : "denied CREDENTIAL_EXPIRED");
        }
    }

    /** A clock that jumped back does not bring a card back to life whose end a signed list has proved. */
    @Test
    void aCardWhoseEndIsProvedIsOverOnAnyClock() {
        Site lenient = new Site(Direction.IN, Assurance.UNSIGNED_CODE, false, false, true);
        Instant midnight = Instant.parse("2026-05-31T22:00:00Z");
        for (Instant proved : List.of(midnight.minusSeconds(1), midnight)) {
            GateTime time = new GateTime(NOW, 1, BOUNDED, proved);
            AccessDecision decision =
                    Decision.decide(EXPIRED, List.of(FRESH), Enrolments.NONE, Passes.NONE, lenient.policy(), time);
            assertThat(answer(decision))
                    .isEqualTo(
                            proved.equals(midnight)
                                    ? "denied CREDENTIAL_EXPIRED"
                                    : "granted [CREDENTIAL_EXPIRED, CLOCK_UNTRUSTED]");
        }
    }

    @Test
    void anAnswerCarriesTheListsThatItRestsOn() {
        assertThat(decide(GOOD, List.of(FRESH), STRICT, SYNCHRONISED).lists())
                .containsExactly(new AccessDecision.ListUsed(LIST, 1, 7, Duration.ofMinutes(10), ListState.FRESH));
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 20);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyReadGetsOneAnswerAndWhoeverIsNamedMayLeave(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 2_000; round++) {
            CardRead read = List.of(
                            GOOD,
                            EXPIRED,
                            CODE,
                            UID_ONLY,
                            new CardRead.Unreadable(CARD_UNREADABLE),
                            new CardRead.UnsignedCode(new CardNumber("" + random.nextInt(10, 1_000_000))))
                    .get(random.nextInt(6));
            List<FakeList> lists = new ArrayList<>();
            for (int list = random.nextInt(4); list > 0; list--) {
                lists.add(new FakeList(
                        list == 1 ? LIST : "site-" + list,
                        Duration.ofHours(random.nextLong(-10, 200)),
                        CardStatus.values()[random.nextInt(3)]));
            }
            Site site = new Site(
                    Direction.values()[random.nextInt(2)],
                    Assurance.values()[random.nextInt(Assurance.values().length)],
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextBoolean());
            ClockTrust trust = List.of(SYNCHRONISED, BOUNDED, UNKNOWN).get(random.nextInt(3));
            AccessDecision decision = decide(read, lists, site, trust);
            assertThat(decide(read, lists, site, trust)).isEqualTo(decision);
            assertThat(decision.lists()).hasSize(lists.size());
            switch (decision) {
                case AccessDecision.Granted granted -> {
                    assertThat(granted.flags()).isSorted().doesNotHaveDuplicates();
                    assertThat(granted.credential().card().isPresent()
                                    || granted.credential().uid().isPresent())
                            .isTrue();
                }
                case AccessDecision.Denied denied -> {
                    if (site.direction() == Direction.OUT) {
                        assertThat(read).isInstanceOf(CardRead.Unreadable.class);
                    }
                    assertThat(denied.credential().isEmpty()).isEqualTo(read instanceof CardRead.Unreadable);
                }
            }
        }
    }

    /** Its medium has changed since it was proved: that shows when it is proved anew, and not before. */
    private static final class DamagedSince implements CardList {
        private boolean provedAnew;

        @Override
        public String list() {
            return LIST;
        }

        @Override
        public int epoch() {
            return FRESH.epoch();
        }

        @Override
        public long version() {
            return FRESH.version();
        }

        @Override
        public Instant issuedAt() {
            return FRESH.issuedAt();
        }

        @Override
        public Instant expiresAt() {
            return FRESH.expiresAt();
        }

        @Override
        public boolean heardInThisRun() {
            return true;
        }

        @Override
        public void prove(CardNumber card) {
            provedAnew = true;
        }

        @Override
        public Optional<CardStatus> statusOf(CardNumber card) {
            return provedAnew ? Optional.empty() : FRESH.statusOf(card);
        }
    }

    @Test
    void aListIsProvedAnewBeforeItAnswers() {
        AccessDecision decision = Decision.decide(
                GOOD,
                List.of(new DamagedSince()),
                Enrolments.NONE,
                Passes.NONE,
                STRICT.policy(),
                new GateTime(NOW, 1, SYNCHRONISED));
        assertThat(answer(decision)).isEqualTo("denied LIST_DAMAGED");
    }
}
