package portvakt.sim.check;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import portvakt.gate.port.Clock;
import portvakt.gate.port.EventJournal;
import portvakt.gate.port.Uplink;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.protocol.event.EventChain;
import portvakt.protocol.event.JournalStart;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.ClockTrust;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.ListEvidence;
import portvakt.protocol.v1.ReadAssurance;
import portvakt.protocol.v1.Subject;
import portvakt.sim.workload.Crowd;
import portvakt.sim.world.FactTruth;
import portvakt.sim.world.GateNode;
import portvakt.sim.world.SimTurnstile;
import portvakt.sim.world.Violation;
import portvakt.sim.world.World;

/**
 * Stands between one gate's program and its journal and turnstile, over all runs of the program, and says when the gate does what no gate
 * may: the rules of safety. It keeps its own books of what was journalled, by which the end is judged.
 */
public final class GateWatch implements SimTurnstile.Watch {

    private static final ZoneId OSLO = ZoneId.of("Europe/Oslo");

    /** The loop's turn, and the relay's way. */
    private static final Duration SLACK = Duration.ofMillis(1_100);

    /** A signal may have been on its way for so long. */
    private static final Duration RECENT = Duration.ofSeconds(16);

    private static final int FALLS = 3;

    /** What an exit may refuse: it names nobody, or somebody else is going through. */
    private static final Set<DenialReason> REFUSED_AT_EXIT = EnumSet.of(
            DenialReason.CARD_UNREADABLE,
            DenialReason.SEVERAL_CARDS,
            DenialReason.CODE_UNRECOGNISED,
            DenialReason.UID_RANDOM,
            DenialReason.PASS_MALFORMED,
            DenialReason.PASS_ALGORITHM,
            DenialReason.PASS_KEY_UNKNOWN,
            DenialReason.PASS_SIGNATURE,
            DenialReason.GATE_BUSY);

    /** An event as it went into the journal. */
    public record Booked(String hash, EventFacts facts, Optional<String> card) {}

    private final String name;
    private final Direction direction;
    private final World world;
    private final SortedMap<Long, Booked> booked = new TreeMap<>();
    private final FactsWatch facts;
    private final JournalLosses losses;
    private final Standing standing;
    private EventJournal journal;
    private Clock clock;
    private boolean running;
    private long durable;
    /** Whether an event is on its way to the disk. */
    private boolean writing;

    private long lastGrant;
    private boolean grantOpen;
    /** Whether somebody has pressed the button and stands before a locked arm. */
    private boolean exitWaits;

    private long exitPressedNs = Long.MIN_VALUE / 2;
    private long fireNs = Long.MIN_VALUE / 2;
    private long presentedNs = Long.MIN_VALUE / 2;
    private boolean fire;
    private long startedNs;
    /** Until when the relay may be energised; {@code Long.MAX_VALUE} in a fire. */
    private long releasedUntilNs;

    private boolean released;
    private long relayStuckNs = Long.MIN_VALUE / 2;
    private int epoch;
    private long version;
    /** Starts at which the list on the disk may be older, or gone: something has happened to it in the run before, or in this one. */
    private int fallsLeft;

    private boolean rotted;

    /** Whether nothing has been told of the list since the start. */
    private boolean atStart;

    public GateWatch(String name, Direction direction, World world) {
        this(
                name,
                direction,
                world,
                new FactsWatch(name, name, direction, world),
                new JournalLosses(name, world),
                new Standing());
    }

    private GateWatch(
            String name, Direction direction, World world, FactsWatch facts, JournalLosses losses, Standing standing) {
        this.name = name;
        this.direction = direction;
        this.world = world;
        this.facts = facts;
        this.losses = losses;
        this.standing = standing;
    }

    /** Of a copy of this gate's SD card, made while the gate is switched off. @param label how it is called in what is said of it */
    public GateWatch copy(String label) {
        GateWatch copy = new GateWatch(label, direction, world, facts.copy(label), losses.copy(label), standing.copy());
        copy.booked.putAll(booked);
        copy.durable = durable;
        copy.writing = writing;
        copy.version = version;
        copy.epoch = epoch;
        copy.fallsLeft = fallsLeft;
        copy.rotted = rotted;
        return copy;
    }

    private long nowNs() {
        return world.agenda().nowNs();
    }

    private boolean isRecent(long ns) {
        return nowNs() - ns <= RECENT.toNanos();
    }

    private Violation violation(String rule, String detail) {
        return new Violation(rule, name + ": " + detail);
    }

    /** The program has opened its journal. @param opened the gate's own, past which nothing is written @param goesOnAfter as the journal says */
    public void started(EventJournal opened, Clock runs, long goesOnAfter) {
        if (goesOnAfter > 0) {
            begins(goesOnAfter);
            world.marks().reached("a journal went on after another's event");
        }
        journal = opened;
        clock = runs;
        running = true;
        facts.started(runs, opened.last());
        startedNs = nowNs();
        if (opened.last() < durable) {
            losses.cutOff(booked.subMap(opened.last() + 1, durable + 1));
        }
        if (writing && opened.last() == newestBooked() + 1) {
            world.marks().reached("an event survived that was being written when the power went");
            bookAgain(opened.last());
        }
        writing = false;
        if (opened.last() > newestBooked()) {
            throw violation("an event that nobody wrote", "the journal ends at " + opened.last());
        }
        if (opened.last() < newestBooked()) {
            world.marks().reached("events that were not durable were lost at a power cut");
        }
        booked.tailMap(opened.last() + 1).clear();
        durable = opened.last();
        if (opened.last() > goesOnAfter
                && !losses.isPossible()
                && !Optional.ofNullable(booked.get(opened.last()))
                        .map(Booked::hash)
                        .equals(Optional.of(hashAt(opened.last())))) {
            throw violation("the journal has changed", "event " + opened.last());
        }
        lastGrant = 0;
        grantOpen = false;
        atStart = true;
        fallsLeft = Math.max(0, fallsLeft - 1);
    }

    /** The gate has been enrolled anew: whoever had its key is cut off, and what the server lacks up to this event counts as lost. @param end of its log */
    public void enrolledAnew(JournalStart end) {
        SortedMap<Long, String> stored = world.server().database().eventsOf(name);
        if (!isLogDoubtful()) {
            standing.check(name, booked, stored, journal.acknowledged());
        }
        booked.headMap(end.sequence() + 1)
                .entrySet()
                .removeIf(event -> !event.getValue().hash().equals(stored.get(event.getKey())));
        standing.enrolledAnew(
                end.sequence(), world.server().database().alarmsOf(name).size());
    }

    /** Its card is gone, with journal and lists. Call when it is enrolled anew. */
    public void cardLost() {
        version = 0;
        epoch = 0;
        fallsLeft = 0;
        rotted = false;
        facts.cardLost();
        begins(standing.before());
    }

    /** It has begun another journal: what the one before had and the server has not is lost. */
    private void begins(long after) {
        booked.tailMap(after + 1).clear();
        durable = after;
        writing = false;
        losses.forget();
        facts.passback().retain(booked.keySet());
    }

    public void stopped() {
        running = false;
        exitWaits = false;
    }

    /** A sync has succeeded: all up to here survives. */
    public void synced() {
        durable = journal.durable();
    }

    /** Whose the events are that the server has. */
    public Standing standing() {
        return standing;
    }

    /** Whether anything in the server's log may be somebody else's, or lost on the gate's disk. */
    public boolean isLogDoubtful() {
        return standing.wasEverSpokenFor() || losses.everPossible();
    }

    /** A bit of a list has changed on the disk: that shows when it is read, perhaps at the next start only. */
    public void rotted() {
        rotted = true;
    }

    /** What rot may have cost the journal. */
    public JournalLosses losses() {
        return losses;
    }

    /** Something was done to the disk that may cost the list. */
    public void listMayFall() {
        fallsLeft = FALLS;
    }

    /** Somebody holds a card before the reader. */
    public void presented() {
        presentedNs = nowNs();
    }

    /** What is seen of enrolments, policy, passes and news. */
    public FactsWatch facts() {
        return facts;
    }

    /** What the gate's program is given as its journal. */
    public EventJournal journal() {
        return new WatchedJournal(name, journal, this::writes, this::book);
    }

    /** All that was journalled and not lost, by sequence. */
    public SortedMap<Long, Booked> booked() {
        return booked;
    }

    public long version() {
        return version;
    }

    public int epoch() {
        return epoch;
    }

    private String hashAt(long sequence) {
        try {
            List<ChainedEvent> events = journal.read(sequence, sequence);
            return HexFormat.of().formatHex(EventChain.hash(events.getFirst()).toByteArray());
        } catch (IOException e) {
            throw new Violation("the journal cannot be read", name + ": event " + sequence, e);
        }
    }

    private void writes() {
        writing = true;
    }

    private long newestBooked() {
        return booked.isEmpty() ? standing.before() : Math.max(standing.before(), booked.lastKey());
    }

    private void bookAgain(long sequence) {
        try {
            ChainedEvent event = journal.read(sequence, sequence).getFirst();
            Optional<String> card = Optional.of(
                            Subject.parseFrom(event.getSubject()).getCardNumber())
                    .filter(digits -> !digits.isEmpty());
            booked.put(sequence, new Booked(hashAt(sequence), EventFacts.parseFrom(event.getFacts()), card));
        } catch (IOException e) {
            throw new Violation("the journal cannot be read", name + ": event " + sequence, e);
        }
    }

    private void book(long sequence, EventFacts facts, Optional<Subject> subject) {
        writing = false;
        Optional<String> card = subject.map(Subject::getCardNumber).filter(digits -> !digits.isEmpty());
        long before = newestBooked();
        if (sequence != before + 1) {
            throw violation("sequences have a hole", sequence + " after " + before);
        }
        // An append that begins a new segment forces the one before it.
        durable = Math.max(durable, journal.durable());
        booked.put(sequence, new Booked(hashAt(sequence), facts, card));
        String what = switch (facts.getBodyCase()) {
            case ALARM -> "Alarm " + facts.getAlarm().getKind();
            case ACCESS_DENIED ->
                "AccessDenied " + DenialReason.ofCode(facts.getAccessDenied().getReason());
            case LIST_APPLIED -> "ListApplied " + facts.getListApplied().getVersion();
            case LIST_REFUSED -> "ListRefused " + facts.getListRefused().getCause();
            default -> facts.getBodyCase().name();
        };
        world.trace().line(name, "journal " + sequence + " " + what);
        world.marks().reached("event " + what.replaceFirst("^(ListApplied) .*", "$1"));
        this.facts.booked(sequence, facts, subject);
        switch (facts.getBodyCase()) {
            case ACCESS_GRANTED -> granted(sequence, facts, card);
            case ACCESS_DENIED ->
                denied(DenialReason.ofCode(facts.getAccessDenied().getReason()), facts, card);
            case ALARM -> alarmed(facts.getAlarm().getKind());
            default -> {}
        }
    }

    private void granted(long sequence, EventFacts facts, Optional<String> card) {
        if (direction == Direction.IN && lastGrant > durable) {
            throw violation(
                    "a second grant before the first is durable",
                    "events " + lastGrant + " and " + sequence + "; durable to " + durable);
        }
        lastGrant = sequence;
        grantOpen = true;
        for (ListEvidence used : facts.getAccessGranted().getEvidence().getListsList()) {
            // One that had to wait for the journal was decided by what the list was then.
            if (used.getList().equals(FactTruth.LIST)
                    && facts.getUptimeNs() == clock.now().uptimeNs()
                    && used.getVersion() != version) {
                throw violation("decided by another list than the gate's", used.getVersion() + ", has " + version);
            }
        }
        if (direction == Direction.IN && isDayOver(facts, card)) {
            throw violation("a card was let in after its last day", "card " + card + " at " + facts.getOccurredAtMs());
        }
        if (direction == Direction.IN && version > 0 && card.isPresent()) {
            Set<CardStatus> statuses = world.truth().statusesOf(new CardNumber(card.get()), version);
            // A policy may forgive that the card's part of the list is damaged, and then says so.
            boolean forgiven =
                    rotted && facts.getAccessGranted().getFlagsList().contains(DenialReason.LIST_DAMAGED.code());
            if (!statuses.contains(CardStatus.VALID) && !forgiven) {
                throw violation("a listed card was let in", "by version " + version + ", which says " + statuses);
            }
        }
    }

    /** By a clock that the gate trusts. */
    private static boolean isDayOver(EventFacts facts, Optional<String> card) {
        LocalDate day =
                Instant.ofEpochMilli(facts.getOccurredAtMs()).atZone(OSLO).toLocalDate();
        // Of a chip's UID and of a pass nobody reads a last day of a card.
        return facts.getClockTrust() == ClockTrust.CLOCK_TRUST_SYNCHRONISED
                && FactsWatch.assurance(facts) == ReadAssurance.READ_ASSURANCE_CHIP_DATA
                && card.map(Crowd::expiresOn).filter(day::isAfter).isPresent();
    }

    private void denied(DenialReason reason, EventFacts facts, Optional<String> card) {
        boolean now = facts.getUptimeNs() == clock.now().uptimeNs() && card.isPresent();
        boolean trusted = facts.getClockTrust() == ClockTrust.CLOCK_TRUST_SYNCHRONISED;
        if (now
                && trusted
                && reason == DenialReason.CREDENTIAL_EXPIRED
                && FactsWatch.assurance(facts) == ReadAssurance.READ_ASSURANCE_CHIP_DATA
                && !isDayOver(facts, card)) {
            throw violation("a card was refused on its last day", "at " + facts.getOccurredAtMs());
        }
        // A pass stands on the site's own list.
        if (now && version > 0 && FactsWatch.assurance(facts) != ReadAssurance.READ_ASSURANCE_SIGNED_PASS) {
            Set<CardStatus> statuses = world.truth().statusesOf(new CardNumber(card.get()), version);
            if ((reason == DenialReason.CREDENTIAL_REVOKED && !statuses.contains(CardStatus.REVOKED))
                    || (reason == DenialReason.CREDENTIAL_SUSPENDED && !statuses.contains(CardStatus.SUSPENDED))) {
                throw violation("a card was refused for what its list does not say", reason + ", it says " + statuses);
            }
        }
        if (reason == DenialReason.OTHER) {
            throw violation("a reason that nobody knows", "OTHER");
        }
        if (direction == Direction.OUT && !REFUSED_AT_EXIT.contains(reason)) {
            throw violation("leaving was refused", reason.name());
        }
    }

    private void alarmed(String kind) {
        if (kind.equals("LIST_NOT_STORED")) {
            listMayFall();
        }
    }

    @Override
    public void released() {
        boolean mayLeave = isRecent(exitPressedNs) || (direction == Direction.OUT && isRecent(presentedNs));
        if (!fire && !isRecent(fireNs) && !grantOpen && !mayLeave) {
            throw violation("released without a grant", "no grant, exit or fire before it");
        }
        grantOpen = false;
        exitWaits = false;
        released = true;
        releasedUntilNs = nowNs() + GateNode.RELEASE_TIME.toNanos() + GateNode.TURN_TIME.toNanos() + SLACK.toNanos();
    }

    @Override
    public void locked() {
        checkRelay();
        released = false;
    }

    private void checkRelay() {
        if (released && !fire && !isRecent(fireNs) && !isRecent(relayStuckNs) && nowNs() > releasedUntilNs) {
            throw violation("released for too long", (nowNs() - releasedUntilNs) / 1_000_000 + " ms over");
        }
    }

    @Override
    public void exitPressed() {
        exitPressedNs = nowNs();
        exitWaits = running && !released;
    }

    @Override
    public void fire(boolean active) {
        fire = active;
        fireNs = nowNs();
        exitWaits = false;
    }

    /** The loop has done a turn. */
    public void turned(SimTurnstile turnstile) {
        if (turnstile.isRelayStuck()) {
            relayStuckNs = nowNs();
            // The gate has said so (TURNSTILE_FAULT), and whoever pressed has to press again.
            exitWaits = false;
        }
        facts.turned();
        checkRelay();
        if (exitWaits && nowNs() - exitPressedNs > SLACK.toNanos() && !isRecent(relayStuckNs) && !fire) {
            throw violation("the button did not open", "for more than " + SLACK);
        }
        boolean settled = nowNs() - Math.max(fireNs, startedNs) > SLACK.toNanos();
        if (fire && settled && !isRecent(relayStuckNs) && !turnstile.isReleased()) {
            throw violation("fire, and the turnstile is locked", "for more than " + SLACK);
        }
    }

    /** The gate tells of itself. */
    public void reported(Uplink.Report report) {
        if (!running) {
            return;
        }
        facts.reported(report);
        Optional<Uplink.AppliedList> list = report.lists().stream()
                .filter(each -> each.list().equals(FactTruth.LIST))
                .findFirst();
        long now = list.map(Uplink.AppliedList::version).orElse(0L);
        if (now < version) {
            // Within a run it never may. Nor after it, but where its key counts no more and the list of the new epoch
            // had not come yet.
            if (!atStart
                    || (fallsLeft == 0 && !rotted && epoch >= world.server().epoch())) {
                throw violation("the list's version fell", "from " + version + " to " + now);
            }
            world.marks().reached("a list was lost with its disk, and fetched again");
        }
        if (now > world.server().issuedVersion()) {
            throw violation("a version that nobody issued", "version " + now);
        }
        atStart = false;
        version = now;
        epoch = list.map(Uplink.AppliedList::epoch).orElse(0);
    }
}
