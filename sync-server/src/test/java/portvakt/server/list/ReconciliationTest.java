package portvakt.server.list;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.list.Reconciliation.Difference;
import portvakt.server.port.Reconciliations.Counts;
import portvakt.server.port.RegisterRecords.Known;

/** A pulled list is the truth as of its issue, ours where it is newer; what would free many cards at once is held. */
class ReconciliationTest {

    private static final Instant ISSUED = Instant.parse("2026-03-02T07:00:00Z");
    private static final CardRange CARDS = new CardRange(1_000, 7);
    private static final ReleaseGuard GUARD = new ReleaseGuard(20);

    private final Map<CardNumber, Known> known = new HashMap<>();

    private static CardNumber card(int index) {
        return CARDS.card(index);
    }

    private void know(int index, CardStatus status, int secondsAfterIssue) {
        known.put(card(index), new Known(status, ISSUED.plusSeconds(secondsAfterIssue)));
    }

    /** One byte a status. */
    private Reconciliation pull(byte... statuses) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
            deflater.write(statuses);
        }
        return Reconciliation.of(
                known,
                new Reconciliation.Pulled(TokenStatusList.inflate(8, out.toByteArray(), 1 << 20), CARDS, ISSUED));
    }

    @Test
    void mapsIndexesToCards() {
        assertThat(card(0)).isEqualTo(new CardNumber("0001000"));
        assertThat(CARDS.index(new CardNumber("0001234"))).hasValue(234);
        assertThat(CARDS.index(new CardNumber("0000999"))).isEmpty();
        assertThat(CARDS.index(new CardNumber("1234"))).isEmpty();
        assertThat(CARDS.size()).isEqualTo(9_999_000);
    }

    @Test
    void tellsEachDifferenceOnce() throws Exception {
        know(1, CardStatus.REVOKED, -9);
        know(2, CardStatus.REVOKED, -9);
        know(3, CardStatus.VALID, -9);
        know(4, CardStatus.SUSPENDED, -9);
        Reconciliation found = pull((byte) 1, (byte) 0, (byte) 2, (byte) 2, (byte) 2, (byte) 0);
        assertThat(found.differences())
                .containsExactly(
                        new Difference(card(0), CardStatus.VALID, CardStatus.REVOKED),
                        new Difference(card(1), CardStatus.REVOKED, CardStatus.VALID),
                        new Difference(card(2), CardStatus.REVOKED, CardStatus.SUSPENDED),
                        new Difference(card(3), CardStatus.VALID, CardStatus.SUSPENDED));
        assertThat(found.counts()).isEqualTo(new Counts(6, 1, 1, 2, 0, 0, 0));
        assertThat(found.hold(GUARD, Optional.of(6L))).isEmpty();
    }

    @Test
    void leavesWhatBecameSoHereAfterTheIssue() throws Exception {
        know(0, CardStatus.REVOKED, 1);
        know(1, CardStatus.VALID, 1);
        Reconciliation found = pull((byte) 0, (byte) 1);
        assertThat(found.differences()).isEmpty();
        assertThat(found.counts().oursNewer()).isEqualTo(2);
    }

    @Test
    void leavesWhatTheListSaysNothingOf() throws Exception {
        know(2, CardStatus.REVOKED, -9);
        known.put(new CardNumber("12"), new Known(CardStatus.REVOKED, ISSUED.minusSeconds(9)));
        Reconciliation found = pull((byte) 3, (byte) 15);
        assertThat(found.differences()).isEmpty();
        assertThat(found.counts()).isEqualTo(new Counts(2, 0, 0, 0, 0, 2, 2));
    }

    @Test
    void holdsWhatWouldFreeManyCardsAtOnce() throws Exception {
        for (int i = 0; i < 400; i++) {
            know(i, CardStatus.REVOKED, -9);
        }
        byte[] few = new byte[400];
        java.util.Arrays.fill(few, (byte) 1);
        for (int i = 0; i < 99; i++) {
            few[i] = 0;
        }
        assertThat(pull(few).hold(GUARD, Optional.empty()))
                .as("99 of 400 always may")
                .isEmpty();
        few[99] = 0;
        assertThat(pull(few).hold(GUARD, Optional.empty()))
                .hasValueSatisfying(cause -> assertThat(cause).contains("100 of 400"));
        assertThat(pull(few).hold(new ReleaseGuard(25), Optional.empty())).isEmpty();
    }

    @Test
    void holdsAListThatIsFarTooShort() throws Exception {
        assertThat(pull().hold(GUARD, Optional.empty())).isPresent();
        assertThat(pull(new byte[49]).hold(GUARD, Optional.of(100L))).isPresent();
        assertThat(pull(new byte[50]).hold(GUARD, Optional.of(100L))).isEmpty();
    }
}
