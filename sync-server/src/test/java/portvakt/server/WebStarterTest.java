package portvakt.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.Assurance;
import portvakt.server.web.SettingsDesk;

/** What is set on a page is held to the rules of the settings file. */
class WebStarterTest {

    private static SettingsDesk.Policy policy(String fresh, String grace, String closed, String action, String gate) {
        return new SettingsDesk.Policy(
                Duration.parse(fresh),
                Duration.parse(grace),
                Duration.parse(closed),
                action,
                "ATTENDED_ONLY",
                "DENY",
                true,
                Assurance.UID_ONLY,
                List.of(gate));
    }

    @Test
    void whatTheFileMaySayIsTaken() {
        assertThat(WebStarter.check("oslo", policy("PT1H", "PT2H", "PT0S", "GRANT_FLAGGED", "north")))
                .contains(new SitePolicySettings(
                                Duration.ofHours(1),
                                Duration.ofHours(2),
                                Duration.ZERO,
                                SitePolicySettings.Action.GRANT_FLAGGED,
                                SitePolicySettings.Action.ATTENDED_ONLY,
                                SitePolicySettings.Action.DENY,
                                true,
                                Assurance.UID_ONLY,
                                List.of("north"))
                        .message("oslo"));
    }

    @ParameterizedTest
    @CsvSource({
        "PT5M, PT2H, PT0S, GRANT, north",
        "PT3H, PT2H, PT0S, GRANT, north",
        "PT1H, PT2H, PT1H, GRANT, north",
        "PT1H, PT9000H, PT0S, GRANT, north",
        "PT1H, PT2H, PT0S, OPEN, north",
        "PT1H, PT2H, PT0S, GRANT, no gate",
    })
    void whatTheFileMayNotSayIsRefused(String fresh, String grace, String closed, String action, String gate) {
        assertThat(WebStarter.check("oslo", policy(fresh, grace, closed, action, gate)))
                .isEmpty();
    }
}
