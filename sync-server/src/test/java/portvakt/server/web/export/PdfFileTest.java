package portvakt.server.web.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;
import portvakt.server.port.LogEntry;
import portvakt.server.web.view.Texts.Language;

/** The document can be printed and read: whole pages, numbered, with every letter of the names in it, or a sign that one lacks. */
class PdfFileTest {

    private static final String[][] PEOPLE = {
        {"Åse Sørbø-Ærøy", "Fjordbygg AS"},
        {"Katarzyna Wiśniewska-Żółć", "Nordfasade AS"},
        {"Jonas Petrauskas-Šiaučiūnas", "Baltic Betong NUF"},
        {"Олександр Ґжицький-Їжакевич", "Київбуд ТОВ, avdeling Østlandet"},
        {"Anne-Grethe Christophersen-Lillebø", "Elektro Øst Entreprenør og Installasjon AS"},
    };

    private static byte[] file(Language language, boolean whole, LogEntry... rows) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PdfFile file = new PdfFile(out, Rows.head(language, whole));
        for (LogEntry row : rows) {
            file.write(row);
        }
        file.finish();
        return out.toByteArray();
    }

    private static LogEntry[] day(int rows) {
        String[] kinds = {"AccessGranted", "AccessTaken", "AccessDenied", "AccessNotTaken", "DeviceChanged"};
        LogEntry[] day = new LogEntry[rows];
        for (int i = 0; i < rows; i++) {
            String[] person = PEOPLE[i % PEOPLE.length];
            day[i] = Rows.row(i + 1L, kinds[i * 7 % kinds.length], person[0], person[1]);
        }
        return day;
    }

    private static String text(PDDocument document, int page) throws IOException {
        PDFTextStripper stripper = new PDFTextStripper();
        stripper.setSortByPosition(true);
        stripper.setStartPage(page);
        stripper.setEndPage(page);
        return stripper.getText(document);
    }

    @Test
    void pagesAreNumberedAndEachHasTheHead() throws IOException {
        try (PDDocument document = Loader.loadPDF(file(Language.EN, true, day(120)))) {
            int pages = document.getNumberOfPages();
            assertThat(pages).isBetween(3, 8);
            assertThat(document.getPage(0).getMediaBox().getWidth()).isBetween(841f, 843f);
            assertThat(document.getPage(0).getMediaBox().getHeight()).isBetween(594f, 596f);
            for (int page = 1; page <= pages; page++) {
                assertThat(text(document, page))
                        .containsPattern("Page " + page + " of\\s*" + pages)
                        .contains("Entry log of Bjørvika")
                        .contains("What happened");
            }
            assertThat(text(document, 1)).contains("1–30 November 2026 · Denied", "Times are those of Europe/Oslo");
            assertThat(text(document, pages)).contains("120 entries. End of the list.");
            assertThat(document.getDocumentCatalog().getLanguage()).isEqualTo("en");
            Path pictures = Files.createDirectories(Path.of("target", "console"));
            for (int page : new int[] {0, pages - 1}) {
                BufferedImage picture = new PDFRenderer(document).renderImageWithDPI(page, 110);
                assertThat(ImageIO.write(
                                picture,
                                "png",
                                pictures.resolve("export-page-" + (page + 1) + ".png")
                                        .toFile()))
                        .isTrue();
            }
        }
    }

    /** Each row once, in order: none is lost where a page ends. */
    @Test
    void noRowIsLostBetweenPages() throws IOException {
        try (PDDocument document = Loader.loadPDF(file(Language.NB, true, day(333)))) {
            StringBuilder all = new StringBuilder();
            for (int page = 1; page <= document.getNumberOfPages(); page++) {
                all.append(text(document, page));
            }
            assertThat(Pattern.compile("2026-11-24 \\d\\d:\\d\\d:\\d\\d")
                            .matcher(all)
                            .results())
                    .hasSize(333);
            // The last row that stands on a page is followed by the first of the next one.
            assertThat(Pattern.compile("0388261 (\\d+)")
                            .matcher(all)
                            .results()
                            .map(found -> Integer.parseInt(found.group(1))))
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, 333).boxed().toList());
        }
    }

    @Test
    void namesOfAllTradesAreLegible() throws IOException {
        try (PDDocument document = Loader.loadPDF(file(Language.NB, true, day(5)))) {
            String text = text(document, 1).replaceAll("\\s+", " ");
            assertThat(text)
                    .contains(
                            "Åse Sørbø-Ærøy", "Wiśniewska-", "Żółć", "Šiaučiūnas", "Олександр", "Ґжицький", "Їжакевич")
                    .contains("Side 1 av")
                    .doesNotContain("□");
            for (PDPage page : document.getPages()) {
                for (COSName name : page.getResources().getFontNames()) {
                    PDFont font = page.getResources().getFont(name);
                    assertThat(font.isEmbedded()).as(font.getName()).isTrue();
                }
            }
        }
    }

    @Test
    void aCharacterThatTheFontLacksIsMarkedAndExplained() throws IOException {
        try (PDDocument document =
                Loader.loadPDF(file(Language.EN, true, Rows.row(1, "AccessDenied", "王 \u0000Ola", "Bygg AS")))) {
            assertThat(text(document, 1)).contains("□ □Ola", "□ stands for a character");
        }
    }

    @Test
    void masksNumbersForWhoMayNotSeeThem() throws IOException {
        try (PDDocument document = Loader.loadPDF(file(Language.EN, false, day(3)))) {
            assertThat(text(document, 1)).contains("03***61").doesNotContain("0388261", "04a1b2c3d4e5f6");
        }
    }

    /** A chip, or somebody's remark, may be as long as it likes. */
    @Test
    void aRowIsNeverHigherThanAPage() throws IOException {
        String endless = "Ærlig talt en lang tekst uten ende ".repeat(200);
        try (PDDocument document = Loader.loadPDF(file(
                Language.EN,
                true,
                Rows.row(1, "AccessDenied", endless, endless),
                Rows.row(2, "AccessDenied", "W".repeat(5_000), "Bygg AS")))) {
            assertThat(document.getNumberOfPages()).isLessThanOrEqualTo(3);
            StringBuilder all = new StringBuilder();
            for (int page = 1; page <= document.getNumberOfPages(); page++) {
                all.append(text(document, page));
            }
            assertThat(all).contains("…", "2 entries. End of the list.");
        }
    }

    @Test
    void aListWithoutRowsSaysSo() throws IOException {
        try (PDDocument document = Loader.loadPDF(file(Language.EN, true))) {
            assertThat(text(document, 1)).contains("No entry matches. End of the list.", "Page 1 of");
        }
    }
}
