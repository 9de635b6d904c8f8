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
import org.openpdf.text.Paragraph;
import org.openpdf.text.Phrase;
import org.openpdf.text.pdf.PdfPCell;
import org.openpdf.text.pdf.PdfPTable;
import org.openpdf.text.pdf.PdfWriter;
import portvakt.server.port.LogEntry;
import portvakt.server.web.view.RowView.Outcome;

/**
 * A document to be printed and kept: A4 across, the head of the table on each page, pages numbered "3 of 12", the font embedded.
 * Rows leave memory with their page.
 */
public final class PdfFile implements RowFile {

    /** More rows than this are some 2,000 pages, which nobody leafs through: a workbook serves better. */
    public static final int ROWS_MAX = 50_000;

    private static final float MARGIN_PT = 30;
    private static final float FOOT_PT = 22;
    private static final float SIZE_PT = 8;
    private static final float PADDING_PT = 3.2f;
    private static final int FLUSH_ROWS = 50;
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

    private final FileHead head;
    private final EntryWords words;
    private final PdfFont fonts;
    private final Font plain;
    private final Font strong;
    private final Font bad;
    private final Document document;
    private final PdfPTable table;
    private long rows;

    public PdfFile(OutputStream out, FileHead head) throws IOException {
        this.head = head;
        this.words = new EntryWords(head);
        this.fonts = new PdfFont();
        this.plain = new Font(fonts.regular(), SIZE_PT, Font.NORMAL, INK);
        this.strong = new Font(fonts.bold(), SIZE_PT, Font.NORMAL, INK);
        this.bad = new Font(fonts.bold(), SIZE_PT, Font.NORMAL, BAD);
        this.document = new Document(PageSize.A4.rotate(), MARGIN_PT, MARGIN_PT, MARGIN_PT, MARGIN_PT + FOOT_PT);
        try {
            PdfWriter writer = PdfWriter.getInstance(document, new StaysOpen(out));
            writer.setFullCompression();
            writer.setPageEvent(new PdfFoot(head, fonts));
            document.addTitle(head.title() + ", " + head.asked());
            document.addCreator("Portvakt");
            document.setDocumentLanguage(head.texts().language().tag());
            document.open();
            addHead();
            this.table = table();
        } catch (DocumentException e) {
            throw new IOException("the document cannot be begun", e);
        }
    }

    @Override
    public void write(LogEntry entry) throws IOException {
        EntryWords.Words said = words.of(entry);
        boolean denied = said.outcome() == Outcome.DENIED || said.outcome() == Outcome.ALARM;
        cell(head.texts().dateAndSecond(entry.occurredAt()), plain);
        cell(words.where(entry), plain);
        cell(said.event(), denied ? bad : strong);
        cell(said.remarks(), plain);
        cell(entry.holderName().orElse(""), strong);
        cell(entry.employerName().orElse(""), plain);
        cell(said.card().or(() -> said.uid().map(uid -> "UID " + uid)).orElse(""), plain);
        cell(Long.toString(entry.id()), plain);
        rows++;
        if (rows % FLUSH_ROWS == 0) {
            add();
        }
    }

    @Override
    public void finish() throws IOException {
        table.setComplete(true);
        add();
        try {
            Font soft = new Font(fonts.regular(), SIZE_PT, Font.NORMAL, SOFT);
            paragraph(head.texts().text("export.end", rows), soft, 8);
            if (fonts.lacked()) {
                paragraph(head.texts().text("export.lacking", String.valueOf(PdfFont.LACKING)), soft, 3);
            }
            document.close();
        } catch (DocumentException | ExceptionConverter e) {
            throw new IOException("the document cannot be ended", e);
        }
    }

    private void addHead() throws DocumentException {
        paragraph(head.title(), new Font(fonts.bold(), 17, Font.NORMAL, INK), 0);
        paragraph(head.asked(), new Font(fonts.bold(), 10.5f, Font.NORMAL, INK), 4);
        paragraph(String.join(" ", head.made()), new Font(fonts.regular(), 9, Font.NORMAL, SOFT), 3);
    }

    private void paragraph(String text, Font font, float before) throws DocumentException {
        Paragraph paragraph = new Paragraph(font.getSize() * 1.25f, fonts.printable(text), font);
        paragraph.setSpacingBefore(before);
        document.add(paragraph);
    }

    private PdfPTable table() throws DocumentException {
        PdfPTable fresh = new PdfPTable(COLUMNS.size());
        float[] shares = new float[COLUMNS.size()];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = COLUMNS.get(i).share();
        }
        fresh.setWidths(shares);
        fresh.setWidthPercentage(100);
        fresh.setSpacingBefore(10);
        fresh.setSplitLate(true);
        fresh.setComplete(false);
        for (Column column : COLUMNS) {
            PdfPCell cell = cell(new Phrase(head.texts().text(column.key()), strong));
            cell.setBackgroundColor(HEAD_GROUND);
            cell.setBorderColor(SOFT);
            fresh.addCell(cell);
        }
        fresh.setHeaderRows(1);
        return fresh;
    }

    private void cell(String text, Font font) {
        table.addCell(cell(new Phrase(SIZE_PT * 1.25f, fonts.printable(text), font)));
    }

    private static PdfPCell cell(Phrase phrase) {
        PdfPCell cell = new PdfPCell(phrase);
        cell.setBorder(PdfPCell.BOTTOM);
        cell.setBorderWidth(0.5f);
        cell.setBorderColor(EDGE);
        cell.setPadding(PADDING_PT);
        cell.setPaddingBottom(PADDING_PT + 1.2f);
        return cell;
    }

    private void add() throws IOException {
        try {
            document.add(table);
        } catch (DocumentException | ExceptionConverter e) {
            throw new IOException("rows cannot be written to the document", e);
        }
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
