package portvakt.protocol.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mistake in a settings file is told with file, line, key and remedy, so that an installer can put it right on site. */
class ConfigFileTest {

    record Relay(int line, boolean inverted) {}

    record Settings(String gate, Duration releaseTime, Relay relay, List<String> lists, Optional<String> note) {
        Settings {
            if (gate == null) {
                throw new IllegalArgumentException("gate is missing: give this gate's name");
            }
            if (releaseTime != null && releaseTime.compareTo(Duration.ofSeconds(30)) > 0) {
                throw new IllegalArgumentException("releaseTime " + releaseTime + " is over 30 seconds");
            }
        }
    }

    private static final String GOOD = """
            gate: north
            releaseTime: PT3S
            relay:
              line: 17
              inverted: false
            lists: [hms-kort]
            """;

    @TempDir
    private Path folder;

    private Path file;

    private String refusal(String text) throws IOException {
        file = folder.resolve("gate.yaml");
        Files.writeString(file, text);
        try {
            ConfigFile.read(file, Settings.class);
            return "taken";
        } catch (ConfigFile.Invalid e) {
            return e.getMessage().replace(file.toString(), "gate.yaml");
        }
    }

    @Test
    void aGoodFileIsRead() throws Exception {
        assertThat(refusal(GOOD)).isEqualTo("taken");
        assertThat(ConfigFile.read(file, Settings.class))
                .isEqualTo(new Settings(
                        "north", Duration.ofSeconds(3), new Relay(17, false), List.of("hms-kort"), Optional.empty()));
    }

    @Test
    void anUnknownKey() throws IOException {
        assertThat(refusal(GOOD + "colour: red\n"))
                .isEqualTo(
                        "gate.yaml:7: there is no setting \"colour\". Known here: gate, lists, note, relay, releaseTime.");
        assertThat(refusal(GOOD.replace("inverted: false", "inverted: false\n  invreted: true")))
                .isEqualTo("gate.yaml:6: there is no setting \"relay.invreted\". Known here: inverted, line.");
    }

    @Test
    void aRepeatedKey() throws IOException {
        assertThat(refusal(GOOD + "gate: south\n"))
                .startsWith("gate.yaml:7: ")
                .containsIgnoringCase("duplicate")
                .contains("gate");
    }

    @Test
    void aWrongType() throws IOException {
        assertThat(refusal(GOOD.replace("17", "seventeen")))
                .startsWith("gate.yaml:4: \"relay.line\": ")
                .contains("seventeen");
        assertThat(refusal(GOOD.replace("17", "17.5"))).startsWith("gate.yaml:4: \"relay.line\": ");
        assertThat(refusal(GOOD.replace("inverted: false", "inverted: 1")))
                .startsWith("gate.yaml:5: \"relay.inverted\": ");
        assertThat(refusal(GOOD.replace("PT3S", "soon")))
                .startsWith("gate.yaml:2: \"releaseTime\": ")
                .contains("soon");
        assertThat(refusal(GOOD.replace("[hms-kort]", "hms-kort"))).startsWith("gate.yaml:6: \"lists\": ");
    }

    @Test
    void aMissingNumberIsNotZero() throws IOException {
        assertThat(refusal(GOOD.replace("  line: 17\n", "")))
                .matches("gate\\.yaml:\\d: \"relay\\.line\": is missing; it has no default");
    }

    @Test
    void theRecordsOwnRefusal() throws IOException {
        assertThat(refusal(GOOD.replace("PT3S", "PT31S")))
                .isEqualTo("gate.yaml:7: releaseTime PT31S is over 30 seconds");
        assertThat(refusal("lists: []\n")).isEqualTo("gate.yaml:2: gate is missing: give this gate's name");
    }

    @Test
    void noYamlAndNothingAtAll() throws IOException {
        assertThat(refusal("gate: [north\n")).startsWith("gate.yaml:");
        assertThat(refusal("")).startsWith("gate.yaml").isNotEqualTo("taken");
        assertThat(refusal(GOOD + "---\n" + GOOD)).startsWith("gate.yaml:");
    }

    @Test
    void aMissingFile() {
        Path missing = folder.resolve("missing.yaml");
        assertThatThrownBy(() -> ConfigFile.read(missing, Settings.class))
                .isInstanceOf(ConfigFile.Invalid.class)
                .hasMessage(missing + ": cannot be read (NoSuchFileException). Check the path and its rights.");
    }
}
