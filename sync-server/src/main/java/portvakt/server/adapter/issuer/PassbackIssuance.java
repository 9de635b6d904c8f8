package portvakt.server.adapter.issuer;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics;
import portvakt.protocol.sign.SignedFacts;
import portvakt.protocol.v1.Departure;
import portvakt.protocol.v1.PassbackNews;
import portvakt.server.port.EntryLog;
import portvakt.server.port.Gates;
import portvakt.server.port.LogEntry;
import portvakt.server.port.NewsPublisher;

/**
 * One site's news of who left, message by message, from the committed log. A gate denies nobody without them: what is not certain is
 * said not to be. Belongs to one thread, but for {@link #left}.
 */
final class PassbackIssuance {

    static final Duration EXPIRY = Duration.ofSeconds(10);

    /** A gate says every minute how far its journal goes. One that has not for longer may have been cut off. */
    static final Duration SEEN_WITHIN = Duration.ofSeconds(90);

    private final String site;
    private final Duration forgets;
    private final ByteString run;
    private final ListKeys keys;
    private final EntryLog log;
    private final Gates gates;
    private final NewsPublisher publisher;
    private final ConcurrentLinkedQueue<CardNumber> stated = new ConcurrentLinkedQueue<>();
    private Optional<Long> readUpTo = Optional.empty();
    private long sequence;

    /** @param run random, another in each run of the program */
    PassbackIssuance(
            String site,
            Duration forgets,
            byte[] run,
            ListKeys keys,
            EntryLog log,
            Gates gates,
            NewsPublisher publisher) {
        this.site = site;
        this.forgets = forgets;
        this.run = ByteString.copyFrom(run);
        this.keys = keys;
        this.log = log;
        this.gates = gates;
        this.publisher = publisher;
    }

    /** Of whom no event tells: stated, taken for gone, forgiven. */
    void left(CardNumber card) {
        stated.add(card);
    }

    boolean hasStated() {
        return !stated.isEmpty();
    }

    /**
     * Publishes what became known since the last round; also where that is nothing, which is news too. One that does not get to a gate is a
     * gap in the numbers, and the gate then knows that it does not know.
     */
    CompletableFuture<Void> round(Instant now) {
        // The gates first: whatever they had handed over by then is in the log by now.
        boolean complete = isComplete(now);
        TreeSet<CardNumber> departed = new TreeSet<>();
        for (CardNumber card = stated.poll(); card != null; card = stated.poll()) {
            departed.add(card);
        }
        for (LogEntry entry : news()) {
            if (leavesUnknown(entry)) {
                complete = false;
            } else if (isWayOut(entry)) {
                departed.add(new CardNumber(entry.cardNumber().orElseThrow()));
            }
        }
        PassbackNews.Builder message = PassbackNews.newBuilder()
                .setSite(site)
                .setRun(run)
                .setSequence(++sequence)
                .setIssuedAtMs(now.toEpochMilli())
                .setForgetMs(forgets.toMillis())
                .setComplete(complete);
        departed.forEach(card -> message.addDepartures(Departure.newBuilder().setCardNumber(card.digits())));
        byte[] signed = SignedFacts.sign(
                        SignedFacts.PASSBACK, message.build().toByteArray(), keys.privateKey(), keys.keyId())
                .toByteArray();
        return publisher.publish(Topics.passback(site), signed, EXPIRY);
    }

    /** Whether every gate that leads out is connected and has handed over all that it is known to have. A site without one knows of nobody. */
    private boolean isComplete(Instant now) {
        List<Gates.Gate> out = gates.all().stream()
                .filter(gate -> gate.site().equals(site) && gate.direction() == Direction.OUT)
                .toList();
        return !out.isEmpty()
                && out.stream()
                        .allMatch(gate -> gate.online()
                                && gate.committed() >= gate.journalLast()
                                && gate.lastSeen()
                                        .filter(seen ->
                                                Duration.between(seen, now).compareTo(SEEN_WITHIN) <= 0)
                                        .isPresent());
    }

    private List<LogEntry> news() {
        EntryLog.Filter ours =
                new EntryLog.Filter(Optional.of(site), Optional.empty(), Optional.empty(), Optional.empty());
        if (readUpTo.isEmpty()) {
            List<LogEntry> newest = log.before(Long.MAX_VALUE, 1, EntryLog.Filter.NONE);
            readUpTo = Optional.of(newest.isEmpty() ? 0 : newest.getFirst().id());
        }
        List<LogEntry> all = new ArrayList<>();
        List<LogEntry> page;
        do {
            page = log.after(readUpTo.orElseThrow(), EntryLog.LIMIT_MAX, ours);
            all.addAll(page);
            if (!page.isEmpty()) {
                readUpTo = Optional.of(page.getLast().id());
            }
        } while (page.size() == EntryLog.LIMIT_MAX);
        return all;
    }

    private static boolean isWayOut(LogEntry entry) {
        return entry.kind().equals("AccessTaken") && entry.direction() == Direction.OUT;
    }

    /** Whether a row may tell that somebody left, or came: the gates want to know at once. */
    static boolean mayTellOfLeaving(LogEntry entry) {
        return switch (entry.kind()) {
            case "AccessTaken", "UnattributedPassage", "FireReleaseStarted", "FireReleaseEnded" -> true;
            default -> false;
        };
    }

    /** Whether somebody may have left by it of whom it does not tell. */
    private static boolean leavesUnknown(LogEntry entry) {
        return switch (entry.kind()) {
            case "UnattributedPassage", "FireReleaseStarted", "FireReleaseEnded" -> true;
            default -> isWayOut(entry) && entry.cardNumber().isEmpty();
        };
    }
}
