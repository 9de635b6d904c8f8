package portvakt.gate.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Assurance;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;

/** Two reads are of one holder when they name the same card, or, where a card is not known of both, the same chip. */
class CredentialTest {

    private static final String CARD = "4388261";
    private static final String OTHER_CARD = "4390817";
    private static final String CHIP = "04a1b2c3d4e5f6";
    private static final String OTHER_CHIP = "04000000000001";

    private static Credential of(String card, String chip) {
        return new Credential(
                Optional.ofNullable(card).map(CardNumber::new),
                Optional.ofNullable(chip).map(Uid::new),
                Assurance.CHIP_DATA,
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void theCardCountsWhereBothHaveOne() {
        assertThat(of(CARD, CHIP).sameHolder(of(CARD, OTHER_CHIP))).isTrue();
        assertThat(of(CARD, CHIP).sameHolder(of(OTHER_CARD, CHIP))).isFalse();
    }

    @Test
    void elseTheChip() {
        assertThat(of(CARD, CHIP).sameHolder(of(null, CHIP))).isTrue();
        assertThat(of(null, CHIP).sameHolder(of(CARD, CHIP))).isTrue();
        assertThat(of(null, CHIP).sameHolder(of(null, OTHER_CHIP))).isFalse();
    }

    @Test
    void whoHasNothingInCommonIsAnother() {
        assertThat(of(CARD, null).sameHolder(of(null, CHIP))).isFalse();
        assertThat(of(CARD, null).sameHolder(of(null, null))).isFalse();
    }
}
