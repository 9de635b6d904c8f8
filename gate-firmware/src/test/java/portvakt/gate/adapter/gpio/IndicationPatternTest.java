package portvakt.gate.adapter.gpio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import portvakt.gate.port.Turnstile.Indication;

/** Everybody can tell the indications apart, by ear or by eye, without seeing colours. */
class IndicationPatternTest {

    @ParameterizedTest
    @CsvSource({"READY, 0", "GRANTED, 1", "DENIED, 3", "WAIT, 2", "FREE, 0"})
    void beeps(Indication indication, int beeps) {
        assertThat(beeps(IndicationPattern.of(indication))).isEqualTo(beeps);
    }

    @Test
    void beepOfGrantedIsLongAndThoseOfDeniedAreShort() {
        assertThat(IndicationPattern.of(Indication.GRANTED).step(0).durationMs())
                .isGreaterThanOrEqualTo(400);
        assertThat(IndicationPattern.of(Indication.DENIED).once())
                .allSatisfy(step -> assertThat(step.durationMs()).isLessThanOrEqualTo(150));
    }

    @Test
    void grantedIsSteadyAndFreeBlinks() {
        assertThat(IndicationPattern.of(Indication.GRANTED).repeated())
                .singleElement()
                .matches(IndicationPattern.Step::green);
        assertThat(IndicationPattern.of(Indication.FREE).repeated())
                .extracting(IndicationPattern.Step::green)
                .containsExactly(true, false);
    }

    @Test
    void waitBlinksRed() {
        assertThat(IndicationPattern.of(Indication.WAIT).repeated())
                .extracting(IndicationPattern.Step::red)
                .containsExactly(true, false);
    }

    @Test
    void readyIsDark() {
        assertThat(IndicationPattern.of(Indication.READY).step(0))
                .isEqualTo(new IndicationPattern.Step(false, false, false, 0));
    }

    @ParameterizedTest
    @EnumSource(Indication.class)
    void buzzerNeverSoundsForEverAndEveryStepThatPassesTakesTime(Indication indication) {
        IndicationPattern pattern = IndicationPattern.of(indication);
        assertThat(pattern.repeated()).isNotEmpty().noneMatch(IndicationPattern.Step::buzzer);
        int index = 0;
        for (int i = 0; i < 50 && !pattern.isHeld(index); i++) {
            assertThat(pattern.step(index).durationMs()).isPositive();
            index = pattern.next(index);
        }
        assertThat(index).isLessThan(pattern.once().size() + pattern.repeated().size());
    }

    @Test
    void grantedAndDeniedNeverShowBothColours() {
        assertThat(Stream.of(Indication.values())
                        .map(IndicationPattern::of)
                        .flatMap(pattern -> Stream.concat(pattern.once().stream(), pattern.repeated().stream())))
                .noneMatch(step -> step.green() && step.red());
    }

    private static int beeps(IndicationPattern pattern) {
        List<Boolean> sound = new ArrayList<>();
        sound.add(false);
        pattern.once().forEach(step -> sound.add(step.buzzer()));
        int beeps = 0;
        for (int i = 1; i < sound.size(); i++) {
            beeps += sound.get(i) && !sound.get(i - 1) ? 1 : 0;
        }
        return beeps;
    }
}
