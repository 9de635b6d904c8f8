package portvakt.gate.adapter.display;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import portvakt.gate.access.CardRead;
import portvakt.gate.adapter.display.Screen.Look;
import portvakt.gate.port.Display;
import portvakt.gate.port.Display.Face;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;

/** What a gate's page shows for what the gate tells: the same notice, the same screen. Immutable. */
public final class Screens {

    /**
     * What does not change while the gate runs.
     *
     * @param name       the gate's
     * @param cardReader the name of the reader that takes cards; empty: none
     * @param codeReader the name of the reader that takes codes; empty: none
     */
    public record Place(String name, Direction direction, Optional<String> cardReader, Optional<String> codeReader) {}

    private final Place place;
    private final String title;
    private final boolean showName;
    private final List<Texts> languages;

    public Screens(DisplayConfig config, Place place) {
        this.place = place;
        this.title = config.title().orElse(place.name());
        this.showName = config.showName();
        this.languages = config.languages().stream().map(Texts::in).toList();
    }

    Screen of(Display.Notice notice) {
        List<List<Screen.Line>> hints = new ArrayList<>();
        if (notice.serverLost()) {
            hints.add(lines("hint.offline"));
        }
        if (notice.listOld()) {
            hints.add(lines("hint.oldList"));
        }
        return switch (notice.face()) {
            case Face.Ready _ -> screen(Look.READY, ready(notice.readersLost()), hints);
            case Face.Granted granted -> {
                Screen screen = screen(Look.GRANTED, way("granted"), hints);
                yield new Screen(
                        screen.look(),
                        screen.title(),
                        screen.direction(),
                        screen.words(),
                        granted.holder()
                                .filter(_ -> showName)
                                .map(CardRead.Holder::name)
                                .filter(name -> !name.isBlank()),
                        hints);
            }
            case Face.Denied denied ->
                screen(look(denied.reason()), texts -> texts.words(denied.reason(), denied.pass()), hints);
            case Face.Waiting _ -> screen(Look.WAIT, texts -> texts.words("wait"), hints);
            // The one whom the button lets go is on the other side of an entrance, and on this side of a way out.
            case Face.ReleasedForExit _ ->
                isEntrance()
                        ? screen(Look.WAIT, texts -> texts.words("leaving"), hints)
                        : screen(Look.GRANTED, way("granted"), hints);
            case Face.Fire _ -> screen(isEntrance() ? Look.FIRE_IN : Look.FIRE_OUT, way("fire"), hints);
            case Face.OutOfOrder _ -> screen(Look.BROKEN, texts -> texts.words("broken"), hints);
        };
    }

    /** What the page shows by itself when it has not heard from the gate. */
    Screen lost() {
        return screen(Look.LOST, texts -> texts.words("lost"), List.of());
    }

    /** The page's first language. */
    String language() {
        return languages.getFirst().language();
    }

    String title() {
        return title;
    }

    /** Amber where the holder may simply try again, blue where he or she has to wait, red where the gate has said no. */
    static Look look(DenialReason reason) {
        return switch (reason) {
            case CARD_UNREADABLE, SEVERAL_CARDS, CODE_UNRECOGNISED, UID_RANDOM, PASS_MALFORMED -> Look.AGAIN;
            case GATE_BUSY -> Look.WAIT;
            case OTHER,
                    PASS_ALGORITHM,
                    PASS_KEY_UNKNOWN,
                    PASS_SIGNATURE,
                    CARD_NOT_AUTHENTIC,
                    CREDENTIAL_REVOKED,
                    CREDENTIAL_SUSPENDED,
                    PASS_OTHER_SITE,
                    CREDENTIAL_NOT_YET_VALID,
                    CREDENTIAL_EXPIRED,
                    UNKNOWN_CARD,
                    ASSURANCE_TOO_LOW,
                    ANTI_PASSBACK,
                    LIST_MISSING,
                    LIST_DAMAGED,
                    LIST_TOO_OLD,
                    LIST_UNCONFIRMED,
                    CLOCK_UNTRUSTED,
                    JOURNAL_UNAVAILABLE -> Look.DENIED;
        };
    }

    private boolean isEntrance() {
        return place.direction() == Direction.IN;
    }

    private Function<Texts, Screen.Words> way(String key) {
        return texts -> texts.words(key + (isEntrance() ? ".in" : ".out"));
    }

    /** Nobody is asked for what no reader would see. */
    private Function<Texts, Screen.Words> ready(List<String> lost) {
        boolean cards = place.cardReader().filter(name -> !lost.contains(name)).isPresent();
        boolean codes = place.codeReader().filter(name -> !lost.contains(name)).isPresent();
        String what = cards == codes ? "both" : cards ? "card" : "code";
        return texts -> texts.words("ready." + what);
    }

    private Screen screen(Look look, Function<Texts, Screen.Words> words, List<List<Screen.Line>> hints) {
        return new Screen(
                look,
                title,
                lines(isEntrance() ? "direction.in" : "direction.out"),
                languages.stream().map(words).toList(),
                Optional.empty(),
                hints);
    }

    private List<Screen.Line> lines(String key) {
        return languages.stream()
                .map(texts -> new Screen.Line(texts.language(), texts.text(key)))
                .toList();
    }
}
