package portvakt.server.web.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.zip.ZipFile;
import org.dhatim.fastexcel.reader.Cell;
import org.dhatim.fastexcel.reader.CellType;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.Row;
import org.dhatim.fastexcel.reader.Sheet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import portvakt.server.port.LogEntry;
import portvakt.server.web.view.Texts.Language;

/** The workbook says what was asked, has times as times and everything else as text, and goes on where a sheet is full. */
class XlsxFileTest {

    private static byte[] file(boolean whole, int sheetRowsMax, LogEntry... rows) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        XlsxFile file = new XlsxFile(out, Rows.head(Language.EN, whole), sheetRowsMax);
        for (LogEntry row : rows) {
            file.write(row);
        }
        file.finish();
        return out.toByteArray();
    }

    private static List<Row> rows(byte[] file, int sheet) throws IOException {
        try (ReadableWorkbook book = new ReadableWorkbook(new ByteArrayInputStream(file))) {
            Sheet found = book.getSheet(sheet).orElseThrow();
            return found.read();
        }
    }

    private static String part(byte[] file, String name) throws IOException {
        // By its directory, as spreadsheets read it: the writer streams, so sizes stand behind the parts.
        Path copy = Files.createTempFile("portvakt", ".xlsx");
        try {
            Files.write(copy, file);
            try (ZipFile zip = new ZipFile(copy.toFile())) {
                return new String(zip.getInputStream(zip.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8);
            }
        } finally {
            Files.delete(copy);
        }
    }

    @Test
    void saysWhatWasAskedAndFreezesTheHead() throws IOException {
        byte[] file = file(true, XlsxFile.SHEET_ROWS_MAX, Rows.row(1));

        List<Row> rows = rows(file, 0);
        assertThat(rows.get(0).getCellText(0)).isEqualTo("Entry log of Bjørvika");
        assertThat(rows.get(1).getCellText(0)).isEqualTo("1–30 November 2026 · Denied");
        assertThat(rows.get(2).getCellText(0)).contains("by kari", "Europe/Oslo");
        Row head = rows.get(rows.size() - 2);
        assertThat(head.stream().map(Cell::getText))
                .startsWith("Time", "Site", "Gate", "Direction", "What happened", "Reason", "Name", "Employer");
        assertThat(part(file, "xl/worksheets/sheet1.xml"))
                .contains("ySplit=\"5\"", "state=\"frozen\"", "<autoFilter ref=\"A5:Q6\"", "orientation=\"landscape\"");
    }

    /** 05:55:11 UTC is 06:55:11 in Oslo in winter. */
    @Test
    void hasTimesAsTimesOfTheZoneAndNumbersAsText() throws IOException {
        Row row = rows(file(true, XlsxFile.SHEET_ROWS_MAX, Rows.row(1)), 0).getLast();

        assertThat(row.getCell(0).getType()).isEqualTo(CellType.NUMBER);
        assertThat(row.getCellAsDate(0)).hasValue(LocalDateTime.parse("2026-11-24T06:55:11"));
        assertThat(row.getCellText(4)).isEqualTo("Denied");
        assertThat(row.getCell(8).getType()).isEqualTo(CellType.STRING);
        assertThat(row.getCellText(8)).isEqualTo("0388261");
        assertThat(row.getCellText(9)).isEqualTo("04a1b2c3d4e5f6");
        assertThat(row.getCellAsNumber(15).orElseThrow().longValueExact()).isEqualTo(101);
        assertThat(row.getCellAsNumber(16).orElseThrow().longValueExact()).isEqualTo(1);
    }

    @Test
    void masksNumbersForWhoMayNotSeeThem() throws IOException {
        byte[] file = file(false, XlsxFile.SHEET_ROWS_MAX, Rows.row(1));

        assertThat(part(file, "xl/worksheets/sheet1.xml"))
                .contains("03***61", "04**********f6")
                .doesNotContain("0388261", "04a1b2c3d4e5f6");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+47", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"})
    void aNameIsNeverAFormula(String name) throws IOException {
        byte[] file = file(true, XlsxFile.SHEET_ROWS_MAX, Rows.row(1, "AccessDenied", name, name));

        assertThat(part(file, "xl/worksheets/sheet1.xml")).doesNotContain("<f>");
        Row row = rows(file, 0).getLast();
        assertThat(row.getCell(6).getType()).isEqualTo(CellType.STRING);
        assertThat(row.getCellText(6)).isEqualTo(name);
    }

    @Test
    void aNameThatXmlForbidsLeavesTheFileReadable() throws IOException {
        byte[] file = file(
                true,
                XlsxFile.SHEET_ROWS_MAX,
                Rows.row(1, "AccessDenied", "Ola\u0000\u000B\uFFFE <&>\"' \uD83D\uDE00\uD800", "x".repeat(40_000)));

        Row row = rows(file, 0).getLast();
        assertThat(row.getCellText(6)).isEqualTo("Ola\uFFFD\uFFFD\uFFFD <&>\"' \uD83D\uDE00\uFFFD");
        assertThat(row.getCellText(7)).hasSize(32_767).endsWith("x…");
    }

    /** With seven rows a sheet, five of them above the entries, five entries take three sheets. */
    @Test
    void goesOnInAFurtherSheet() throws IOException {
        byte[] file = file(true, 7, Rows.row(1), Rows.row(2), Rows.row(3), Rows.row(4), Rows.row(5));

        try (ReadableWorkbook book = new ReadableWorkbook(new ByteArrayInputStream(file))) {
            assertThat(book.getSheets().map(Sheet::getName)).containsExactly("Entry log", "Entry log 2", "Entry log 3");
        }
        assertThat(rows(file, 1).getFirst().getCellText(0)).isEqualTo("Entry log of Bjørvika, continued (sheet 2)");
        assertThat(ids(file, 0)).containsExactly(1L, 2L);
        assertThat(ids(file, 1)).containsExactly(3L, 4L);
        assertThat(ids(file, 2)).containsExactly(5L);
    }

    private static List<Long> ids(byte[] file, int sheet) throws IOException {
        return rows(file, sheet).stream()
                .filter(row -> row.getRowNum() > 5)
                .map(row -> row.getCellAsNumber(16).orElseThrow().longValueExact())
                .toList();
    }

    @Test
    void aSheetHasNoMoreRowsThanTheFormat() {
        assertThat(XlsxFile.SHEET_ROWS_MAX).isEqualTo(1_048_576);
        assertThatThrownBy(() -> new XlsxFile(
                        new ByteArrayOutputStream(), Rows.head(Language.EN, true), XlsxFile.SHEET_ROWS_MAX + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
