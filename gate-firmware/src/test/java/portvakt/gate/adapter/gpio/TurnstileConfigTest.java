package portvakt.gate.adapter.gpio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.gate.adapter.gpio.TurnstileConfig.Level;
import portvakt.gate.adapter.gpio.TurnstileConfig.Lock;
import portvakt.gate.adapter.gpio.TurnstileConfig.Pull;
import portvakt.protocol.config.ConfigFile;

/** The installer's settings are taken whole, or refused with a sentence that says what to write. */
class TurnstileConfigTest {

    private static final String LEAST = """
            relay: {line: 22, active: LOW}
            armSensor: {line: 23, active: HIGH}
            """;

    @TempDir
    Path folder;

    @Test
    void twoLinesAreEnough() throws Exception {
        TurnstileConfig config = read(LEAST);
        assertThat(config.relay()).isEqualTo(new TurnstileConfig.Relay(22, Level.LOW, Lock.FAIL_SECURE));
        assertThat(config.armSensor()).isEqualTo(new TurnstileConfig.Input(23, Level.HIGH, Pull.UP));
        assertThat(config.requestToExit()).isEmpty();
        assertThat(config.fireAlarm()).isEmpty();
        assertThat(config.greenLamp()).isEmpty();
        assertThat(config.redLamp()).isEmpty();
        assertThat(config.buzzer()).isEmpty();
        assertThat(config.chip()).isEmpty();
        assertThat(config.lockCommand()).isEmpty();
        assertThat(config.debounce()).isEqualTo(Duration.ofMillis(20));
        assertThat(config.armStuckAfter()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void exampleInTheDocumentIsValid() throws Exception {
        String document = Files.readString(Path.of("docs/turnstile.md"));
        int begin = document.indexOf("```yaml\n") + "```yaml\n".length();
        TurnstileConfig config = read(document.substring(begin, document.indexOf("```", begin)));
        assertThat(config.fireAlarm()).isPresent();
        assertThat(config.buzzer()).isPresent();
        assertThat(config.lockCommand()).startsWith("gpioset").contains("22=0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "armSensor: {line: 23, active: LOW} | relay is missing",
                "relay: {line: 22, active: LOW} | armSensor is missing",
                "relay: {line: 22} | active is missing for line 22: give the level that means on, HIGH or LOW",
                "relay: {active: LOW} | line is missing",
                "relay: {line: 22, active: LOW, lock: FAIL_OPEN} | FAIL_SECURE",
                "relay: {line: 54, active: LOW} | line is 54; BCM numbers go from 0 to 53",
            })
    void refusesWithTheRemedy(String text, String message) {
        assertThatThrownBy(() -> read(text + "\n"))
                .isInstanceOf(ConfigFile.Invalid.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "buzzer: {line: 22, active: HIGH} | line 22 is given to both relay and buzzer",
                "fireAlarm: {line: 23, active: HIGH} | line 23 is given to both armSensor and fireAlarm",
                "debounce: PT0S | debounce is PT0S; it must be longer than zero and at most PT0.2S",
                "debounce: PT1S | debounce is PT1S",
                "armStuckAfter: PT0.01S | armStuckAfter is PT0.01S; it must be longer than debounce",
                "lockCommand: [''] | lockCommand begins with an empty word",
                "relayPulse: PT3S | there is no setting \"relayPulse\"",
            })
    void refusesBesideTheLeastWithTheRemedy(String text, String message) {
        assertThatThrownBy(() -> read(LEAST + text + "\n"))
                .isInstanceOf(ConfigFile.Invalid.class)
                .hasMessageContaining(message);
    }

    private TurnstileConfig read(String text) throws IOException, ConfigFile.Invalid {
        return ConfigFile.read(Files.writeString(folder.resolve("turnstile.yaml"), text), TurnstileConfig.class);
    }
}
