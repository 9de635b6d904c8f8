package portvakt.gate.adapter.display;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What stands on the page, as the page gets it.
 *
 * @param look      colour and shape
 * @param title     what the gate is called
 * @param direction which way it leads, in each language
 * @param words     what is said, in each language
 * @param name      the holder's, where the site wants names shown
 * @param hints     small, at the bottom: one list of languages for each
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record Screen(
        Look look,
        String title,
        List<Line> direction,
        List<Words> words,
        Optional<String> name,
        List<List<Line>> hints) {

    /** Colour and shape together, never colour alone. */
    enum Look {
        /** White, a card: show it. */
        READY,
        /** Green, a circle with a tick: go. */
        GRANTED,
        /** Red, an octagon with a cross: no. */
        DENIED,
        /** Amber, a triangle: nothing is wrong with you, try again. */
        AGAIN,
        /** Blue, an hourglass: not yet. */
        WAIT,
        /** Red, the sign of no entry: fire, stay out. */
        FIRE_IN,
        /** Green, an arrow out of a door: fire, get out. */
        FIRE_OUT,
        /** Dark, a barred circle: this gate does not work now. */
        BROKEN,
        /** Dark, a question mark: the page does not know what the gate does. */
        LOST;

        /** As the style sheet names it. */
        @JsonValue
        String css() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** @param lang BCP 47 tag */
    record Line(String lang, String text) {}

    /** @param remedy what to do; empty where the headline says it */
    record Words(String lang, String headline, String remedy) {}
}
