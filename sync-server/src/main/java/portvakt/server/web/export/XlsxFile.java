package portvakt.server.web.export;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.dhatim.fastexcel.BorderSide;
import org.dhatim.fastexcel.BorderStyle;
import org.dhatim.fastexcel.PaperSize;
import org.dhatim.fastexcel.Position;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import portvakt.server.port.LogEntry;

/**
 * A workbook (ECMA-376 SpreadsheetML): one row an event, times as times, everything else as text, so that no cell is ever
 * computed whatever a chip says. A sheet that is full goes on in a further one. Rows leave memory by the thousand, and texts stand
 * in their cells rather than in a table that would grow.
 */
public final class XlsxFile implements RowFile {

    /** Rows of one sheet, by the format itself. */
    public static final int SHEET_ROWS_MAX = Worksheet.MAX_ROWS;

    /** Characters of one cell, by the format itself. */
    private static final int CELL_CHARS_MAX = 32_767;

    private static final int FLUSH_ROWS = 1_000;
    private static final String TIME_FORMAT = "yyyy-mm-dd hh:mm:ss";

    /** Title, filter, when and by whom, an empty row. */
    private static final int HEAD_ROW = 4;

    /** Key of the words above it and width in characters of each column, in order. */
    private record Column(String key, double width) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("export.col.time", 19.5),
            new Column("export.col.site", 13),
            new Column("export.col.gate", 16),
            new Column("export.col.direction", 9.5),
            new Column("export.col.event", 25),
            new Column("export.col.reason", 30),
            new Column("export.col.name", 30),
            new Column("export.col.employer", 30),
            new Column("export.col.card", 17),
            new Column("export.col.uid", 18),
            new Column("export.col.assurance", 18),
            new Column("export.col.notes", 40),
            new Column("export.col.detail", 40),
            new Column("export.col.list", 16),
            new Column("export.col.received", 19.5),
            new Column("export.col.sequence", 11),
            new Column("export.col.id", 11));

    private final FileHead head;
    private final EntryWords words;
    private final ZoneId zone;
    private final int sheetRowsMax;
    private final Workbook book;
    private Worksheet sheet;
    private int sheets;
    private int row;

    public XlsxFile(OutputStream out, FileHead head) {
        this(out, head, SHEET_ROWS_MAX);
    }

    /** @param sheetRowsMax rows of one sheet, with what stands above them */
    XlsxFile(OutputStream out, FileHead head, int sheetRowsMax) {
        if (sheetRowsMax <= HEAD_ROW + 1 || sheetRowsMax > SHEET_ROWS_MAX) {
            throw new IllegalArgumentException(
                    "a sheet has " + (HEAD_ROW + 2) + " to " + SHEET_ROWS_MAX + " rows, got " + sheetRowsMax);
        }
        this.head = head;
        this.words = new EntryWords(head);
        this.zone = head.texts().zone();
        this.sheetRowsMax = sheetRowsMax;
        this.book = new Workbook(out, "Portvakt", null);
        book.properties().setTitle(clean(head.title()));
        book.properties().setSubject(clean(head.asked()));
        this.sheet = newSheet();
    }

    @Override
    public void write(LogEntry entry) throws IOException {
        if (row == sheetRowsMax) {
            endSheet();
            sheet = newSheet();
        }
        EntryWords.Words said = words.of(entry);
        int column = 0;
        time(column++, entry.occurredAt());
        text(column++, entry.site());
        text(column++, entry.gate());
        text(column++, words.direction(entry));
        text(column++, said.event());
        text(column++, said.reason());
        text(column++, entry.holderName());
        text(column++, entry.employerName());
        text(column++, said.card());
        text(column++, said.uid());
        text(column++, words.assurance(entry));
        text(column++, said.notes());
        text(column++, said.detail());
        text(column++, words.list(entry));
        time(column++, entry.receivedAt());
        sheet.value(row, column++, entry.sequence());
        sheet.value(row, column, entry.id());
        row++;
        if (row % FLUSH_ROWS == 0) {
            sheet.flush();
        }
    }

    @Override
    public void finish() throws IOException {
        endSheet();
        book.finish();
    }

    private Worksheet newSheet() {
        sheets++;
        String name = head.texts().text("export.sheet");
        Worksheet fresh = book.newWorksheet(sheets == 1 ? name : name + " " + sheets);
        for (int i = 0; i < COLUMNS.size(); i++) {
            fresh.width(i, COLUMNS.get(i).width());
        }
        fresh.inlineString(
                0,
                0,
                clean(sheets == 1 ? head.title() : head.texts().text("export.sheet-further", head.title(), sheets)));
        fresh.style(0, 0).bold().fontSize(14).set();
        fresh.inlineString(1, 0, clean(head.asked()));
        fresh.style(1, 0).bold().set();
        fresh.inlineString(2, 0, clean(String.join(" ", head.made())));
        for (int i = 0; i < COLUMNS.size(); i++) {
            fresh.inlineString(HEAD_ROW, i, head.texts().text(COLUMNS.get(i).key()));
            fresh.style(HEAD_ROW, i)
                    .bold()
                    .fillColor("DCE6EE")
                    .borderStyle(BorderSide.BOTTOM, BorderStyle.THIN)
                    .set();
        }
        fresh.freezePane(1, HEAD_ROW + 1);
        fresh.pageOrientation("landscape");
        fresh.paperSize(PaperSize.A4_PAPER);
        fresh.setFitToPage(true);
        fresh.fitToWidth((short) 1);
        fresh.fitToHeight((short) 0);
        fresh.repeatRows(HEAD_ROW);
        fresh.footer(head.texts().text("export.page", "&P", "&N"), Position.RIGHT);
        row = HEAD_ROW + 1;
        return fresh;
    }

    private void endSheet() throws IOException {
        sheet.setAutoFilter(HEAD_ROW, 0, row - 1, COLUMNS.size() - 1);
        sheet.finish();
    }

    /** As the clock on the wall showed it: a spreadsheet knows no zones. */
    private void time(int column, Instant instant) {
        sheet.value(row, column, instant.atZone(zone).toLocalDateTime());
        sheet.style(row, column).format(TIME_FORMAT).horizontalAlignment("left").set();
    }

    private void text(int column, Optional<String> text) {
        text.ifPresent(given -> text(column, given));
    }

    private void text(int column, String text) {
        if (!text.isEmpty()) {
            sheet.inlineString(row, column, clean(text));
        }
    }

    /** What XML 1.0 § 2.2 allows: a chip may hold anything, and one wrong character would make the whole file unreadable. */
    static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().map(each -> isXml(each) ? each : '\uFFFD').forEach(clean::appendCodePoint);
        return clean.length() <= CELL_CHARS_MAX ? clean.toString() : clean.substring(0, CELL_CHARS_MAX - 1) + "…";
    }

    private static boolean isXml(int character) {
        return character == '\t'
                || character == '\n'
                || character == '\r'
                || character >= 0x20 && character <= 0xD7FF
                || character >= 0xE000 && character <= 0xFFFD
                || character >= 0x10000;
    }
}
