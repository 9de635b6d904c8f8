package portvakt.server.web.export;

import java.awt.Color;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.openpdf.text.Document;
import org.openpdf.text.DocumentException;
import org.openpdf.text.ExceptionConverter;
import org.openpdf.text.Font;
import org.openpdf.text.PageSize;
import org.openpdf.text.Phrase;
import org.openpdf.text.Rectangle;
import org.openpdf.text.pdf.PdfName;
import org.openpdf.text.pdf.PdfPCell;
import org.openpdf.text.pdf.PdfPTable;
import org.openpdf.text.pdf.PdfString;
import org.openpdf.text.pdf.PdfWriter;
import portvakt.server.port.LogEntry;
import portvakt.server.web.view.RowView.Outcome;

/**
 * A document to be printed and kept: A4 across, the head of the table on each page, pages numbered "3 of 12", the font embedded.
 * Rows leave memory with their page: a table for each, since
 * one for all of them would be kept whole.
 */
public final class PdfFile implements RowFile {

    /** More rows than this are some 2,000 pages, which nobody leafs through: a workbook serves better. */
    public static final int ROWS_MAX = 50_000;

    private static final float MARGIN_PT = 30;
    private static final float FOOT_PT = 22;
    private static final float SIZE_PT = 8;
    private static final float PADDING_PT = 3.2f;
    private static final float GAP_PT = 8;

    /** Line to line, in heights of a letter: capitals of Cyrillic and Lithuanian have marks above them. */
    private static final float LEADING = 1.28f;

    /** So that a row always fits on a page, whatever a chip says. */
    private static final int CELL_CHARS_MAX = 600;

    private static final Color INK = new Color(0x12, 0x18, 0x1D);
    private static final Color SOFT = new Color(0x47, 0x50, 0x59);
    private static final Color BAD = new Color(0xA3, 0x0F, 0x1F);
    private static final Color EDGE = new Color(0xC3, 0xC9, 0xCF);
    private static final Color HEAD_GROUND = new Color(0xDC, 0xE6, 0xEE);

    /** Key of the words above it and share of the width of each column, in order. */
    private record Column(String key, float share) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("export.col.time", 88),
            new Column("export.col.gate", 88),
            new Column("export.col.event", 98),
            new Column("export.col.reason", 158),
            new Column("export.col.name", 126),
            new Column("export.col.employer", 116),
            new Column("export.col.card", 78),
            new Column("export.col.id", 48));

    private static final float[] SHARES = shares();

    private final FileHead head;
    private final EntryWords words;
    private final PdfFont fonts;
    private final Font plain;
    private final Font strong;
    private final Font bad;
    private final Document document;
    private final PdfWriter writer;

    /** Where the next row begins, from the lower edge. */
    private float y;

    private long rows;

    public PdfFile(OutputStream out, FileHead head) throws IOException {
        this.head = head;
        this.words = new EntryWords(head);
        this.fonts = new PdfFont();
        this.plain = new Font(fonts.regular(), SIZE_PT, Font.NORMAL, INK);
        this.strong = new Font(fonts.bold(), SIZE_PT, Font.NORMAL, INK);
        this.bad = new Font(fonts.bold(), SIZE_PT, Font.NORMAL, BAD);
        this.document = new Document(
                new Rectangle(PageSize.A4.getHeight(), PageSize.A4.getWidth()),
                MARGIN_PT,
                MARGIN_PT,
                MARGIN_PT,
                MARGIN_PT + FOOT_PT);
        try {
            this.writer = PdfWriter.getInstance(document, new StaysOpen(out));
            writer.setFullCompression();
            writer.setPageEvent(new PdfFoot(head, fonts));
            document.addTitle(head.title() + ", " + head.asked());
            document.addCreator("Portvakt");
            document.open();
            writer.getExtraCatalog()
                    .put(PdfName.LANG, new PdfString(head.texts().language().tag()));
            y = document.top();
            line(head.title(), new Font(fonts.bold(), 17, Font.NORMAL, INK));
            line(head.asked(), new Font(fonts.bold(), 10.5f, Font.NORMAL, INK));
            line(String.join(" ", head.made()), new Font(fonts.regular(), 9, Font.NORMAL, SOFT));
            y -= GAP_PT;
            columnHeads();
        } catch (DocumentException | ExceptionConverter e) {
            throw new IOException("the document cannot be begun", e);
        }
    }

    @Override
    public void write(LogEntry entry) throws IOException {
        EntryWords.Words said = words.of(entry);
        boolean denied = said.outcome() == Outcome.DENIED || said.outcome() == Outcome.ALARM;
        PdfPTable row = table();
        cell(row, head.texts().dateAndSecond(entry.occurredAt()), plain);
        cell(row, words.where(entry), plain);
        cell(row, said.event(), denied ? bad : strong);
        cell(row, said.remarks(), plain);
        cell(row, entry.holderName().orElse(""), strong);
        cell(row, entry.employerName().orElse(""), plain);
        cell(row, said.card().or(() -> said.uid().map(uid -> "UID " + uid)).orElse(""), plain);
        cell(row, Long.toString(entry.id()), plain);
        try {
            if (y - row.getTotalHeight() < document.bottom()) {
                newPage();
                columnHeads();
            }
            place(row);
        } catch (DocumentException | ExceptionConverter e) {
            throw new IOException("a row cannot be written to the document", e);
        }
        rows++;
    }

    @Override
    public void finish() throws IOException {
        try {
            Font soft = new Font(fonts.regular(), SIZE_PT, Font.NORMAL, SOFT);
            y -= GAP_PT;
            line(head.texts().text("export.end", rows), soft);
            if (fonts.lacked()) {
                line(head.texts().text("export.lacking", String.valueOf(PdfFont.LACKING)), soft);
            }
            document.close();
        } catch (DocumentException | ExceptionConverter e) {
            throw new IOException("the document cannot be ended", e);
        }
    }

    /** A text over the whole width, on as many lines as it needs. */
    private void line(String text, Font font) throws DocumentException {
        PdfPTable line = new PdfPTable(1);
        line.setTotalWidth(document.right() - document.left());
        PdfPCell cell = new PdfPCell(new Phrase(fonts.printable(text), font));
        cell.setLeading(0, LEADING);
        cell.setBorder(Rectangle.NO_BORDER);
        cell.setPadding(0);
        cell.setPaddingBottom(4);
        line.addCell(cell);
        if (y - line.getTotalHeight() < document.bottom()) {
            newPage();
        }
        place(line);
    }

    private void columnHeads() throws DocumentException {
        PdfPTable heads = table();
        for (Column column : COLUMNS) {
            PdfPCell cell = cell(new Phrase(head.texts().text(column.key()), strong));
            cell.setBackgroundColor(HEAD_GROUND);
            cell.setBorderColor(SOFT);
            heads.addCell(cell);
        }
        place(heads);
    }

    private void place(PdfPTable table) {
        y = table.writeSelectedRows(0, -1, document.left(), y, writer.getDirectContent());
    }

    private void newPage() {
        // What is placed directly does not count as content.
        writer.setPageEmpty(false);
        document.newPage();
        y = document.top();
    }

    private PdfPTable table() {
        PdfPTable fresh = new PdfPTable(SHARES);
        fresh.setTotalWidth(document.right() - document.left());
        return fresh;
    }

    private void cell(PdfPTable row, String text, Font font) {
        String clipped = text.length() <= CELL_CHARS_MAX ? text : text.substring(0, CELL_CHARS_MAX - 1) + "…";
        row.addCell(cell(new Phrase(fonts.printable(clipped), font)));
    }

    private static PdfPCell cell(Phrase phrase) {
        PdfPCell cell = new PdfPCell(phrase);
        cell.setLeading(0, LEADING);
        cell.setBorder(Rectangle.BOTTOM);
        cell.setBorderWidth(0.5f);
        cell.setBorderColor(EDGE);
        cell.setPadding(PADDING_PT);
        // A line has its room above the letters.
        cell.setPaddingTop(PADDING_PT - 2);
        cell.setPaddingBottom(PADDING_PT + 1.4f);
        return cell;
    }

    private static float[] shares() {
        float[] shares = new float[COLUMNS.size()];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = COLUMNS.get(i).share();
        }
        return shares;
    }

    /** The document closes what it writes to; who gave it decides that. */
    private static final class StaysOpen extends FilterOutputStream {
        StaysOpen(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
