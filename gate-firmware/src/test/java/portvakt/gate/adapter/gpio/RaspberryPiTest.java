package portvakt.gate.adapter.gpio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A machine without lines is told so, with what to do, before any native code is loaded. */
class RaspberryPiTest {

    @Test
    void otherProcessor() {
        assertThat(RaspberryPi.obstacle("amd64", List.of("gpiochip0"), Optional.empty()))
                .hasValueSatisfying(message -> assertThat(message).contains("amd64", "./portvakt demo"));
    }

    @Test
    void noChip() {
        assertThat(RaspberryPi.obstacle("aarch64", List.of(), Optional.empty()))
                .hasValueSatisfying(message -> assertThat(message).contains("/dev/gpiochip"));
    }

    @Test
    void chipThatIsNotThere() {
        assertThat(RaspberryPi.obstacle("aarch64", List.of("gpiochip0", "gpiochip4"), Optional.of("gpiochip1")))
                .hasValueSatisfying(message -> assertThat(message).contains("gpiochip1", "gpiochip0, gpiochip4"));
    }

    @Test
    void nothingSpeaksAgainstAPi() {
        assertThat(RaspberryPi.obstacle("aarch64", List.of("gpiochip0"), Optional.of("gpiochip0")))
                .isEmpty();
        assertThat(RaspberryPi.obstacle("arm", List.of("gpiochip0"), Optional.empty()))
                .isEmpty();
    }
}
