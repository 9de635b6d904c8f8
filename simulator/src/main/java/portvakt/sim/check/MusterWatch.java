package portvakt.sim.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import portvakt.protocol.Direction;
import portvakt.server.log.MusterDoubt;
import portvakt.server.port.EntryLog;
import portvakt.sim.workload.Crowd;
import portvakt.sim.world.Fault;
import portvakt.sim.world.GateNode;
import portvakt.sim.world.ServerNode;
import portvakt.sim.world.SimTime;
import portvakt.sim.world.Violation;
import portvakt.sim.world.World;

/**
 * Says when the server's list of who is inside is wrong and none of the doubts that it states beside it covers that. Judged of people of
 * whom a gate's journal knows, as long ago as it takes until a server must have heard of them, or know that it hears nothing.
 */
public final class MusterWatch {

    /** A gate tells of itself each minute, and is doubted when it has not for one and a half; and the way there. */
    static final Duration KNOWN_WITHIN = Duration.ofSeconds(150);

    private static final Duration SLACK = Duration.ofSeconds(1);
    private static final Set<Fault> UNJUDGED = Set.of( // looked up, never walked
            Fault.CLOCK_DRIFT,
            Fault.CLOCK_JUMP,
            Fault.CLOCK_UNSET,
            Fault.STOLEN_GATE_KEY,
            Fault.CARD_COPIED,
            Fault.JOURNAL_ROT);

    private final World world;
    private final Crowd crowd;

    public MusterWatch(World world, Crowd crowd) {
        this.world = world;
        this.crowd = crowd;
    }

    /** Looks at what the server would show now, if it can show anything. */
    public void look() {
        // By wrong clocks nobody knows who came after whom, a thief's word is no gate's, and what a disk has lost is
        // lost.
        if (UNJUDGED.stream().anyMatch(world::isDrawn)) {
            return;
        }
        world.server().muster().ifPresent(this::judge);
    }

    /** A roll was made: it has everybody who is on site, as the doubts beside it let it. @param listed cards */
    public void roll(Set<String> listed) {
        if (UNJUDGED.stream().noneMatch(world::isDrawn)) {
            world.server().muster().ifPresent(muster -> judge(listed, muster));
        }
    }

    private void judge(ServerNode.Muster muster) {
        Set<String> shown = new TreeSet<>();
        for (EntryLog.OnSite person : muster.onSite()) {
            person.cardNumber().ifPresent(shown::add);
        }
        judge(shown, muster);
    }

    private void judge(Set<String> shown, ServerNode.Muster muster) {
        for (Crowd.Whereabouts person : crowd.whereabouts()) {
            long ago = world.agenda().nowNs() - person.atNs();
            if (ago > KNOWN_WITHIN.toNanos()) {
                judge(person, shown, muster.doubts());
            }
        }
    }

    private void judge(Crowd.Whereabouts person, Set<String> shown, List<MusterDoubt> doubts) {
        PassbackWatch gate = person.gate().watch().facts().passback();
        Optional<PassbackWatch.Seen> named = gate.namedAbout(person.atNs(), person.shown());
        boolean unnamed = named.isEmpty() && gate.isUnnamedAbout(person.atNs());
        String card = named.map(PassbackWatch.Seen::card).orElse(person.card());
        long bookedNs = named.map(PassbackWatch.Seen::atNs).orElse(person.atNs());
        // Lent meanwhile, never seen by any gate, or let out by the button while the arm was free for somebody's way
        // in, which looks the same: no
        // list can know.
        boolean otherWay = named.isPresent() && (person.gate().direction() == Direction.IN) != person.inside();
        // What a new computer says first may be on its way while its status is there.
        boolean justReplaced = named.filter(gate::isLost).isPresent() && gate.isJustStarted(KNOWN_WITHIN);
        if (justReplaced
                || card.isEmpty()
                || otherWay
                || !(named.isPresent() || unnamed)
                || isUsedSince(card, bookedNs)) {
            return;
        }
        boolean listed = shown.contains(card);
        if (listed != person.inside() && doubts.stream().noneMatch(doubt -> covers(doubt, person, unnamed))) {
            throw new Violation(
                    listed ? "somebody is gone, and no doubt covers it" : "somebody is inside, and no doubt covers it",
                    person + " by card " + card + ", " + (world.agenda().nowNs() - person.atNs()) / 1_000_000_000
                            + " s ago, doubts: " + new ArrayList<>(doubts));
        }
    }

    /** Whether any gate has seen the card go through after that. */
    private boolean isUsedSince(String card, long atNs) {
        long newest = Long.MIN_VALUE;
        for (GateNode gate : world.gates()) {
            newest = Math.max(
                    newest, gate.watch().facts().passback().lastSeenNs(card).orElse(Long.MIN_VALUE));
        }
        return newest > atNs;
    }

    private boolean covers(MusterDoubt doubt, Crowd.Whereabouts person, boolean unnamed) {
        String gate = person.gate().name();
        return switch (doubt) {
            case MusterDoubt.SilentGate silent ->
                silent.gate().equals(gate)
                        && silent.since()
                                .filter(since ->
                                        since.isAfter(SimTime.at(person.atNs()).plus(SLACK)))
                                .isEmpty();
            case MusterDoubt.Backlog backlog -> backlog.gate().equals(gate);
            case MusterDoubt.Replaced replaced ->
                replaced.gate().equals(gate)
                        && replaced.since()
                                .filter(since ->
                                        since.isAfter(SimTime.at(person.atNs()).plus(SLACK)))
                                .isEmpty();
            case MusterDoubt.UncertainClock clock -> clock.gate().equals(gate);
            case MusterDoubt.OpenGate open -> unnamed && open.gate().equals(gate);
            case MusterDoubt.Unattributed turned ->
                unnamed
                        && turned.gate().equals(gate)
                        && !turned.newest().isBefore(SimTime.at(person.atNs()).minus(SLACK));
            case MusterDoubt.DoubleEntries _, MusterDoubt.CheckedOut _ -> false;
        };
    }
}
