package portvakt.sim.check;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.protocol.v1.ClockTrust;
import portvakt.protocol.v1.Departure;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.PassbackNews;
import portvakt.protocol.v1.SignedDocument;
import portvakt.protocol.v1.Subject;
import portvakt.sim.world.FactTruth;
import portvakt.sim.world.Fault;
import portvakt.sim.world.GateNode;
import portvakt.sim.world.Violation;
import portvakt.sim.world.World;

/**
 * Says when an entrance denies somebody for entering twice of whom it cannot know that they are inside; and when it lets somebody in of
 * whom it must know that. By what it saw itself since its start, and by the news that came to it, in order.
 */
final class PassbackWatch {

    private static final Duration SILENCE = Duration.ofSeconds(15);
    private static final Duration SLACK = Duration.ofSeconds(1);

    /** After the arm has turned. */
    private static final Duration BOOKED_WITHIN = Duration.ofSeconds(3);

    /** By then a server that hears its gates says so, and one that does not says that. */
    private static final Duration KNOWN_WITHIN = Duration.ofSeconds(150);

    private static final Set<Fault> CLOCKS = Set.of( // looked up, never walked
            Fault.CLOCK_DRIFT, Fault.CLOCK_JUMP, Fault.CLOCK_UNSET, Fault.KEY_ROTATION);

    private record News(String run, long sequence, boolean complete, Set<String> departed, long atNs) {}

    /** Somebody went through. */
    record Seen(String card, String chip, long atNs) {}

    private final String name;
    private final World world;
    private final List<News> news = new ArrayList<>();
    /** By sequence, what survived of it. */
    private final TreeMap<Long, Seen> seen = new TreeMap<>();
    /** What was seen, and went down with a computer. */
    private final List<Seen> lost = new ArrayList<>();
    /** By sequence, when somebody went through whom no card names. */
    private final TreeMap<Long, Long> unnamed = new TreeMap<>();
    /** Since the start. */
    private final Map<String, Long> entered = new HashMap<>(); // looked up, never walked

    private long startedNs;
    private long unknownLeftNs = Long.MIN_VALUE / 2;
    private boolean free;

    PassbackWatch(String name, World world) {
        this.name = name;
        this.world = world;
    }

    private long nowNs() {
        return world.agenda().nowNs();
    }

    private Violation violation(String rule, String detail) {
        return new Violation(rule, name + ": " + detail);
    }

    void started(long last) {
        seen.tailMap(last, false).clear();
        unnamed.tailMap(last, false).clear();
        entered.clear();
        news.clear();
        startedNs = nowNs();
        free = false;
    }

    /** What was seen and not told is lost. @param left events that are not */
    void retain(Set<Long> left) {
        seen.forEach((sequence, each) -> {
            if (!left.contains(sequence)) {
                lost.add(each);
            }
        });
        seen.keySet().retainAll(left);
        unnamed.keySet().retainAll(left);
    }

    void heard(String topic, byte[] payload) {
        if (!topic.equals(Topics.passback(FactTruth.SITE))) {
            return;
        }
        try {
            PassbackNews told =
                    PassbackNews.parseFrom(SignedDocument.parseFrom(payload).getPayload());
            String run = told.getRun().toStringUtf8() + told.getRun().hashCode();
            boolean again =
                    !news.isEmpty() && news.getLast().run.equals(run) && told.getSequence() <= news.getLast().sequence;
            if (!again) {
                Set<String> departed = new TreeSet<>();
                told.getDeparturesList().stream().map(Departure::getCardNumber).forEach(departed::add);
                news.add(new News(run, told.getSequence(), told.getComplete(), departed, nowNs()));
            }
        } catch (InvalidProtocolBufferException e) {
            // Told by the gate itself.
            world.marks().reached("news that are none");
        }
    }

    /** @param waitedNs for how long it could not be written */
    void booked(long sequence, EventFacts facts, Optional<Subject> subject, Direction direction, long waitedNs) {
        switch (facts.getBodyCase()) {
            case FIRE_RELEASE_STARTED -> {
                free = true;
                unknownLeftNs = nowNs();
            }
            case FIRE_RELEASE_ENDED -> {
                free = false;
                unknownLeftNs = nowNs();
            }
            case UNATTRIBUTED_PASSAGE -> {
                unknownLeftNs = nowNs();
                unnamed.put(sequence, nowNs());
            }
            case ACCESS_TAKEN -> {
                Subject about = subject.orElse(Subject.getDefaultInstance());
                String chip = HexFormat.of().formatHex(about.getUid().toByteArray());
                seen.put(sequence, new Seen(about.getCardNumber(), chip, nowNs()));
                if (direction == Direction.IN && !free && !about.getCardNumber().isEmpty()) {
                    entered.put(about.getCardNumber(), nowNs() - waitedNs);
                }
            }
            default -> {}
        }
    }

    /** When somebody with this card last went through, as far as that survived. */
    Optional<Long> lastSeenNs(String card) {
        return seen.descendingMap().values().stream()
                .filter(each -> each.card.equals(card))
                .map(Seen::atNs)
                .findFirst();
    }

    /** What a journal says, or said before it was lost, of somebody who went through about then, showing this chip or card; empty: nothing. */
    Optional<Seen> namedAbout(long atNs, String shown) {
        return Stream.concat(seen.values().stream(), lost.stream())
                .filter(each -> isAbout(each.atNs, atNs))
                .filter(each -> each.chip.equals(shown) || each.card.equals(shown))
                .findFirst();
    }

    boolean isLost(Seen each) {
        return lost.contains(each);
    }

    boolean isJustStarted(Duration within) {
        return nowNs() - startedNs < within.toNanos();
    }

    /** Whether the journal tells that somebody went through about then whom nothing names. */
    boolean isUnnamedAbout(long atNs) {
        return unnamed.values().stream().anyMatch(each -> isAbout(each, atNs));
    }

    private static boolean isAbout(long bookedNs, long atNs) {
        return bookedNs >= atNs && bookedNs - atNs <= BOOKED_WITHIN.toNanos();
    }

    /** Why the gate cannot know that the holder is inside; empty: it knows. @param slack by how much time may be longer than it should be; negative: has to be shorter */
    private Optional<String> doubt(String card, Duration slack) {
        Long at = entered.get(card);
        if (at == null) {
            return Optional.of("it has not seen them come in since its start");
        }
        if (unknownLeftNs >= at) {
            return Optional.of("somebody has left since whom nobody knows");
        }
        if (nowNs() - at > world.forgetsNs() + slack.toNanos()) {
            return Optional.of("they came too long ago");
        }
        long silenceNs = SILENCE.plus(slack).toNanos();
        Optional<News> before = Optional.empty();
        for (News each : news) {
            if (each.atNs >= at) {
                if (before.isEmpty()
                        || !before.get().run.equals(each.run)
                        || before.get().sequence + 1 != each.sequence) {
                    return Optional.of("news were missed before " + each.sequence);
                }
                if (each.atNs - before.get().atNs > silenceNs) {
                    return Optional.of("silence before " + each.sequence);
                }
                if (!each.complete) {
                    return Optional.of("news " + each.sequence + " are not complete");
                }
                if (each.departed.contains(card)) {
                    return Optional.of("news " + each.sequence + " say that they have left");
                }
            }
            before = Optional.of(each);
        }
        return before.filter(last -> last.complete && nowNs() - last.atNs <= silenceNs)
                        .isEmpty()
                ? Optional.of("silence, or the news are not complete")
                : Optional.empty();
    }

    /** An entrance has denied somebody for being inside. */
    void refused(Subject about) {
        String card = about.getCardNumber();
        world.marks().reached("somebody was denied for entering twice");
        doubt(card, SLACK).ifPresent(why -> {
            throw violation("denied for entering twice, and it cannot know", "card " + card + ": " + why);
        });
        long cameNs = entered.get(card);
        for (GateNode gate : world.gates()) {
            Optional<Long> leftNs = gate.direction() == Direction.OUT
                    ? gate.watch().facts().passback().lastSeenNs(card)
                    : Optional.empty();
            // Whose leaving a disk has lost is inside for everybody else.
            if (!world.isDrawn(Fault.JOURNAL_ROT)
                    && leftNs.filter(at -> at > cameNs && nowNs() - at > KNOWN_WITHIN.toNanos())
                            .isPresent()) {
                throw violation(
                        "denied for entering twice long after they left",
                        "card " + card + " left at " + gate.name() + " " + (nowNs() - leftNs.get()) / 1_000_000_000
                                + " s ago");
            }
        }
    }

    /** An entrance has let somebody in. */
    void letIn(EventFacts facts, Subject about) {
        String card = about.getCardNumber();
        boolean certain = CLOCKS.stream().noneMatch(world::isDrawn)
                && world.forgetsNs() > 0
                && facts.getClockTrust() == ClockTrust.CLOCK_TRUST_SYNCHRONISED
                && !free
                && !news.isEmpty()
                && nowNs() - news.getLast().atNs > SLACK.toNanos()
                && nowNs() - startedNs > SLACK.toNanos();
        if (certain && doubt(card, SLACK.negated()).isEmpty()) {
            throw violation("somebody who is inside beyond doubt was let in again", "card " + card);
        }
        if (entered.containsKey(card) && world.forgetsNs() > 0) {
            world.marks().reached("somebody who came in here before was let in again");
        }
        for (GateNode gate : world.gates()) {
            if (gate.direction() == Direction.OUT
                    && entered.containsKey(card)
                    && gate.watch().facts().passback().lastSeenNs(card).orElse(Long.MIN_VALUE) > entered.get(card)) {
                world.marks().reached("somebody left by another gate and came back");
            }
        }
    }
}
