package portvakt.server.web.export;

import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.dhatim.fastexcel.BorderSide;
import org.dhatim.fastexcel.BorderStyle;
import org.dhatim.fastexcel.PaperSize;
import org.dhatim.fastexcel.Position;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.openpdf.text.Document;
import org.openpdf.text.DocumentException;
import org.openpdf.text.ExceptionConverter;
import org.openpdf.text.Font;
import org.openpdf.text.PageSize;
import org.openpdf.text.Paragraph;
import org.openpdf.text.Phrase;
import org.openpdf.text.Rectangle;
import org.openpdf.text.pdf.PdfName;
import org.openpdf.text.pdf.PdfPCell;
import org.openpdf.text.pdf.PdfPTable;
import org.openpdf.text.pdf.PdfString;
import org.openpdf.text.pdf.PdfWriter;
import portvakt.server.web.view.SiteListView.Row;
import portvakt.server.web.view.SiteListView.Sheet;

/** The site's list as a document to be handed over: what the law asks for, who is on it now, when it was made and by whom. */
public final class SiteListFile {

    private static final Color INK = new Color(0x12, 0x18, 0x1D);
    private static final Color SOFT = new Color(0x47, 0x50, 0x59);
    private static final Color EDGE = new Color(0xC3, 0xC9, 0xCF);
    private static final Color HEAD_GROUND = new Color(0xDC, 0xE6, 0xEE);
    private static final float MARGIN_PT = 30;
    private static final float FOOT_PT = 22;
    private static final float SIZE_PT = 8.5f;

    /** Key of the words above it, share of a page's width, width in a sheet's characters. */
    private record Column(String key, float share, double width) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("site-list.name", 140, 30),
            new Column("site-list.birthDate", 64, 14),
            new Column("site-list.employer", 150, 30),
            new Column("site-list.organisationNumber", 78, 20),
            new Column("site-list.engagement", 70, 16),
            new Column("site-list.hirer", 170, 40),
            new Column("site-list.cardNumber", 74, 18));

    private final Sheet sheet;
    private final List<String> made;

    /** @param made when, by whom, and who has checked it, a sentence each */
    public SiteListFile(Sheet sheet, List<String> made) {
        this.sheet = sheet;
        this.made = List.copyOf(made);
    }

    private List<String> facts() {
        List<String> facts = new ArrayList<>();
        String none = sheet.text("site-list.not-given");
        facts.add(sheet.text("site-list.site") + ": " + sheet.title());
        facts.add(sheet.text("site-list.address") + ": " + sheet.address().orElse(none));
        facts.add(sheet.text("site-list.client") + ": " + sheet.client().orElse(none));
        sheet.ended().ifPresent(facts::add);
        return facts;
    }

    private String title() {
        return sheet.text("site-list.title-of", sheet.title());
    }

    private static List<String> cells(Row row) {
        return List.of(
                row.marks().isEmpty() ? row.name() : row.name() + " (" + String.join("; ", row.marks()) + ")",
                row.born(),
                row.employer(),
                row.organisation(),
                row.engagement(),
                row.hirer().orElse(""),
                row.card());
    }

    /** A4 across, the head of the table on each page, the font embedded. Leaves the stream open. */
    public void pdf(OutputStream out) throws IOException {
        PdfFont fonts = new PdfFont();
        Font plain = new Font(fonts.regular(), SIZE_PT, Font.NORMAL, INK);
        Font strong = new Font(fonts.bold(), SIZE_PT, Font.NORMAL, INK);
        Font soft = new Font(fonts.regular(), SIZE_PT, Font.NORMAL, SOFT);
        Document document = new Document(
                new Rectangle(PageSize.A4.getHeight(), PageSize.A4.getWidth()),
                MARGIN_PT,
                MARGIN_PT,
                MARGIN_PT,
                MARGIN_PT + FOOT_PT);
        try {
            PdfWriter writer = PdfWriter.getInstance(document, out);
            writer.setCloseStream(false);
            writer.setFullCompression();
            writer.setPageEvent(new PdfFoot(
                    new FileHead(sheet.texts(), title(), sheet.address().orElse(""), made, true, false), fonts));
            document.addTitle(title());
            document.addCreator("Portvakt");
            document.open();
            writer.getExtraCatalog()
                    .put(PdfName.LANG, new PdfString(sheet.texts().language().tag()));
            document.add(new Paragraph(fonts.printable(title()), new Font(fonts.bold(), 17, Font.NORMAL, INK)));
            for (String fact : facts()) {
                document.add(new Paragraph(fonts.printable(fact), new Font(fonts.regular(), 10.5f, Font.NORMAL, INK)));
            }
            document.add(new Paragraph(fonts.printable(String.join(" ", made)), soft));
            document.add(table(fonts, plain, strong));
            document.add(new Paragraph(
                    sheet.rows().isEmpty()
                            ? sheet.text("site-list.none")
                            : sheet.text("site-list.count", sheet.rows().size()),
                    soft));
            document.close();
        } catch (DocumentException | ExceptionConverter e) {
            throw new IOException("the list cannot be written as a document", e);
        }
    }

    private PdfPTable table(PdfFont fonts, Font plain, Font strong) throws DocumentException {
        float[] shares = new float[COLUMNS.size()];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = COLUMNS.get(i).share();
        }
        PdfPTable table = new PdfPTable(shares);
        table.setWidthPercentage(100);
        table.setSpacingBefore(10);
        table.setHeaderRows(1);
        for (Column column : COLUMNS) {
            PdfPCell cell = cell(fonts.printable(sheet.text(column.key())), strong);
            cell.setBackgroundColor(HEAD_GROUND);
            table.addCell(cell);
        }
        for (Row row : sheet.rows()) {
            List<String> cells = cells(row);
            for (int i = 0; i < cells.size(); i++) {
                table.addCell(cell(fonts.printable(cells.get(i)), i == 0 ? strong : plain));
            }
        }
        return table;
    }

    private static PdfPCell cell(String text, Font font) {
        PdfPCell cell = new PdfPCell(new Phrase(text, font));
        cell.setLeading(0, 1.28f);
        cell.setPadding(3.2f);
        cell.setBorder(Rectangle.BOTTOM);
        cell.setBorderColor(EDGE);
        return cell;
    }

    /** A workbook of texts: numbers of cards and firms keep their zeros. */
    public void xlsx(OutputStream out) throws IOException {
        Workbook book = new Workbook(out, "Portvakt", null);
        book.properties().setTitle(XlsxFile.clean(title()));
        Worksheet page = book.newWorksheet(sheet.text("site-list.title"));
        for (int i = 0; i < COLUMNS.size(); i++) {
            page.width(i, COLUMNS.get(i).width());
        }
        int row = 0;
        page.inlineString(row, 0, XlsxFile.clean(title()));
        page.style(row++, 0).bold().fontSize(14).set();
        for (String fact : facts()) {
            page.inlineString(row++, 0, XlsxFile.clean(fact));
        }
        page.inlineString(row++, 0, XlsxFile.clean(String.join(" ", made)));
        int head = ++row;
        for (int i = 0; i < COLUMNS.size(); i++) {
            page.inlineString(head, i, sheet.text(COLUMNS.get(i).key()));
            page.style(head, i)
                    .bold()
                    .fillColor("DCE6EE")
                    .borderStyle(BorderSide.BOTTOM, BorderStyle.THIN)
                    .set();
        }
        for (Row each : sheet.rows()) {
            row++;
            List<String> cells = cells(each);
            for (int i = 0; i < cells.size(); i++) {
                page.inlineString(row, i, XlsxFile.clean(cells.get(i)));
            }
        }
        page.freezePane(1, head + 1);
        page.setAutoFilter(head, 0, row, COLUMNS.size() - 1);
        page.pageOrientation("landscape");
        page.paperSize(PaperSize.A4_PAPER);
        page.setFitToPage(true);
        page.fitToWidth((short) 1);
        page.fitToHeight((short) 0);
        page.repeatRows(head);
        page.footer(sheet.text("export.page", "&P", "&N"), Position.RIGHT);
        page.finish();
        book.finish();
    }
}
