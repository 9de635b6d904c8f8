package portvakt.server.web.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.server.web.view.BarsView.Bar;
import portvakt.server.web.view.BarsView.Column;
import portvakt.server.web.view.BarsView.Rule;

/** Bars stand on the line, are as high as their value, and have a scale with round numbers. */
class BarsViewTest {

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "4, 1", "5, 2", "8, 2", "9, 5", "20, 5", "21, 10", "400, 100", "401, 200"})
    void aScaleHasRoundNumbersAndFew(long top, long step) {
        assertThat(BarsView.step(top)).isEqualTo(step);
    }

    @Test
    void partsStandOnEachOther() {
        BarsView view = BarsView.of("label", List.of(new Column("06", 6, 2), new Column("", 0, 0)));
        assertThat(view.rules()).extracting(Rule::text).containsExactly("0", "2", "4", "6", "8");
        assertThat(view.bars()).extracting(Bar::css).containsExactly("lower", "upper");
        Bar lower = view.bars().getFirst();
        Bar upper = view.bars().getLast();
        assertThat(lower.y() + lower.height()).isEqualTo(BarsView.HEIGHT - BarsView.BOTTOM);
        assertThat(upper.y() + upper.height()).isEqualTo(lower.y());
        assertThat(upper.y()).isEqualTo(BarsView.TOP);
        assertThat(lower.height() / upper.height()).isBetween(2.9, 3.1);
        assertThat(view.ticks()).hasSize(1);
    }
}
