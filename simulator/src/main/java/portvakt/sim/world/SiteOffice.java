package portvakt.sim.world;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import portvakt.gate.access.CardRead;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Uid;
import portvakt.protocol.pass.HolderKind;
import portvakt.protocol.pass.Pass;
import portvakt.protocol.pass.PassCode;
import portvakt.protocol.pass.PassNumber;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.v1.ListAction;
import portvakt.protocol.v1.ReadAssurance;
import portvakt.protocol.v1.SitePolicy;
import portvakt.server.port.StatusChange;

/**
 * The site's office: binds chips to cards, sets the site's policy, issues passes and takes them back, and asks again until the server says
 * that it has done so. Some passes that are shown here it never issued: another site's, a forger's, copies.
 */
public final class SiteOffice {

    private static final Duration ACTS = Duration.ofSeconds(35);
    private static final Duration AGAIN = Duration.ofSeconds(10);
    private static final Duration PASS_MIN = Duration.ofMinutes(2);
    private static final Duration PASS_MAX = Duration.ofMinutes(25);
    private static final Duration PASS_EARLY = Duration.ofMinutes(3);
    private static final double BOUND_AT_FIRST = 0.8;
    private static final double RENEWED = 0.4;
    private static final double FOREIGN = 0.1;
    private static final double FORGED = 0.1;
    private static final double COPIED = 0.15;
    private static final int RENEWED_NUMBERS = 30_000_000;
    private static final String OTHER_SITE = "bergen";

    /** What gates are set up with, in the words of a signed policy. */
    static final SitePolicy FIRST_POLICY = SitePolicy.newBuilder()
            .setSite(World.SITE)
            .setFreshMs(Duration.ofMinutes(20).toMillis())
            .setGraceMs(Duration.ofMinutes(40).toMillis())
            .setClosedMs(Duration.ofHours(12).toMillis())
            .setWhenGrace(ListAction.LIST_ACTION_GRANT_FLAGGED)
            .setWhenStale(ListAction.LIST_ACTION_ATTENDED_ONLY)
            .setWhenNone(ListAction.LIST_ACTION_GRANT_FLAGGED)
            .setGrantOnUntrustedClock(true)
            .setMinimumAssurance(ReadAssurance.READ_ASSURANCE_UNSIGNED_CODE)
            .addAllAttendedGates(List.of("east", "north", "south", "west"))
            .build();

    private final World world;
    private final Dice dice;
    private final List<Uid> chips;
    private final List<Integer> visitors;
    private final Map<Uid, CardNumber> own;
    private final Map<Integer, CardRead.SignedPass> codes = new TreeMap<>();
    private final Map<Integer, String> numbers = new TreeMap<>();
    private final List<Pass> open = new ArrayList<>();
    private int asking;
    private int renewed;
    private long said;

    /** @param chips of people whose cards can only be read as chips, and the cards that they are @param visitors numbers of people who come with passes */
    SiteOffice(World world, Dice dice, Map<Uid, CardNumber> chips, List<Integer> visitors) {
        this.world = world;
        this.dice = dice;
        this.own = chips;
        this.chips = List.copyOf(chips.keySet());
        this.visitors = visitors;
    }

    void start() {
        for (Uid chip : chips) {
            if (dice.chance(BOUND_AT_FIRST)) {
                ask(facts -> facts.bind(chip, own.get(chip)));
            }
        }
        visitors.forEach(this::issue);
        later();
    }

    private void later() {
        world.agenda().in(dice.until(ACTS), () -> {
            if (world.isBusy()) {
                acts();
                later();
            }
        });
    }

    private void acts() {
        switch (dice.below(8)) {
            case 0, 1 -> bind();
            case 2 -> unbind();
            case 3, 4 -> issueOne();
            case 5, 6 -> withdraw();
            default -> order();
        }
    }

    /** Has the server do something, until it says that it is done. */
    private void ask(Consumer<ServerFacts> work) {
        asking++;
        world.agenda().in(dice.between(Duration.ofMillis(100), Duration.ofSeconds(2)), () -> attempt(work));
    }

    private void attempt(Consumer<ServerFacts> work) {
        if (world.server().ask(work)) {
            asking--;
        } else {
            world.agenda().in(AGAIN, () -> attempt(work));
        }
    }

    /** Whether the server has all that it was asked. */
    boolean isQuiet() {
        return asking == 0;
    }

    private void bind() {
        if (!chips.isEmpty()) {
            Uid chip = chips.get(dice.below(chips.size()));
            CardNumber card =
                    dice.chance(RENEWED) ? new CardNumber(String.valueOf(RENEWED_NUMBERS + renewed++)) : own.get(chip);
            ask(facts -> facts.bind(chip, card));
        }
    }

    private void unbind() {
        if (!chips.isEmpty()) {
            Uid chip = chips.get(dice.below(chips.size()));
            ask(facts -> facts.unbind(chip));
        }
    }

    private void order() {
        long minute = Duration.ofMinutes(1).toMillis();
        long fresh = minute * (12 + dice.below(8));
        long grace = fresh + minute * dice.below(10);
        SitePolicy.Builder policy = FIRST_POLICY.toBuilder()
                .setFreshMs(fresh)
                .setGraceMs(grace)
                .setClosedMs(dice.chance(0.3) ? 0 : grace + minute * dice.below(20))
                .setWhenGrace(dice.chance(0.5) ? ListAction.LIST_ACTION_GRANT : ListAction.LIST_ACTION_GRANT_FLAGGED)
                .setWhenStale(dice.chance(0.5) ? ListAction.LIST_ACTION_ATTENDED_ONLY : ListAction.LIST_ACTION_DENY)
                .setGrantOnUntrustedClock(dice.chance(0.8))
                .clearAttendedGates();
        if (dice.chance(0.3)) {
            policy.setMinimumAssurance(ReadAssurance.READ_ASSURANCE_CHIP_DATA);
        }
        if (dice.chance(0.5)) {
            policy.addAttendedGates(world.gates().getFirst().name());
        }
        SitePolicy ordered = policy.build();
        ask(facts -> facts.order(ordered));
    }

    private void issueOne() {
        if (!visitors.isEmpty()) {
            issue(visitors.get(dice.below(visitors.size())));
        }
    }

    /** Somebody gets a pass, and shows that one from now on. */
    private void issue(int visitor) {
        if (dice.chance(COPIED) && !codes.isEmpty()) {
            int other = List.copyOf(codes.keySet()).get(dice.below(codes.size()));
            codes.put(visitor, codes.get(other));
            numbers.put(visitor, numbers.get(other));
            world.marks().reached("a pass was copied");
            return;
        }
        Instant now = SimTime.at(world.agenda().nowNs()).truncatedTo(ChronoUnit.SECONDS);
        Instant from = now.plus(dice.between(PASS_EARLY.negated(), PASS_EARLY)).truncatedTo(ChronoUnit.SECONDS);
        Instant until = from.plus(dice.between(PASS_MIN, PASS_MAX)).truncatedTo(ChronoUnit.SECONDS);
        boolean foreign = dice.chance(FOREIGN);
        boolean forged = dice.chance(FORGED);
        Pass pass = new Pass(
                foreign ? OTHER_SITE : World.SITE, PassNumber.random(dice.random()), HolderKind.VISITOR, from, until);
        if (foreign || forged) {
            gets(visitor, pass, forged);
            return;
        }
        ask(facts -> {
            facts.issue(pass);
            gets(visitor, pass, false);
            open.add(pass);
        });
    }

    private void gets(int visitor, Pass pass, boolean forged) {
        codes.put(visitor, new CardRead.SignedPass(sign(pass, forged)));
        numbers.put(visitor, pass.number().digits());
    }

    private PassCode sign(Pass pass, boolean forged) {
        var pair = forged
                ? WorldKeys.get().thief()
                : WorldKeys.get().signer(world.server().signer());
        KeyId claimed = KeyId.of(WorldKeys.get().signer(world.server().signer()).getPublic());
        return PassCode.issue(pass, pair.getPrivate(), claimed);
    }

    private void withdraw() {
        if (!open.isEmpty()) {
            Pass pass = open.remove(dice.below(open.size()));
            StatusChange change = StatusChange.ofToken(
                    WorldKeys.SITE_LIST,
                    pass.number().card(),
                    CardStatus.REVOKED,
                    SimTime.at(world.agenda().nowNs()),
                    "site",
                    "w" + ++said,
                    "%064x".formatted(said));
            world.marks().reached("a pass was taken back");
            asking++;
            withdraw(change);
        }
    }

    private void withdraw(StatusChange change) {
        world.agenda().in(dice.between(Duration.ofMillis(100), AGAIN), () -> {
            if (world.server().isRunning()) {
                world.siteTruth().told(change.card(), change.status());
            }
            if (world.server().push(List.of(change))) {
                asking--;
            } else {
                withdraw(change);
            }
        });
    }

    /** Of somebody who has one. */
    public String passNumberOf(int visitor) {
        return numbers.get(visitor);
    }

    /** What somebody who comes with a pass shows; empty: they have none. */
    public Optional<CardRead> passOf(int visitor) {
        return Optional.ofNullable(codes.get(visitor));
    }
}
