package portvakt.server.web.export;

import java.awt.Color;
import org.openpdf.text.Document;
import org.openpdf.text.Rectangle;
import org.openpdf.text.pdf.PdfContentByte;
import org.openpdf.text.pdf.PdfPageEventHelper;
import org.openpdf.text.pdf.PdfTemplate;
import org.openpdf.text.pdf.PdfWriter;

/** The foot of each page: what the document is, and "Page 3 of 12". How many there are is filled in at the end. */
final class PdfFoot extends PdfPageEventHelper {

    private static final float SIZE_PT = 8;
    private static final Color SOFT = new Color(0x47, 0x50, 0x59);

    /** Stands for the number of pages while the text around it is placed. */
    private static final String TOTAL = "\u0001";

    private final FileHead head;
    private final PdfFont fonts;
    private PdfTemplate total;
    private int pages;
    private String behindTotal = "";

    PdfFoot(FileHead head, PdfFont fonts) {
        this.head = head;
        this.fonts = fonts;
    }

    @Override
    public void onOpenDocument(PdfWriter writer, Document document) {
        total = writer.getDirectContent().createTemplate(60, 2 * SIZE_PT);
        total.setBoundingBox(new Rectangle(0, -SIZE_PT, 60, SIZE_PT));
    }

    @Override
    public void onEndPage(PdfWriter writer, Document document) {
        pages = writer.getPageNumber();
        float left = document.leftMargin();
        float right = document.getPageSize().getWidth() - document.rightMargin();
        float y = document.bottomMargin() - 2.2f * SIZE_PT;
        String[] around =
                head.texts().text("export.page", Integer.toString(pages), TOTAL).split(TOTAL, 2);
        behindTotal = around[1];
        PdfContentByte canvas = writer.getDirectContent();
        // On the left, where it does not matter how wide the number will be that is not known yet.
        write(canvas, around[0], left, y);
        canvas.addTemplate(total, left + width(around[0]), y);
        String what = clipped(head.title() + " · " + head.asked(), right - left - 150);
        write(canvas, what, right - width(what), y);
    }

    @Override
    public void onCloseDocument(PdfWriter writer, Document document) {
        write(total, pages + behindTotal, 0, 0);
    }

    private void write(PdfContentByte canvas, String text, float x, float y) {
        canvas.beginText();
        canvas.setFontAndSize(fonts.regular(), SIZE_PT);
        canvas.setColorFill(SOFT);
        canvas.setTextMatrix(x, y);
        canvas.showText(text);
        canvas.endText();
    }

    private String clipped(String text, float room) {
        String printable = fonts.printable(text);
        if (width(printable) <= room) {
            return printable;
        }
        int length = printable.length();
        while (length > 0 && width(printable.substring(0, length) + "…") > room) {
            length--;
        }
        return printable.substring(0, length) + "…";
    }

    private float width(String text) {
        return fonts.regular().getWidthPoint(text, SIZE_PT);
    }
}
