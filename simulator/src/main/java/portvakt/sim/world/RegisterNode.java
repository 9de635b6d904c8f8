package portvakt.sim.world;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.port.StatusChange;

/** The register: changes what cards are, and tells the server until that has it; on bad days twice, and in another order. */
public final class RegisterNode {

    private static final Duration CHANGES = Duration.ofSeconds(50);
    private static final Duration AGAIN = Duration.ofSeconds(15);
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(1);
    private static final Duration DISORDER_MAX = Duration.ofMinutes(3);
    private static final int BURST_MAX = 600;
    private static final int STRANGERS = 50_000_000;
    private static final String SOURCE = "register.example";
    private static final int DAYS_BACK = 1;

    private final World world;
    private final Dice dice;
    private final List<CardNumber> cards;
    private final Map<CardNumber, Instant> newest = new TreeMap<>();
    private int onTheirWay;
    private long token;
    private int strangers;

    RegisterNode(World world, Dice dice, List<CardNumber> cards) {
        this.world = world;
        this.dice = dice;
        this.cards = cards;
    }

    void start() {
        world.agenda().in(dice.until(CHANGES), () -> {
            if (world.isBusy()) {
                changes();
                start();
            }
        });
    }

    private void changes() {
        send(List.of(change(cards.get(dice.below(cards.size())), status())));
    }

    private CardStatus status() {
        return CardStatus.values()[dice.below(CardStatus.values().length)];
    }

    /** Hundreds of cards of a firm that is nowhere near this site. */
    void burst() {
        List<StatusChange> changes = new ArrayList<>();
        for (int count = dice.below(BURST_MAX); count >= 0; count--) {
            changes.add(change(new CardNumber(String.valueOf(STRANGERS + strangers++)), CardStatus.REVOKED));
        }
        send(changes);
    }

    private StatusChange change(CardNumber card, CardStatus status) {
        Instant at = SimTime.at(world.agenda().nowNs()).minus(Duration.ofDays(DAYS_BACK));
        return StatusChange.ofToken(WorldKeys.LIST, card, status, at, SOURCE, "t" + ++token, "%064x".formatted(token));
    }

    private void send(List<StatusChange> changes) {
        arriveIn(ON_ITS_WAY, changes);
        if (world.isFaulty(Fault.REGISTER_DISORDER) && dice.chance(0.4)) {
            world.marks().reached("a token came twice");
            arriveIn(dice.between(ON_ITS_WAY, DISORDER_MAX), changes);
        }
    }

    private void arriveIn(Duration least, List<StatusChange> changes) {
        Duration delay = world.isFaulty(Fault.REGISTER_DISORDER) ? dice.between(least, DISORDER_MAX) : least;
        onTheirWay++;
        world.agenda().in(delay, () -> {
            onTheirWay--;
            // Before it is known whether the server has it: a commit that seems to fail stands.
            if (world.server().isRunning()) {
                changes.forEach(this::told);
            }
            if (!world.server().push(changes)) {
                arriveIn(AGAIN, changes);
            }
        });
    }

    private void told(StatusChange change) {
        Instant before = newest.getOrDefault(change.card(), Instant.MIN);
        if (change.eventTime().isAfter(before)) {
            newest.put(change.card(), change.eventTime());
            world.truth().told(change.card(), change.status());
        } else if (change.eventTime().isBefore(before)) {
            world.marks().reached("a token came after a newer one of the same card");
        }
    }

    boolean isQuiet() {
        return onTheirWay == 0;
    }
}
