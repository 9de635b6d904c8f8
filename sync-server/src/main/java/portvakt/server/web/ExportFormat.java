package portvakt.server.web;

import java.io.IOException;
import java.io.Writer;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;
import portvakt.server.port.LogEntry;

/** What a file of log rows looks like. */
enum ExportFormat {
    /**
     * RFC 4180 with a head, in UTF-8. A text that a spreadsheet would take for a formula has an apostrophe before it: names come
     * from chips, and anybody can write a chip.
     */
    CSV("text/csv; charset=utf-8", "csv") {
        @Override
        Lines lines(Writer out, boolean whole) throws IOException {
            CSVPrinter printer = new CSVPrinter(
                    out, CSVFormat.RFC4180.builder().setHeader(COLUMNS).get());
            return row -> printer.printRecord(cells(row, whole));
        }
    },
    /** One JSON object a line, as the API's pages have it. */
    JSONL("application/jsonl", "jsonl") {
        @Override
        Lines lines(Writer out, boolean whole) {
            return row -> out.append(Json.MAPPER.writeValueAsString(EventApi.json(row, whole)))
                    .append('\n');
        }
    };

    private static final String[] COLUMNS = {
        "id",
        "site",
        "gate",
        "sequence",
        "occurredAt",
        "receivedAt",
        "clockTrust",
        "direction",
        "kind",
        "reason",
        "flags",
        "cardNumber",
        "uid",
        "holderName",
        "employerName",
        "assurance",
        "reader",
        "grantedSequence",
        "list",
        "listVersion",
        "listAgeMs",
        "detail"
    };

    private final String mediaType;
    private final String suffix;

    ExportFormat(String mediaType, String suffix) {
        this.mediaType = mediaType;
        this.suffix = suffix;
    }

    /** Takes rows, one after the other. */
    interface Lines {
        void write(LogEntry row) throws IOException;
    }

    /** @param whole whether card numbers and UIDs are shown whole */
    abstract Lines lines(Writer out, boolean whole) throws IOException;

    String mediaType() {
        return mediaType;
    }

    String suffix() {
        return suffix;
    }

    /** CSV where nothing is said. @throws ProblemException if there is no such format */
    static ExportFormat of(Optional<String> name) {
        return switch (name.orElse("csv")) {
            case "csv" -> CSV;
            case "jsonl" -> JSONL;
            default ->
                throw new ProblemException(Problem.parameter("format", "\"format\" has to be one of csv, jsonl."));
        };
    }

    private static Object[] cells(LogEntry row, boolean whole) {
        return new Object[] {
            row.id(),
            row.site(),
            row.gate(),
            row.sequence(),
            row.occurredAt(),
            row.receivedAt(),
            row.clockTrust(),
            row.direction(),
            row.kind(),
            cell(row.reason()),
            String.join(" ", row.flags()),
            cell(row.cardNumber().map(card -> whole ? card : new CardNumber(card).masked())),
            cell(row.uid().map(uid -> whole ? uid : new Uid(uid).toString())),
            cell(row.holderName()),
            cell(row.employerName()),
            cell(row.assurance()),
            cell(row.reader()),
            row.grantedSequence().orElse(null),
            cell(row.list()),
            row.listVersion().orElse(null),
            row.listAgeMs().orElse(null),
            cell(row.detail())
        };
    }

    private static String cell(Optional<String> text) {
        return text.map(ExportFormat::harmless).orElse(null);
    }

    /** A text that no spreadsheet computes. */
    static String harmless(String text) {
        return !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }
}
