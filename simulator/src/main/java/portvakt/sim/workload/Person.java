package portvakt.sim.workload;

import java.time.LocalDate;
import java.util.Optional;
import portvakt.gate.access.CardRead;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Direction;
import portvakt.protocol.Uid;
import portvakt.sim.world.Dice;
import portvakt.sim.world.GateNode;

/** Somebody with a card, and where they are in truth. */
final class Person {

    private static final int UID_BASE = 0x04A00000;
    private static final LocalDate VALID_UNTIL = LocalDate.of(2028, 12, 31);
    /** The day on which a run begins. */
    private static final LocalDate LAST_DAY = LocalDate.of(2026, 6, 1);

    private static final int ENDS_TODAY_EVERY = 4;
    private static final int NUMBERS = 10_000_000;

    /** What somebody shows. */
    enum Kind {
        /** A card whose chip can be read. */
        CHIP,
        /** A card of which the chip's UID alone can be read. */
        UID,
        /** A pass in a code. */
        PASS
    }

    private static final Kind[] KINDS = {
        Kind.CHIP, Kind.CHIP, Kind.UID, Kind.CHIP, Kind.PASS, Kind.CHIP, Kind.CHIP, Kind.CHIP, Kind.UID, Kind.PASS
    };

    private final int number;
    private final Dice dice;
    private final CardNumber card;
    private final Kind kind;
    private boolean inside;
    private boolean busy;
    private String shown = "";
    private String lastShown = "";
    private Optional<GateNode> lastGate = Optional.empty();
    private long lastNs;

    /** @param dice what this person does is by their own, whoever else there is */
    Person(int number, Dice dice) {
        this.number = number;
        this.dice = dice;
        this.card = cardOf(number);
        this.kind = KINDS[number % KINDS.length];
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

    Kind kind() {
        return kind;
    }

    int number() {
        return number;
    }

    Uid chip() {
        return new Uid("%08x".formatted(UID_BASE + number));
    }

    /** What a reader makes of the card. */
    CardRead read() {
        return kind == Kind.UID
                ? new CardRead.UidOnly(chip())
                : new CardRead.ChipData(card, chip(), Optional.of(expiresOn(card.digits())), Optional.empty());
    }

    Dice dice() {
        return dice;
    }

    boolean isInside() {
        return inside;
    }

    /** Went through. */
    void went(GateNode gate, Direction way, long atNs) {
        inside = way == Direction.IN;
        lastGate = Optional.of(gate);
        lastNs = atNs;
        lastShown = shown;
    }

    Optional<GateNode> lastGate() {
        return lastGate;
    }

    long lastNs() {
        return lastNs;
    }

    /** What they had shown when they last went through: chip's UID, or pass's number; empty: nothing yet. */
    String lastShown() {
        return lastShown;
    }

    void shows(String chipOrPass) {
        shown = chipOrPass;
    }

    boolean isBusy() {
        return busy;
    }

    void setBusy(boolean now) {
        busy = now;
    }

    @Override
    public String toString() {
        return "person " + number;
    }
}
