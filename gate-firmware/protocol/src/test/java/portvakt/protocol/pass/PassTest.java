package portvakt.protocol.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import portvakt.protocol.Vectors;
import portvakt.protocol.sign.KeyId;

/** No pass is made that could not be written down, and each fault is named. */
class PassTest {

    private static final Instant FROM = Instant.parse("2026-06-01T05:00:00Z");

    private static Pass pass(String site, Instant from, Instant until) {
        return new Pass(site, new PassNumber("0123456789012345"), HolderKind.VISITOR, from, until);
    }

    private static void assertRefused(String cause, String site, Instant from, Instant until) {
        assertThatThrownBy(() -> pass(site, from, until))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(cause);
    }

    @Test
    void itsValidityIsWithinBounds() {
        assertThatCode(() -> pass("oslo", FROM, FROM.plus(Pass.VALIDITY_MAX))).doesNotThrowAnyException();
        assertRefused(
                "366 days at most", "oslo", FROM, FROM.plus(Pass.VALIDITY_MAX).plusSeconds(1));
        assertRefused("ends after it begins", "oslo", FROM, FROM);
        assertRefused("whole seconds", "oslo", FROM.plusNanos(1), FROM.plusSeconds(9));
        assertRefused("whole seconds", "oslo", FROM, FROM.plusSeconds(9).plusMillis(1));
        assertThatCode(() -> pass("oslo", Instant.EPOCH, Instant.EPOCH.plusSeconds(1)))
                .doesNotThrowAnyException();
        assertRefused("from 1970", "oslo", Instant.EPOCH.minusSeconds(1), Instant.EPOCH.plusSeconds(1));
        Instant last = Instant.ofEpochSecond(0xffff_ffffL);
        assertThatCode(() -> pass("oslo", last.minusSeconds(1), last)).doesNotThrowAnyException();
        assertRefused("in 2106", "oslo", last.minusSeconds(1), last.plusSeconds(1));
    }

    @Test
    void itsSiteIsAName() {
        assertRefused("Oslo Havn", "Oslo Havn", FROM, FROM.plus(Duration.ofDays(1)));
    }

    @Test
    void aCodeIsItsTextAndIsNotTold() throws PassRefusedException {
        KeyId key = KeyId.of(Vectors.publicKey());
        PassCode issued = PassCode.issue(pass("oslo", FROM, FROM.plus(Duration.ofDays(1))), Vectors.privateKey(), key);
        PassCode other = PassCode.issue(pass("oslo", FROM, FROM.plus(Duration.ofDays(2))), Vectors.privateKey(), key);
        assertThat(PassCode.read(issued.text())).isEqualTo(issued).hasSameHashCodeAs(issued);
        assertThat(issued).isNotEqualTo(other).isNotEqualTo(issued.text()).doesNotHaveSameHashCodeAs(other);
        assertThat(issued).hasToString("PassCode[key " + key.hex() + "]");
    }
}
