package portvakt.gate.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.Assurance;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Direction;
import portvakt.protocol.ListState;
import portvakt.protocol.v1.ClockTrust;

/** The site's policy says what is done in each state of a list; the weakest list counts; a listed card is denied in every state. */
class ListPolicyTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final CardNumber CARD = new CardNumber("4388261");
    private static final CardRead READ = new CardRead.UnsignedCode(CARD);

    /** Hours since its issue; empty status: its bucket does not prove. */
    private record Sample(String list, long hours, boolean heardInThisRun, Optional<CardStatus> status)
            implements CardList {
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
            return NOW.minus(Duration.ofHours(hours));
        }

        @Override
        public Instant expiresAt() {
            return issuedAt().plus(Duration.ofDays(1_000));
        }

        @Override
        public Optional<CardStatus> statusOf(CardNumber card) {
            return status;
        }
    }

    private static Sample of(ListState state, CardStatus status) {
        return switch (state) {
            case FRESH -> new Sample("hms-kort", 1, true, Optional.of(status));
            case GRACE -> new Sample("hms-kort", 30, true, Optional.of(status));
            case STALE -> new Sample("hms-kort", 80, true, Optional.of(status));
            case NONE -> new Sample("hms-kort", 1, true, Optional.empty());
        };
    }

    private static AccessPolicy policy(ListAction action, boolean attended, boolean grantOnUntrustedClock) {
        return policy(policy(action))
                .under(
                        new SiteRules(
                                3,
                                policy(action),
                                grantOnUntrustedClock,
                                Assurance.UNSIGNED_CODE,
                                attended ? Set.of("north") : Set.of("south")),
                        "north");
    }

    private static ListPolicy policy(ListAction action) {
        return new ListPolicy(
                Duration.ofHours(24), Duration.ofHours(72), Optional.of(Duration.ofHours(168)), action, action, action);
    }

    private static AccessPolicy policy(ListPolicy lists) {
        return new AccessPolicy(
                Direction.IN,
                List.of("hms-kort"),
                Assurance.UNSIGNED_CODE,
                lists,
                false,
                false,
                ZoneId.of("Europe/Oslo"),
                0);
    }

    private static String answer(AccessPolicy policy, GateTime now, CardList... lists) {
        return switch (Decision.decide(READ, List.of(lists), Enrolments.NONE, Passes.NONE, policy, now)) {
            case AccessDecision.Granted granted -> "granted " + granted.flags();
            case AccessDecision.Denied denied -> "denied " + denied.reason();
        };
    }

    private static GateTime trusted() {
        return new GateTime(NOW, 1, ClockTrust.CLOCK_TRUST_SYNCHRONISED);
    }

    private static GateTime bounded(long provedHoursAgo) {
        return new GateTime(NOW, 1, ClockTrust.CLOCK_TRUST_BOUNDED_BELOW, NOW.minus(Duration.ofHours(provedHoursAgo)));
    }

    @ParameterizedTest(name = "{1} in state {0}, attended {2}: {3}")
    @CsvSource({
        "FRESH, DENY, false, granted []",
        "GRACE, GRANT, false, granted []",
        "GRACE, GRANT_FLAGGED, false, granted [LIST_TOO_OLD]",
        "GRACE, ATTENDED_ONLY, false, denied LIST_TOO_OLD",
        "GRACE, ATTENDED_ONLY, true, granted [LIST_TOO_OLD]",
        "GRACE, DENY, true, denied LIST_TOO_OLD",
        "STALE, GRANT, false, granted []",
        "STALE, GRANT_FLAGGED, false, granted [LIST_TOO_OLD]",
        "STALE, ATTENDED_ONLY, false, denied LIST_TOO_OLD",
        "STALE, ATTENDED_ONLY, true, granted [LIST_TOO_OLD]",
        "STALE, DENY, true, denied LIST_TOO_OLD",
        "NONE, GRANT, false, granted []",
        "NONE, GRANT_FLAGGED, false, granted [LIST_DAMAGED]",
        "NONE, ATTENDED_ONLY, false, denied LIST_DAMAGED",
        "NONE, ATTENDED_ONLY, true, granted [LIST_DAMAGED]",
        "NONE, DENY, true, denied LIST_DAMAGED"
    })
    void theActionOfEachState(ListState state, ListAction action, boolean attended, String answer) {
        AccessPolicy policy = policy(action, attended, false);
        Sample list = of(state, CardStatus.VALID);
        assertThat(answer(policy, trusted(), list)).isEqualTo(answer);
        assertThat(Decision.decide(READ, List.of(list), Enrolments.NONE, Passes.NONE, policy, trusted())
                        .lists())
                .extracting(AccessDecision.ListUsed::state)
                .containsExactly(state);
    }

    @Test
    void aListThatNeverCameIsInNoStateAndTheSameActionHolds() {
        assertThat(answer(policy(ListAction.DENY, false, false), trusted())).isEqualTo("denied LIST_MISSING");
        assertThat(answer(policy(ListAction.GRANT_FLAGGED, false, false), trusted()))
                .isEqualTo("granted [LIST_MISSING]");
        assertThat(answer(policy(ListAction.GRANT, false, false), trusted())).isEqualTo("granted []");
    }

    @Test
    void aListedCardIsDeniedInEveryStateWhateverThePolicy() {
        for (ListState state : List.of(ListState.FRESH, ListState.GRACE, ListState.STALE)) {
            for (ListAction action : ListAction.values()) {
                for (GateTime now : List.of(trusted(), bounded(0), bounded(1_000))) {
                    AccessPolicy policy = policy(action, true, true);
                    assertThat(answer(policy, now, of(state, CardStatus.REVOKED)))
                            .isEqualTo("denied CREDENTIAL_REVOKED");
                    assertThat(answer(policy, now, of(state, CardStatus.SUSPENDED)))
                            .isEqualTo("denied CREDENTIAL_SUSPENDED");
                    Sample damaged = new Sample("site-oslo", 0, true, Optional.empty());
                    assertThat(answer(policy, now, damaged, of(state, CardStatus.REVOKED)))
                            .isEqualTo("denied CREDENTIAL_REVOKED");
                }
            }
        }
    }

    @Test
    void pastItsClosingAgeAListDeniesWhateverThePolicySays() {
        AccessPolicy lenient = policy(ListAction.GRANT, true, true);
        Sample closed = new Sample("hms-kort", 169, true, Optional.of(CardStatus.VALID));
        Sample closedAndDamaged = new Sample("hms-kort", 169, true, Optional.empty());
        assertThat(answer(lenient, trusted(), closed)).isEqualTo("denied LIST_TOO_OLD");
        assertThat(answer(lenient, trusted(), closedAndDamaged)).isEqualTo("denied LIST_DAMAGED");
        assertThat(answer(lenient, bounded(0), closed)).as("proved").isEqualTo("denied LIST_TOO_OLD");
    }

    @Test
    void theWeakestListCounts() {
        AccessPolicy policy = policy(new ListPolicy(
                Duration.ofHours(24),
                Duration.ofHours(72),
                Optional.empty(),
                ListAction.GRANT_FLAGGED,
                ListAction.ATTENDED_ONLY,
                ListAction.DENY));
        Sample fresh = of(ListState.FRESH, CardStatus.VALID);
        Sample grace = new Sample("site-oslo", 30, true, Optional.of(CardStatus.VALID));
        Sample stale = new Sample("site-oslo", 80, true, Optional.of(CardStatus.VALID));
        Sample none = new Sample("site-oslo", 1, true, Optional.empty());
        assertThat(answer(policy, trusted(), fresh, grace)).isEqualTo("granted [LIST_TOO_OLD]");
        assertThat(answer(policy, trusted(), stale, fresh)).isEqualTo("denied LIST_TOO_OLD");
        assertThat(answer(policy, trusted(), fresh, none)).isEqualTo("denied LIST_DAMAGED");
        assertThat(answer(policy, trusted(), grace))
                .as("the required one is away")
                .isEqualTo("denied LIST_MISSING");
    }

    @Test
    void aListThatTheServerHasNotConfirmedIsFlagged() {
        Sample unheard = new Sample("hms-kort", 1, false, Optional.of(CardStatus.VALID));
        Sample unheardAndOld = new Sample("hms-kort", 30, false, Optional.of(CardStatus.VALID));
        AccessPolicy flagging = policy(ListAction.GRANT_FLAGGED, false, false);
        assertThat(answer(flagging, trusted(), unheard)).isEqualTo("granted [LIST_UNCONFIRMED]");
        assertThat(answer(flagging, trusted(), unheardAndOld)).isEqualTo("granted [LIST_TOO_OLD, LIST_UNCONFIRMED]");
        assertThat(answer(policy(ListAction.DENY, false, false), trusted(), unheard))
                .isEqualTo("denied LIST_UNCONFIRMED");
    }

    @ParameterizedTest(name = "list of {0} h, proved {1} h less, {2}, on an untrusted clock {3}: {4}")
    @CsvSource({
        // Looks young: only the clock keeps it from being fresh.
        "1, 0, GRANT_FLAGGED, false, granted [CLOCK_UNTRUSTED]",
        "1, 0, DENY, true, granted [CLOCK_UNTRUSTED]",
        "1, 0, DENY, false, denied CLOCK_UNTRUSTED",
        // Looks old, and nothing proves it.
        "80, 79, DENY, true, 'granted [LIST_TOO_OLD, CLOCK_UNTRUSTED]'",
        "80, 79, DENY, false, denied CLOCK_UNTRUSTED",
        "80, 79, GRANT_FLAGGED, false, 'granted [LIST_TOO_OLD, CLOCK_UNTRUSTED]'",
        "200, 199, GRANT_FLAGGED, true, 'granted [LIST_TOO_OLD, CLOCK_UNTRUSTED]'",
        "200, 199, GRANT_FLAGGED, false, denied CLOCK_UNTRUSTED",
        // Proved to be old: no lenience towards a clock helps.
        "80, 0, DENY, true, denied LIST_TOO_OLD",
        "30, 0, DENY, true, denied LIST_TOO_OLD",
        "80, 0, GRANT_FLAGGED, false, 'granted [LIST_TOO_OLD, CLOCK_UNTRUSTED]'"
    })
    void anUntrustedClockAloneRefusesNobodyUnlessThePolicySaysSo(
            long shownHours, long unprovedHours, ListAction action, boolean lenient, String answer) {
        Sample list = new Sample("hms-kort", shownHours, true, Optional.of(CardStatus.VALID));
        assertThat(answer(policy(action, false, lenient), bounded(unprovedHours), list))
                .isEqualTo(answer);
    }

    @Test
    void aSitesRulesLeaveTheGatesOwnFactsAlone() {
        AccessPolicy own = policy(policy(ListAction.DENY));
        AccessPolicy under = own.under(
                new SiteRules(3, policy(ListAction.GRANT), true, Assurance.CHIP_DATA, Set.of("north")), "north");
        assertThat(under)
                .isEqualTo(new AccessPolicy(
                        Direction.IN,
                        List.of("hms-kort"),
                        Assurance.CHIP_DATA,
                        policy(ListAction.GRANT),
                        true,
                        true,
                        ZoneId.of("Europe/Oslo"),
                        3));
    }
}
