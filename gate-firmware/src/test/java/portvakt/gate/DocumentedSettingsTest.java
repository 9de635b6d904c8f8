package portvakt.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.gate.adapter.display.DisplayConfig;
import portvakt.gate.adapter.gpio.TurnstileConfig;
import portvakt.gate.adapter.pcsc.DesfireLayout;
import portvakt.gate.adapter.pcsc.KeyDiversification;
import portvakt.gate.adapter.pcsc.PcscReaderConfig;
import portvakt.gate.adapter.qr.CodeReaderConfig;
import portvakt.gate.adapter.qr.ScannerConfig;
import portvakt.protocol.config.ConfigFile;

/** Every settings example in the documents is one that the gate takes: an installer copies them as they stand. */
class DocumentedSettingsTest {

    private static final Pattern YAML = Pattern.compile("^```yaml\\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Path DOCS = Path.of("docs");

    @TempDir
    private Path folder;

    static Stream<Arguments> examples() throws IOException {
        return Stream.of(
                        examples("settings.md", GateConfig.class),
                        examples("turnstile.md", TurnstileConfig.class),
                        examples("readers.md", PcscReaderConfig.class),
                        examples("cameras.md", CodeReaderConfig.class),
                        examples("scanners.md", ScannerConfig.class),
                        examples("display.md", DisplayConfig.class))
                .flatMap(List::stream);
    }

    private static List<Arguments> examples(String document, Class<?> settings) throws IOException {
        Matcher blocks = YAML.matcher(Files.readString(DOCS.resolve(document)));
        return blocks.results()
                .map(block -> Arguments.of(document, settings, block.group(1)))
                .toList();
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("examples")
    void isTaken(String document, Class<?> settings, String yaml) throws Exception {
        Path file = Files.writeString(folder.resolve(document + ".yaml"), yaml);
        assertThat(ConfigFile.read(file, settings)).isNotNull();
    }

    /** An installer takes the "#" away from lines that have one. */
    @Test
    void thePackagesFileIsTakenOnceItsExamplesCount() throws Exception {
        String shipped = Files.readString(Path.of("src/deb/root/etc/portvakt/gate.yaml"));
        Path file = Files.writeString(folder.resolve("gate.yaml"), shipped.replaceAll("(?m)^#(?!#)", ""));
        GateConfig settings = ConfigFile.read(file, GateConfig.class);
        assertThat(settings.turnstile().lockCommand()).isNotEmpty();
        assertThat(settings.server()).isPresent();
        assertThat(settings.cardReader()).isPresent();
    }

    @Test
    void theGatesExampleNamesEverySetting() throws Exception {
        String yaml =
                (String) examples("settings.md", GateConfig.class).getFirst().get()[2];
        for (Class<?> part : List.of(
                GateConfig.class,
                GateConfig.Server.class,
                GateConfig.Policy.class,
                GateConfig.ClockSettings.class,
                TurnstileConfig.class,
                PcscReaderConfig.class,
                DesfireLayout.class,
                KeyDiversification.class,
                CodeReaderConfig.class,
                ScannerConfig.class,
                DisplayConfig.class)) {
            for (var component : part.getRecordComponents()) {
                assertThat(yaml)
                        .as("%s.%s", part.getSimpleName(), component.getName())
                        .contains(component.getName() + ":");
            }
        }
    }

    /** A switch that is left out is off, also where something else of its group is set: install.md says that it has a default. */
    @Test
    void switchesMayBeLeftOutOfTheirGroup() throws Exception {
        Path file = Files.writeString(folder.resolve("gate.yaml"), """
                site: bjorvika
                gate: entrance
                direction: IN
                dataFolder: /var/lib/portvakt-gate
                identityFolder: /etc/portvakt/identity
                turnstile:
                  relay: {line: 22, active: HIGH}
                  armSensor: {line: 23, active: LOW}
                cardReader: {}
                policy: {listWarnAge: P2D}
                clock: {synchronisedFile: /run/right}
                """);

        GateConfig settings = ConfigFile.read(file, GateConfig.class);

        assertThat(settings.clock().alwaysRight()).isFalse();
        assertThat(settings.policy().attended()).isFalse();
        assertThat(settings.policy().grantWithoutList()).isFalse();
    }
}
