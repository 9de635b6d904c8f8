package portvakt.sim.workload;

import java.time.LocalDate;
import java.util.Optional;
import portvakt.gate.access.CardRead;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;
import portvakt.sim.world.Dice;

/** Somebody with a card, and where they are in truth. */
final class Person {

    private static final int UID_BASE = 0x04A00000;
    private static final LocalDate VALID_UNTIL = LocalDate.of(2028, 12, 31);
    /** The day on which a run begins. */
    private static final LocalDate LAST_DAY = LocalDate.of(2026, 6, 1);

    private static final int ENDS_TODAY_EVERY = 4;
    private static final int NUMBERS = 10_000_000;

    private final int number;
    private final Dice dice;
    private final CardNumber card;
    private boolean inside;
    private boolean busy;
    /** Has gone through on another's grant, or been carried along: no log can know where they are. */
    private boolean odd;

    /** @param dice what this person does is by their own, whoever else there is */
    Person(int number, Dice dice) {
        this.number = number;
        this.dice = dice;
        this.card = cardOf(number);
    }

    static CardNumber cardOf(int number) {
        return new CardNumber("%08d".formatted(NUMBERS + number));
    }

    /** Last day on which a card counts. */
    static LocalDate expiresOn(String card) {
        return (Integer.parseInt(card) - NUMBERS) % ENDS_TODAY_EVERY == ENDS_TODAY_EVERY - 1 ? LAST_DAY : VALID_UNTIL;
    }

    CardNumber card() {
        return card;
    }

    CardRead read() {
        return new CardRead.ChipData(
                card,
                new Uid("%08x".formatted(UID_BASE + number)),
                Optional.of(expiresOn(card.digits())),
                Optional.empty());
    }

    Dice dice() {
        return dice;
    }

    boolean isInside() {
        return inside;
    }

    void setInside(boolean now) {
        inside = now;
    }

    boolean isBusy() {
        return busy;
    }

    void setBusy(boolean now) {
        busy = now;
    }

    boolean isOdd() {
        return odd;
    }

    void setOdd(boolean now) {
        odd = now;
    }

    @Override
    public String toString() {
        return "person " + number;
    }
}
