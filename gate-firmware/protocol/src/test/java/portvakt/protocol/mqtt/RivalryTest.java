package portvakt.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Two programs with one name are told from one program whose broker had not missed it yet. */
class RivalryTest {

    private static final Duration SOON = Duration.ofSeconds(2);

    @Test
    void aThirdTakeoverInARowIsNewsAndOnlyThat() {
        Rivalry rivalry = Rivalry.NONE;
        for (int takeover = 1; takeover <= 5; takeover++) {
            rivalry = rivalry.after(SOON, true);
            assertThat(rivalry.takeovers()).isEqualTo(takeover);
            assertThat(rivalry.isNews()).isEqualTo(takeover == 3);
        }
    }

    @Test
    void aConnectionLostOtherwiseNeitherCountsNorForgives() {
        Rivalry twice = Rivalry.NONE.after(SOON, true).after(SOON, true);
        assertThat(twice.after(SOON, false)).isEqualTo(twice);
    }

    @Test
    void aConnectionThatIsLeftAloneForAMinuteForgives() {
        Rivalry twice = Rivalry.NONE.after(SOON, true).after(SOON, true);
        assertThat(twice.after(Rivalry.LEFT_ALONE, false)).isEqualTo(Rivalry.NONE);
        assertThat(twice.after(Rivalry.LEFT_ALONE, true)).isEqualTo(new Rivalry(1));
        assertThat(twice.after(Rivalry.LEFT_ALONE.minusNanos(1), true)).isEqualTo(new Rivalry(3));
    }
}
