package portvakt.server.web;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;
import portvakt.server.port.LogEntry;
import portvakt.server.web.export.FileHead;
import portvakt.server.web.export.PdfFile;
import portvakt.server.web.export.RowFile;
import portvakt.server.web.export.XlsxFile;

/** What a file of log rows looks like. */
enum ExportFormat {
    /**
     * RFC 4180 with a head, in UTF-8. A text that a spreadsheet would take for a formula has an apostrophe before it: names come
     * from chips, and anybody can write a chip.
     */
    CSV("text/csv; charset=utf-8", "csv") {
        @Override
        RowFile begin(OutputStream out, FileHead head) throws IOException {
            Writer writer = writer(out);
            CSVPrinter printer = new CSVPrinter(
                    writer, CSVFormat.RFC4180.builder().setHeader(COLUMNS).get());
            return lines(writer, row -> printer.printRecord(cells(row, head.wholeNumbers())));
        }
    },
    /** One JSON object a line, as the API's pages have it. */
    JSONL("application/jsonl", "jsonl") {
        @Override
        RowFile begin(OutputStream out, FileHead head) {
            Writer writer = writer(out);
            return lines(
                    writer,
                    row -> writer.append(Json.MAPPER.writeValueAsString(EventApi.json(row, head.wholeNumbers())))
                            .append('\n'));
        }
    },
    /** A workbook in the reader's language. */
    XLSX("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx") {
        @Override
        RowFile begin(OutputStream out, FileHead head) {
            return new XlsxFile(out, head);
        }
    },
    /** A document in the reader's language, to be printed; bounded. */
    PDF("application/pdf", "pdf") {
        @Override
        RowFile begin(OutputStream out, FileHead head) throws IOException {
            return new PdfFile(out, head);
        }

        @Override
        OptionalLong rowsMax() {
            return OptionalLong.of(PdfFile.ROWS_MAX);
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

    /** Begins such a file. */
    abstract RowFile begin(OutputStream out, FileHead head) throws IOException;

    /** How many rows such a file may have; empty: any number. */
    OptionalLong rowsMax() {
        return OptionalLong.empty();
    }

    String mediaType() {
        return mediaType;
    }

    String suffix() {
        return suffix;
    }

    /** CSV where nothing is said. @throws ProblemException if there is no such format */
    static ExportFormat of(Optional<String> name) {
        String suffix = name.orElse(CSV.suffix);
        return Arrays.stream(values())
                .filter(format -> format.suffix.equals(suffix))
                .findFirst()
                .orElseThrow(() -> new ProblemException(Problem.parameter(
                        "format",
                        "\"format\" has to be one of "
                                + Arrays.stream(values())
                                        .map(ExportFormat::suffix)
                                        .collect(Collectors.joining(", "))
                                + ".")));
    }

    private static Writer writer(OutputStream out) {
        return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }

    @FunctionalInterface
    private interface Line {
        void write(LogEntry row) throws IOException;
    }

    private static RowFile lines(Writer writer, Line line) {
        return new RowFile() {
            @Override
            public void write(LogEntry row) throws IOException {
                line.write(row);
            }

            @Override
            public void finish() throws IOException {
                writer.flush();
            }
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
