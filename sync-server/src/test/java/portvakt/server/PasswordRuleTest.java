package portvakt.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.server.port.PasswordRule;
import portvakt.server.port.PasswordRule.Fault;

/** Long passwords are taken, and those that are tried first are not. */
class PasswordRuleTest {

    @Test
    void theBoundsAreTwelveAndTwoHundredAndFiftySix() {
        assertThat(PasswordRule.fault("eva", "abcdefghijx".toCharArray())).contains(Fault.SHORT);
        assertThat(PasswordRule.fault("eva", "abcdefghijxx".toCharArray())).isEmpty();
        assertThat(PasswordRule.fault("eva", "ab".repeat(128).toCharArray())).isEmpty();
        assertThat(PasswordRule.fault("eva", ("ab".repeat(128) + "c").toCharArray()))
                .contains(Fault.LONG);
    }

    @Test
    void theNameIsNoPassword() {
        assertThat(PasswordRule.fault("Eva.Nordmann@example.org", "eva.nordmann@EXAMPLE.org".toCharArray()))
                .contains(Fault.NAME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Password1234", "PASSORD12345", "123456789012", "kkkkkkkkkkkkkk", "1q2w3e4r5t6y"})
    void theMostUsedAreRefused(String password) {
        assertThat(PasswordRule.fault("eva", password.toCharArray())).contains(Fault.MOST_USED);
    }
}
