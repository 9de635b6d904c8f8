package portvakt.server.list;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.port.CardRegister.Outcome;
import portvakt.server.port.RegisterRecords.Known;

/**
 * What a file of card statuses would change, row by row. Rows go in as they are read, and only what differs from what is known, or
 * says since when it is so, is kept; of the others the number alone, 12 bytes a row. For one thread.
 */
public final class ImportPlan {

    /** Faults told one by one; the others are counted. */
    public static final int FAULTS_TOLD_MAX = 100;

    private static final int ROWS_FIRST = 1024;

    /** @param line of the file, from 1 @param eventTime empty: the time of the import */
    public record Row(
            int line, CardNumber card, CardStatus status, Optional<Instant> eventTime, Optional<String> reason) {}

    /** A row that cannot be taken. @param remedy what to do about it */
    public record Fault(int line, String cause, String remedy) {}

    /** A card whose status would become another. */
    public record Difference(
            CardNumber card, CardStatus before, CardStatus after, Instant eventTime, Optional<String> reason) {}

    /**
     * @param rows      rows that were read, without the head
     * @param added     cards that come onto the list
     * @param removed   cards that become valid
     * @param changed   cards that stay on the list with another status
     * @param unchanged rows that say what is known, or something older
     * @param older     of these, rows that say something else but older
     * @param invalid   rows that cannot be taken
     * @param listed    cards on the list now
     */
    public record Report(
            int rows,
            int added,
            int removed,
            int changed,
            int unchanged,
            int older,
            int invalid,
            int listed,
            List<Fault> faults) {}

    private final Map<CardNumber, Known> known;
    private final Instant now;
    private final List<Difference> differences = new ArrayList<>();
    private final List<Difference> confirmations = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private long[] cards = new long[ROWS_FIRST];
    private int[] lines = new int[ROWS_FIRST];
    private int taken;
    private int unchanged;
    private int older;
    private int invalid;
    private int repeatedRows;

    /** @param known what is known of the list's cards @param now the time of rows that tell none */
    public ImportPlan(Map<CardNumber, Known> known, Instant now) {
        this.known = known;
        this.now = now;
    }

    public void add(Row row) {
        if (taken == cards.length) {
            cards = Arrays.copyOf(cards, 2 * taken);
            lines = Arrays.copyOf(lines, 2 * taken);
        }
        cards[taken] = packed(row.card());
        lines[taken] = row.line();
        taken++;
        Optional<Known> ours = Optional.ofNullable(known.get(row.card()));
        CardStatus before = ours.map(Known::status).orElse(CardStatus.VALID);
        Instant eventTime = row.eventTime().orElse(now);
        if (StatusOrder.judge(ours, row.status(), eventTime) == Outcome.APPLIED) {
            differences.add(new Difference(row.card(), before, row.status(), eventTime, row.reason()));
        } else {
            unchanged++;
            older += before == row.status() ? 0 : 1;
            if (row.eventTime().isPresent()
                    && (ours.isEmpty() || StatusOrder.movesTime(ours, row.status(), eventTime))) {
                confirmations.add(new Difference(row.card(), before, before, eventTime, row.reason()));
            }
        }
    }

    public void add(Fault fault) {
        invalid++;
        if (faults.size() < FAULTS_TOLD_MAX) {
            faults.add(fault);
        }
    }

    /**
     * To be called once, after the last row: finds cards that are in the file twice.
     *
     * @param whole the file is the whole list: listed cards that are not in it become valid
     */
    public void finish(boolean whole) {
        long[] sorted = Arrays.copyOf(cards, taken);
        Arrays.sort(sorted);
        refuseRepeats(sorted);
        if (!whole) {
            return;
        }
        known.entrySet().stream()
                .filter(each -> each.getValue().status() != CardStatus.VALID)
                .filter(each -> Arrays.binarySearch(sorted, packed(each.getKey())) < 0)
                .sorted(Map.Entry.comparingByKey())
                .forEach(each -> {
                    if (StatusOrder.judge(Optional.of(each.getValue()), CardStatus.VALID, now) == Outcome.APPLIED) {
                        differences.add(new Difference(
                                each.getKey(),
                                each.getValue().status(),
                                CardStatus.VALID,
                                now,
                                Optional.of("not in the file")));
                    }
                });
    }

    private void refuseRepeats(long[] sorted) {
        long[] repeated = new long[sorted.length];
        int repeats = 0;
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1] && (repeats == 0 || repeated[repeats - 1] != sorted[i])) {
                repeated[repeats++] = sorted[i];
            }
        }
        if (repeats == 0) {
            return;
        }
        int[] firstLines = new int[repeats];
        for (int i = 0; i < taken; i++) {
            int at = Arrays.binarySearch(repeated, 0, repeats, cards[i]);
            if (at < 0) {
                continue;
            }
            if (firstLines[at] == 0) {
                firstLines[at] = lines[i];
            } else {
                repeatedRows++;
                add(new Fault(
                        lines[i],
                        "the card is in line " + firstLines[at] + " already",
                        "Leave each card in one line."));
            }
        }
        faults.sort(Comparator.comparingInt(Fault::line));
    }

    /** What would change; empty of meaning if a row is invalid. */
    public List<Difference> differences() {
        return List.copyOf(differences);
    }

    /**
     * Rows that leave a card's status as it is, and tell since when it is so: something older that comes late must not count. Rows
     * without a time of their own are not among them, or a file that says what is known would be written anew at each import.
     */
    public List<Difference> confirmations() {
        return List.copyOf(confirmations);
    }

    public Report report() {
        int added = 0;
        int removed = 0;
        int changed = 0;
        int listed = 0;
        for (Difference each : differences) {
            if (each.before() == CardStatus.VALID) {
                added++;
            } else if (each.after() == CardStatus.VALID) {
                removed++;
            } else {
                changed++;
            }
        }
        for (Known each : known.values()) {
            listed += each.status() == CardStatus.VALID ? 0 : 1;
        }
        return new Report(
                taken + invalid - repeatedRows,
                added,
                removed,
                changed,
                unchanged,
                older,
                invalid,
                listed,
                List.copyOf(faults));
    }

    /** Number of digits and digits in one number: two cards never share it. */
    private static long packed(CardNumber card) {
        return (long) card.digits().length() << 56 | Long.parseLong(card.digits());
    }
}
