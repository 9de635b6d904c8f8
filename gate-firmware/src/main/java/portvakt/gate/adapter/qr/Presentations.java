package portvakt.gate.adapter.qr;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import portvakt.gate.access.CardRead;
import portvakt.protocol.DenialReason;

/**
 * Makes presentations out of what is seen frame by frame: a text is presented when it is seen and has not been seen for the
 * hold time, so a code that stays in view, or blinks while a hand shakes, is one presentation.
 *
 * <p>Codes that name different cards or passes in one frame are {@link DenialReason#SEVERAL_CARDS}, once; then no card is presented until
 * the several have been gone for the hold time, since the next frame may show only one of them by chance. A code that names no
 * card does not count where another does: a poster on the wall behind must not close the gate.
 *
 * <p>Pure: time is an argument. One thread.
 */
final class Presentations {

    /** More texts than anybody shows within the hold time; the longest unseen is forgotten first. */
    private static final int HELD_MAX = 32;

    private final CodePattern pattern;
    private final long holdNs;
    private final Map<String, Long> seenNsByText = new LinkedHashMap<>(HELD_MAX, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > HELD_MAX;
        }
    };
    private OptionalLong severalSeenNs = OptionalLong.empty();

    private record Seen(String text, CardRead read) {}

    Presentations(CodePattern pattern, Duration hold) {
        this.pattern = pattern;
        this.holdNs = hold.toNanos();
    }

    /**
     * @param texts of all codes in one frame
     * @param nowNs never less than at the last call
     * @return a new presentation, if this frame shows one
     */
    Optional<CardRead> see(List<String> texts, long nowNs) {
        List<Seen> cards = new ArrayList<>();
        List<Seen> others = new ArrayList<>();
        for (String text : texts) {
            CardRead read = pattern.read(text);
            (read instanceof CardRead.Unreadable ? others : cards).add(new Seen(text, read));
        }
        if (cards.stream().map(Seen::read).distinct().count() > 1) {
            cards.forEach(seen -> seenNsByText.computeIfPresent(seen.text(), (text, before) -> nowNs));
            boolean held = severalHeld(nowNs);
            severalSeenNs = OptionalLong.of(nowNs);
            return held ? Optional.empty() : Optional.of(new CardRead.Unreadable(DenialReason.SEVERAL_CARDS));
        }
        if (!cards.isEmpty() && severalHeld(nowNs)) {
            seenNsByText.computeIfPresent(cards.getFirst().text(), (text, before) -> nowNs);
            return Optional.empty();
        }
        Optional<CardRead> card = firstNew(cards, nowNs);
        Optional<CardRead> other = firstNew(others, nowNs);
        return cards.isEmpty() ? other : card;
    }

    /** Notes that all were seen, not only the one that is given back. */
    private Optional<CardRead> firstNew(List<Seen> shown, long nowNs) {
        Optional<CardRead> first = Optional.empty();
        for (Seen seen : shown) {
            if (isNew(seen.text(), nowNs) && first.isEmpty()) {
                first = Optional.of(seen.read());
            }
        }
        return first;
    }

    private boolean isNew(String text, long nowNs) {
        Long before = seenNsByText.put(text, nowNs);
        return before == null || nowNs - before >= holdNs;
    }

    private boolean severalHeld(long nowNs) {
        return severalSeenNs.isPresent() && nowNs - severalSeenNs.getAsLong() < holdNs;
    }
}
