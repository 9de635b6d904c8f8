package portvakt.gate.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Assurance;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Direction;
import portvakt.protocol.pass.HolderKind;
import portvakt.protocol.pass.Pass;
import portvakt.protocol.pass.PassCode;
import portvakt.protocol.pass.PassNumber;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.v1.ClockTrust;

/** A pass names somebody when its signature proves, and is then decided on as a card is. */
class PassDecisionTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final KeyPair KEY = keyPair();
    private static final KeyPair THIEF = keyPair();
    private static final PassNumber NUMBER = new PassNumber("0123456789012345");
    private static final Passes PASSES = new Passes("oslo", Map.of(KeyId.of(KEY.getPublic()), KEY.getPublic()));

    /** A list that has everything right, and says one thing of the pass. */
    private record List1(CardStatus status) implements CardList {
        @Override
        public String list() {
            return "site-oslo";
        }

        @Override
        public int epoch() {
            return 1;
        }

        @Override
        public long version() {
            return 3;
        }

        @Override
        public Instant issuedAt() {
            return NOW;
        }

        @Override
        public Instant expiresAt() {
            return NOW.plus(Duration.ofDays(1));
        }

        @Override
        public boolean heardInThisRun() {
            return true;
        }

        @Override
        public Optional<CardStatus> statusOf(CardNumber card) {
            return Optional.of(card.equals(NUMBER.card()) ? status : CardStatus.VALID);
        }
    }

    private static KeyPair keyPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static PassCode pass(String site, Instant from, Instant until, KeyPair key, KeyPair named) {
        return PassCode.issue(
                new Pass(site, NUMBER, HolderKind.VISITOR, from, until), key.getPrivate(), KeyId.of(named.getPublic()));
    }

    private static PassCode from(Instant from, Instant until) {
        return pass("oslo", from, until, KEY, KEY);
    }

    private static final PassCode GOOD = from(NOW.minusSeconds(10), NOW.plusSeconds(10));

    private static AccessDecision decide(
            PassCode code, CardStatus status, Direction direction, boolean lenient, GateTime now) {
        AccessPolicy policy = new AccessPolicy(
                direction,
                List.of("site-oslo"),
                Assurance.SIGNED_PASS,
                new ListPolicy(
                        Duration.ofHours(1),
                        Duration.ofDays(1),
                        Optional.empty(),
                        ListAction.GRANT,
                        ListAction.GRANT,
                        ListAction.DENY),
                false,
                lenient,
                ZoneId.of("Europe/Oslo"),
                1);
        return Decision.decide(
                new CardRead.SignedPass(code), List.of(new List1(status)), Enrolments.NONE, PASSES, policy, now);
    }

    private static String answer(AccessDecision decision) {
        return switch (decision) {
            case AccessDecision.Granted granted -> "granted " + granted.flags();
            case AccessDecision.Denied denied -> "denied " + denied.reason();
        };
    }

    private static String entering(PassCode code) {
        return answer(decide(code, CardStatus.VALID, Direction.IN, false, synchronised(NOW)));
    }

    private static GateTime synchronised(Instant now) {
        return new GateTime(now, 1, ClockTrust.CLOCK_TRUST_SYNCHRONISED);
    }

    private static GateTime bounded(Instant proved) {
        return new GateTime(NOW, 1, ClockTrust.CLOCK_TRUST_BOUNDED_BELOW, proved);
    }

    @Test
    void aGoodPassOpensAndIsNamedByItsNumber() {
        AccessDecision decision = decide(GOOD, CardStatus.VALID, Direction.IN, false, synchronised(NOW));
        assertThat(answer(decision)).isEqualTo("granted []");
        Credential credential = ((AccessDecision.Granted) decision).credential();
        assertThat(credential.card()).contains(NUMBER.card());
        assertThat(credential.assurance()).isEqualTo(Assurance.SIGNED_PASS);
        assertThat(decision.lists()).hasSize(1);
    }

    /** Nobody is named, so there is nobody to be let out either: the button inside opens. */
    @Test
    void whatDoesNotProveNamesNobodyWhicheverWay() {
        for (Direction direction : Direction.values()) {
            AccessDecision forged = decide(
                    pass("oslo", NOW, NOW.plusSeconds(9), THIEF, KEY),
                    CardStatus.REVOKED,
                    direction,
                    true,
                    synchronised(NOW));
            assertThat(answer(forged)).isEqualTo("denied PASS_SIGNATURE");
            assertThat(((AccessDecision.Denied) forged).credential()).isEmpty();
            assertThat(forged.lists()).hasSize(1);
            AccessDecision unknown = decide(
                    pass("oslo", NOW, NOW.plusSeconds(9), THIEF, THIEF),
                    CardStatus.VALID,
                    direction,
                    true,
                    synchronised(NOW));
            assertThat(answer(unknown)).isEqualTo("denied PASS_KEY_UNKNOWN");
        }
    }

    @Test
    void aPassCountsFromItsFirstSecondToTheOneBeforeItsLast() {
        assertThat(entering(from(NOW, NOW.plusSeconds(1)))).isEqualTo("granted []");
        assertThat(entering(from(NOW.plusSeconds(1), NOW.plusSeconds(2)))).isEqualTo("denied CREDENTIAL_NOT_YET_VALID");
        assertThat(entering(from(NOW.minusSeconds(1), NOW))).isEqualTo("denied CREDENTIAL_EXPIRED");
    }

    @Test
    void theFirstReasonIsTheOneTold() {
        PassCode wrongInAll = pass("bergen", NOW.minusSeconds(9), NOW.minusSeconds(1), KEY, KEY);
        assertThat(answer(decide(wrongInAll, CardStatus.REVOKED, Direction.IN, true, synchronised(NOW))))
                .isEqualTo("denied CREDENTIAL_REVOKED");
        assertThat(answer(decide(wrongInAll, CardStatus.SUSPENDED, Direction.IN, true, synchronised(NOW))))
                .isEqualTo("denied CREDENTIAL_SUSPENDED");
        assertThat(entering(wrongInAll)).isEqualTo("denied PASS_OTHER_SITE");
        assertThat(answer(decide(wrongInAll, CardStatus.REVOKED, Direction.OUT, true, synchronised(NOW))))
                .as("leaving is never blocked")
                .isEqualTo("granted [CREDENTIAL_REVOKED, PASS_OTHER_SITE, CREDENTIAL_EXPIRED]");
    }

    @Test
    void aClockThatMayBeWrongRefusesNobodyByItself() {
        PassCode later = from(NOW.plusSeconds(60), NOW.plusSeconds(90));
        PassCode over = from(NOW.minusSeconds(90), NOW.minusSeconds(60));
        GateTime notProved = bounded(NOW.minusSeconds(61));
        assertThat(answer(decide(later, CardStatus.VALID, Direction.IN, true, notProved)))
                .isEqualTo("granted [CREDENTIAL_NOT_YET_VALID, CLOCK_UNTRUSTED]");
        assertThat(answer(decide(later, CardStatus.VALID, Direction.IN, false, notProved)))
                .isEqualTo("denied CLOCK_UNTRUSTED");
        assertThat(answer(decide(over, CardStatus.VALID, Direction.IN, true, notProved)))
                .isEqualTo("granted [CREDENTIAL_EXPIRED, CLOCK_UNTRUSTED]");
        assertThat(answer(decide(over, CardStatus.VALID, Direction.IN, false, notProved)))
                .isEqualTo("denied CLOCK_UNTRUSTED");
    }

    @Test
    void aPassWhoseEndIsProvedIsOverOnAnyClock() {
        PassCode over = from(NOW.minusSeconds(90), NOW.minusSeconds(60));
        assertThat(answer(decide(over, CardStatus.VALID, Direction.IN, true, bounded(NOW.minusSeconds(60)))))
                .isEqualTo("denied CREDENTIAL_EXPIRED");
    }
}
