package portvakt.server.adapter.register;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.list.ImportPlan;
import portvakt.server.port.StatusChange;

/**
 * Reads a file of card statuses (RFC 4180): UTF-8, with or without a byte order mark, columns separated by commas or semicolons,
 * named in the first line in any order. Rows are read one after the other; a wrong one is told with its line, and the rest is
 * still read. For one thread.
 */
final class CardsCsv {

    static final int ROWS_MAX = 1_000_000;

    private static final int HEAD_CHARS_MAX = 1000;
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final String CARD = "card_number";
    private static final String STATUS = "status";
    private static final String EVENT_TIME = "event_time";
    private static final String REASON = "reason";
    private static final Set<String> COLUMNS = new TreeSet<>(List.of(CARD, STATUS, EVENT_TIME, REASON));
    private static final String COLUMNS_REMEDY =
            "The first line has to name the columns: card_number, status, and if you like event_time and reason,"
                    + " separated by commas or semicolons.";

    /** A file that cannot be read as a whole. The message says what is wrong and what would be right. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message, null, false, false);
        }
    }

    private final Pattern acceptedCardNumbers;
    private final Instant latest;

    /** @param latest no event may be later */
    CardsCsv(Pattern acceptedCardNumbers, Instant latest) {
        this.acceptedCardNumbers = acceptedCardNumbers;
        this.latest = latest;
    }

    /** Reads to the end, or until it cannot be read. Closes the stream. */
    void read(InputStream in, ImportPlan plan) throws Unreadable, IOException {
        Reader text = new BufferedReader(new InputStreamReader(
                in,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
        try {
            String head = head(text);
            char delimiter = head.indexOf(';') >= 0 ? ';' : ',';
            List<String> columns = columns(head, delimiter);
            CSVFormat format = CSVFormat.RFC4180
                    .builder()
                    .setDelimiter(delimiter)
                    .setIgnoreEmptyLines(true)
                    .get();
            try (CSVParser parser =
                    CSVParser.builder().setReader(text).setFormat(format).get()) {
                readRows(parser, columns, plan);
            }
        } catch (CharacterCodingException e) {
            throw notUtf8();
        } catch (UncheckedIOException e) {
            // The parser's iterator wraps what its reader threw, and what it could not parse itself.
            if (e.getCause() instanceof CharacterCodingException) {
                throw notUtf8();
            }
            throw new Unreadable("The file is no CSV: " + e.getCause().getMessage() + ".");
        }
    }

    private void readRows(CSVParser parser, List<String> columns, ImportPlan plan) throws Unreadable {
        int rows = 0;
        for (CSVRecord row : parser) {
            if (++rows > ROWS_MAX) {
                throw new Unreadable("The file has more than " + ROWS_MAX + " rows. Send it in parts.");
            }
            // The head was read before the parser saw anything.
            int line = Math.toIntExact(Math.max(parser.getCurrentLineNumber(), 1)) + 1;
            if (row.size() != columns.size()) {
                plan.add(new ImportPlan.Fault(
                        line,
                        "it has " + row.size() + " columns and the first line " + columns.size(),
                        "Put a text that holds the separator in double quotes."));
            } else {
                readRow(line, row, columns, plan);
            }
        }
    }

    private void readRow(int line, CSVRecord row, List<String> columns, ImportPlan plan) {
        Optional<CardNumber> card = CardNumber.parse(value(row, columns, CARD), acceptedCardNumbers);
        if (card.isEmpty()) {
            plan.add(new ImportPlan.Fault(
                    line,
                    "card_number is no card number",
                    "This server takes numbers that match " + acceptedCardNumbers
                            + "; a spreadsheet drops leading zeros unless the column is text."));
            return;
        }
        String named = value(row, columns, STATUS).toUpperCase(Locale.ROOT);
        Optional<CardStatus> status = Arrays.stream(CardStatus.values())
                .filter(each -> each.name().equals(named))
                .findAny();
        if (status.isEmpty()) {
            plan.add(new ImportPlan.Fault(
                    line,
                    "status is none",
                    "Write "
                            + Arrays.stream(CardStatus.values()).map(Enum::name).collect(Collectors.joining(", "))
                            + "."));
            return;
        }
        String time = value(row, columns, EVENT_TIME);
        Optional<Instant> eventTime = time.isEmpty() ? Optional.empty() : time(time);
        if (!time.isEmpty()
                && eventTime
                        .filter(at -> !at.isBefore(Instant.EPOCH) && !at.isAfter(latest))
                        .isEmpty()) {
            plan.add(new ImportPlan.Fault(
                    line,
                    "event_time is no time, before 1970 or in the future",
                    "Write it with its zone, like 2026-03-02T07:00:00+01:00, or leave it empty."));
            return;
        }
        String reason = value(row, columns, REASON);
        if (reason.length() > StatusChange.TEXT_CHARS_MAX) {
            plan.add(new ImportPlan.Fault(
                    line, "reason is too long", "Use at most " + StatusChange.TEXT_CHARS_MAX + " characters."));
            return;
        }
        plan.add(new ImportPlan.Row(
                line, card.get(), status.get(), eventTime, Optional.of(reason).filter(text -> !text.isEmpty())));
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static String value(CSVRecord row, List<String> columns, String column) {
        int at = columns.indexOf(column);
        return at < 0 ? "" : row.get(at).strip();
    }

    /** The first line, without a byte order mark. */
    private static String head(Reader text) throws IOException, Unreadable {
        StringBuilder head = new StringBuilder();
        for (int next = text.read(); next != -1 && next != '\n'; next = text.read()) {
            if (head.length() == HEAD_CHARS_MAX) {
                throw new Unreadable(COLUMNS_REMEDY);
            }
            head.append((char) next);
        }
        if (!head.isEmpty() && head.charAt(0) == BYTE_ORDER_MARK) {
            head.deleteCharAt(0);
        }
        return head.toString().strip();
    }

    private static List<String> columns(String head, char delimiter) throws Unreadable {
        List<String> columns = Arrays.stream(head.split(Pattern.quote(String.valueOf(delimiter)), -1))
                .map(name -> name.strip().replace("\"", "").toLowerCase(Locale.ROOT))
                .toList();
        if (!columns.contains(CARD)
                || !columns.contains(STATUS)
                || !COLUMNS.containsAll(columns)
                || new TreeSet<>(columns).size() != columns.size()) {
            throw new Unreadable(COLUMNS_REMEDY);
        }
        return columns;
    }

    private static Unreadable notUtf8() {
        return new Unreadable("The file is not UTF-8. Save it as \"CSV UTF-8\".");
    }
}
