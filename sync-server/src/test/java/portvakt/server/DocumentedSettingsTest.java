package portvakt.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every settings example in the installation document is one that the server takes, and the examples leave no setting out. */
class DocumentedSettingsTest {

    private static final Pattern YAML = Pattern.compile("^```yaml\\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);

    @TempDir
    private Path folder;

    private static List<String> examples() throws IOException {
        return YAML.matcher(Files.readString(Path.of("docs", "install.md")))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
    }

    @Test
    void eachIsTaken() throws Exception {
        assertThat(examples()).hasSizeGreaterThan(1);
        for (String yaml : examples()) {
            assertThat(ServerConfig.read(Files.writeString(folder.resolve("server.yaml"), yaml))
                            .dataFolder())
                    .isNotNull();
        }
    }

    /** As it is shipped, and once an installer has taken the "#" away from lines that have one. */
    @Test
    void thePackagesFileIsTaken() throws Exception {
        String shipped = Files.readString(Path.of("src/deb/root/etc/portvakt-server/server.yaml"));
        Path file = folder.resolve("server.yaml");
        ServerConfig asShipped = ServerConfig.read(Files.writeString(file, shipped));
        assertThat(asShipped.web().host()).isEqualTo("127.0.0.1");
        ServerConfig setUp = ServerConfig.read(Files.writeString(file, shipped.replaceAll("(?m)^#(?!#)", "")));
        assertThat(setUp.sites()).hasSize(1);
        assertThat(setUp.web().behindProxy()).isTrue();
        assertThat(setUp.broker().embedded().orElseThrow().hostNames()).isNotEmpty();
    }

    @Test
    void togetherTheyNameEverySetting() throws Exception {
        String all = String.join("\n", examples());
        for (Class<?> part : List.of(
                ServerConfig.class,
                ServerConfig.Web.class,
                ServerConfig.Keystore.class,
                ServerConfig.DatabaseAccess.class,
                ServerConfig.Broker.class,
                ServerConfig.EmbeddedSettings.class,
                ServerConfig.ExternalSettings.class,
                ServerConfig.Register.class,
                ServerConfig.StatusList.class,
                ServerConfig.Spread.class,
                ServerConfig.Site.class,
                OidcSettings.class,
                OidcSettings.MappedRole.class,
                SitePolicySettings.class,
                SitePresenceSettings.class,
                SiteRetentionSettings.class,
                PrivacySettings.class,
                PrivacySettings.InBoth.class)) {
            for (var component : part.getRecordComponents()) {
                assertThat(all)
                        .as("%s.%s", part.getSimpleName(), component.getName())
                        .contains(component.getName() + ":");
            }
        }
    }
}
