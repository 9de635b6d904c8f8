package portvakt.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.config.ConfigFile;
import portvakt.protocol.v1.ListAction;
import portvakt.protocol.v1.ReadAssurance;
import portvakt.protocol.v1.SitePolicy;
import portvakt.server.log.CheckOutRules;

/** What is not said is safe; what is unsafe has to be said, or is refused with the remedy. */
class ServerConfigTest {

    @TempDir
    Path folder;

    private ServerConfig read(String yaml) throws Exception {
        return ServerConfig.read(Files.writeString(folder.resolve("server.yaml"), yaml));
    }

    @Test
    void oneLineIsEnoughAndListensToThisMachineAlone() throws Exception {
        ServerConfig config = read("dataFolder: /tmp/portvakt\n");
        assertThat(config.web().host()).isEqualTo("127.0.0.1");
        assertThat(config.web().publicUrl()).hasToString("http://localhost:8080/");
        assertThat(config.broker().embedded().orElseThrow().host()).isEqualTo("127.0.0.1");
        assertThat(config.list()).isEqualTo("hms-kort");
        assertThat(config.register()).isEmpty();
    }

    @Test
    void everySiteHasAListBesideTheRegisters() throws Exception {
        ServerConfig config = read("dataFolder: data\nsites: [{name: bjorvika}, {name: fornebu}]\n");
        assertThat(config.lists()).containsExactly("hms-kort", "site-bjorvika", "site-fornebu");
        assertThatThrownBy(() -> read("dataFolder: data\nsites: [{name: a-name-of-twenty-six-lette-s}]\n"))
                .isInstanceOf(ConfigFile.Invalid.class)
                .hasMessageContaining("at most 25");
    }

    @Test
    void passwordsInTheClearAreRefused() throws Exception {
        assertThatThrownBy(() -> read("dataFolder: /x\nweb: {host: 0.0.0.0}\n"))
                .isInstanceOf(ConfigFile.Invalid.class)
                .hasMessageContaining("behindProxy");
        assertThat(read("dataFolder: /x\nweb: {host: 0.0.0.0, behindProxy: true}\n")
                        .web()
                        .host())
                .isEqualTo("0.0.0.0");
        assertThatThrownBy(() -> read("dataFolder: /x\ndatabase: {url: 'jdbc:postgresql://h/d?password=x'}\n"))
                .hasMessageContaining("passwordFile");
        assertThatThrownBy(() -> read("dataFolder: /x\nbroker: {external: {uri: 'tcp://h:1883'}}\n"))
                .hasMessageContaining("ssl://");
    }

    @Test
    void aProviderNeedsAnIssuerAClientAndRolesOfSitesThatThereAre() throws Exception {
        OidcSettings least = read("dataFolder: /x\nweb: {oidc: {issuer: 'https://id.example', clientId: portvakt}}\n")
                .web()
                .oidc()
                .orElseThrow();
        assertThat(least.scopes()).containsExactly("openid", "profile");
        assertThat(least.nameClaim()).isEqualTo("sub");
        assertThat(least.label()).isEqualTo("id.example");
        for (String[] wrong : new String[][] {
            {"{clientId: x}", "issuer"},
            {"{issuer: 'http://id.example', clientId: x}", "https"},
            {"{issuer: 'https://id.example'}", "clientId"},
            {"{issuer: 'https://id.example', clientId: x, nameClaim: pid}", "national identity number"},
            {"{issuer: 'https://id.example', clientId: x, rolesClaim: groups}", "both rolesClaim and roles"},
            {
                "{issuer: 'https://id.example', clientId: x, rolesClaim: g, roles: [{value: a, role: program}]}",
                "role must be"
            },
            {
                "{issuer: 'https://id.example', clientId: x, rolesClaim: g, roles: [{value: a, role: guard, site: nowhere}]}",
                "nowhere"
            },
        }) {
            assertThatThrownBy(() -> read("dataFolder: /x\nweb: {oidc: " + wrong[0] + "}\n"))
                    .as(wrong[0])
                    .isInstanceOf(ConfigFile.Invalid.class)
                    .hasMessageContaining(wrong[1]);
        }
    }

    @Test
    void aMistypedSettingIsNamedWithItsFile() {
        assertThatThrownBy(() -> read("dataFolder: /x\nwbe: {}\n"))
                .hasMessageContaining("server.yaml:")
                .hasMessageContaining("wbe");
        assertThatThrownBy(() -> read("list: hms-kort\n")).hasMessageContaining("dataFolder");
    }

    @Test
    void aSiteHasASafePolicyUnlessItSaysOtherwise() throws Exception {
        String site = "dataFolder: /x\nsites:\n  - {name: oslo, policy: {%s}}\n";
        SitePolicy safe = read("dataFolder: /x\nsites: [{name: oslo}]\n")
                .sites()
                .getFirst()
                .policy()
                .message("oslo");
        assertThat(Duration.ofMillis(safe.getFreshMs())).isEqualTo(Duration.ofHours(24));
        assertThat(Duration.ofMillis(safe.getGraceMs())).isEqualTo(Duration.ofDays(3));
        assertThat(Duration.ofMillis(safe.getClosedMs())).isEqualTo(Duration.ofDays(7));
        assertThat(safe.getWhenGrace()).isEqualTo(ListAction.LIST_ACTION_GRANT_FLAGGED);
        assertThat(safe.getWhenStale()).isEqualTo(ListAction.LIST_ACTION_ATTENDED_ONLY);
        assertThat(safe.getWhenNone()).isEqualTo(ListAction.LIST_ACTION_DENY);
        assertThat(safe.getGrantOnUntrustedClock()).isTrue();
        assertThat(safe.getMinimumAssurance()).isEqualTo(ReadAssurance.READ_ASSURANCE_UNSIGNED_CODE);
        assertThat(safe.getAttendedGatesList()).isEmpty();

        SitePolicy said = read(site.formatted(
                        "fresh: PT1H, grace: PT2H, closed: PT0S, whenStale: DENY, minimumAssurance:"
                                + " CHIP_DATA, attendedGates: [south, north]"))
                .sites()
                .getFirst()
                .policy()
                .message("oslo");
        assertThat(said.getClosedMs()).isZero();
        assertThat(said.getWhenStale()).isEqualTo(ListAction.LIST_ACTION_DENY);
        assertThat(said.getMinimumAssurance()).isEqualTo(ReadAssurance.READ_ASSURANCE_CHIP_DATA);
        assertThat(said.getAttendedGatesList()).containsExactly("north", "south");

        for (String wrong : new String[] {
            "fresh: PT1M",
            "fresh: P4D",
            "grace: PT1H",
            "closed: P1D",
            "grace: P400D, closed: P500D",
            "whenGrace: MAYBE",
            "attendedGates: [No Gate]",
            "warn: PT1H"
        }) {
            assertThatThrownBy(() -> read(site.formatted(wrong)))
                    .as(wrong)
                    .isInstanceOf(ConfigFile.Invalid.class)
                    .hasMessageContaining("server.yaml:")
                    .hasMessageContaining("policy");
        }
        assertThatThrownBy(() -> read("dataFolder: /x\nsites: [{name: a-name-with-26-characters-}]\n"))
                .hasMessageContaining("at most 25");
    }

    @Test
    void aSiteChecksNobodyOutUnlessItSaysSo() throws Exception {
        SitePresenceSettings safe = read("dataFolder: data\nsites: [{name: oslo}]")
                .sites()
                .getFirst()
                .presence();
        assertThat(safe.rules(ZoneId.of("Europe/Oslo")).isOff()).isTrue();
        assertThat(safe.doubleEntryWithin()).isEmpty();

        SitePresenceSettings set = read("dataFolder: data\nsites: [{name: oslo, presence: {zone: Europe/Helsinki,"
                        + " checkOutAt: \"03:00\", longestStay: PT16H, antiPassback: SOFT, antiPassbackForgets: PT8H}}]")
                .sites()
                .getFirst()
                .presence();
        assertThat(set.rules(ZoneId.of("Europe/Oslo")))
                .isEqualTo(new CheckOutRules(
                        Optional.of(LocalTime.of(3, 0)),
                        Optional.of(Duration.ofHours(16)),
                        ZoneId.of("Europe/Helsinki")));
        assertThat(set.doubleEntryWithin()).contains(Duration.ofHours(8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "checkOutAt: \"25:00\" | checkOutAt",
                "checkOutAt: \"03:00:30\" | hour and minute",
                "longestStay: PT10M | PT1H to P31D",
                "antiPassbackForgets: P30D | PT1M to P3D",
                "zone: Europe/Olso | zone",
                "antiPassback: MAYBE | antiPassback",
            })
    void aSlipInPresenceIsNamed(String setting, String named) {
        assertThatThrownBy(() -> read("dataFolder: data\nsites: [{name: oslo, presence: {" + setting + "}}]"))
                .isInstanceOf(ConfigFile.Invalid.class)
                .hasMessageContaining(named);
    }
}
