package portvakt.gate.adapter.display;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import portvakt.gate.access.CardRead;
import portvakt.gate.adapter.display.Screen.Look;
import portvakt.gate.port.Display;
import portvakt.gate.port.Display.Face;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;

/** What the gate tells decides what stands on the page: colour, shape and words in the site's languages. */
class ScreensTest {

    private static final Face.Granted TO_KARI =
            new Face.Granted(Optional.of(new CardRead.Holder("Kari Nordmann", "Bygg AS", "123456785")));

    private static Screens screens(Direction direction, boolean showName, String... languages) {
        return new Screens(
                new DisplayConfig(8090, null, List.of(languages), Optional.empty(), showName),
                new Screens.Place("north", direction, Optional.of("card"), Optional.of("camera")));
    }

    private static Display.Notice notice(Face face) {
        return new Display.Notice(face, List.of(), false, false);
    }

    private static Screen at(Direction direction, Face face) {
        return screens(direction, false, "en").of(notice(face));
    }

    private static String says(Screen screen) {
        return screen.words().getFirst().headline() + ". "
                + screen.words().getFirst().remedy();
    }

    @Test
    void anEntranceAsksForACardAndSaysComeIn() {
        Screen ready = at(Direction.IN, new Face.Ready());
        assertThat(ready.look()).isEqualTo(Look.READY);
        assertThat(ready.title()).isEqualTo("north");
        assertThat(ready.direction()).containsExactly(new Screen.Line("en", "In"));
        assertThat(says(ready)).isEqualTo("Show card or code. ");
        Screen granted = at(Direction.IN, new Face.Granted(Optional.empty()));
        assertThat(granted.look()).isEqualTo(Look.GRANTED);
        assertThat(says(granted)).isEqualTo("Come in. Push the arm.");
    }

    @Test
    void onlyWhatAReaderWouldSeeIsAskedFor() {
        Screens screens = screens(Direction.IN, false, "en");
        assertThat(says(screens.of(new Display.Notice(new Face.Ready(), List.of("camera"), false, false))))
                .startsWith("Show your card");
        assertThat(says(screens.of(new Display.Notice(new Face.Ready(), List.of("card"), false, false))))
                .startsWith("Show your code");
        Screens cardsOnly = new Screens(
                DisplayConfig.at(8090),
                new Screens.Place("north", Direction.IN, Optional.of("card"), Optional.empty()));
        assertThat(cardsOnly.of(notice(new Face.Ready())).words())
                .extracting(Screen.Words::headline)
                .containsExactly("Vis kortet ditt", "Show your card");
    }

    @Test
    void aWithdrawnCardIsToldWhomToAsk() {
        Screen card = at(Direction.IN, new Face.Denied(DenialReason.CREDENTIAL_REVOKED, false));
        assertThat(card.look()).isEqualTo(Look.DENIED);
        assertThat(says(card)).isEqualTo("Your card is withdrawn. Speak to your employer.");
        assertThat(says(at(Direction.IN, new Face.Denied(DenialReason.CREDENTIAL_REVOKED, true))))
                .isEqualTo("Your pass is withdrawn. Ask at the site office.");
        assertThat(says(at(Direction.IN, new Face.Denied(DenialReason.UNKNOWN_CARD, true))))
                .startsWith("Card not known here");
    }

    @ParameterizedTest
    @EnumSource(DenialReason.class)
    void onlyWhatMayBeTriedAgainIsAmber(DenialReason reason) {
        boolean unread = Stream.of(
                        "CARD_UNREADABLE", "SEVERAL_CARDS", "CODE_UNRECOGNISED", "UID_RANDOM", "PASS_MALFORMED")
                .anyMatch(reason.name()::equals);
        Look look = at(Direction.IN, new Face.Denied(reason, false)).look();
        assertThat(look).isEqualTo(unread ? Look.AGAIN : reason == DenialReason.GATE_BUSY ? Look.WAIT : Look.DENIED);
    }

    @Test
    void whoeverLeavesByTheButtonIsInFrontOfAWayOutOnly() {
        assertThat(at(Direction.IN, new Face.ReleasedForExit()).look()).isEqualTo(Look.WAIT);
        assertThat(says(at(Direction.IN, new Face.ReleasedForExit()))).contains("coming out");
        assertThat(at(Direction.OUT, new Face.ReleasedForExit()).look()).isEqualTo(Look.GRANTED);
    }

    @Test
    void inAFireAnEntranceKeepsPeopleOutAndAWayOutLetsThemGo() {
        assertThat(at(Direction.IN, new Face.Fire()).look()).isEqualTo(Look.FIRE_IN);
        assertThat(says(at(Direction.IN, new Face.Fire()))).contains("Do not go in");
        assertThat(at(Direction.OUT, new Face.Fire()).look()).isEqualTo(Look.FIRE_OUT);
        assertThat(says(at(Direction.OUT, new Face.Fire()))).contains("Go out");
    }

    @Test
    void aNameIsShownOnlyWhereTheSiteWantsIt() {
        assertThat(screens(Direction.IN, false, "en").of(notice(TO_KARI)).name())
                .isEmpty();
        assertThat(screens(Direction.IN, true, "en").of(notice(TO_KARI)).name()).hasValue("Kari Nordmann");
    }

    @Test
    void twoLanguagesStandTogetherAndHintsAreSmallInBoth() {
        Screen screen = screens(Direction.IN, false, "pl", "uk")
                .of(new Display.Notice(new Face.Waiting(), List.of(), true, true));
        assertThat(screen.words()).extracting(Screen.Words::lang).containsExactly("pl", "uk");
        assertThat(screen.words()).extracting(Screen.Words::headline).containsExactly("Proszę czekać", "Зачекайте");
        assertThat(screen.hints())
                .hasSize(2)
                .allSatisfy(
                        hint -> assertThat(hint).extracting(Screen.Line::lang).containsExactly("pl", "uk"));
    }

    @Test
    void outOfOrderAndLostLookUnlikeEveryAnswer() {
        assertThat(at(Direction.IN, new Face.OutOfOrder()).look()).isEqualTo(Look.BROKEN);
        assertThat(screens(Direction.IN, false, "en").lost().look()).isEqualTo(Look.LOST);
    }
}
