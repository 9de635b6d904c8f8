package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.awaitility.Awaitility;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.Direction;
import portvakt.server.port.EntryLog;
import portvakt.server.port.LogEntry;
import portvakt.server.port.StorageException;

/** The log as a file is whole or visibly not, harmless in a spreadsheet, and never in memory. */
class EventExportTest {

    @TempDir
    private Path folder;

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void csvHasAHeadAndQuotesWhatHasToBe() throws Exception {
        server.row("AccessDenied", "north", 1, TestServer.NOW)
                .holder("4388261", "Ola \"Olsen\", Nordmann", "Æøå Bygg AS")
                .reason("CREDENTIAL_REVOKED")
                .commit();

        HttpResponse<String> response = export("", "site-manager");

        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/csv; charset=utf-8");
        assertThat(response.headers().firstValue("Content-Disposition"))
                .hasValue("attachment; filename=\"portvakt-events.csv\"");
        assertThat(response.body())
                .startsWith("id,site,gate,sequence,occurredAt,")
                .contains("\"Ola \"\"Olsen\"\", Nordmann\"");
        CSVRecord row = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get()
                .parse(new java.io.StringReader(response.body()))
                .getRecords()
                .getFirst();
        assertThat(row.get("occurredAt")).isEqualTo("2026-11-24T05:55:00Z");
        assertThat(row.get("employerName")).isEqualTo("Æøå Bygg AS");
        assertThat(row.get("cardNumber")).isEqualTo("4388261");
        assertThat(row.get("grantedSequence")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"=1+1, '''=1+1'", "+47, '''+47'", "-1, '''-1'", "@A1, '''@A1'", "Ola, Ola", "a=b, a=b"})
    void aNameIsNeverAFormula(String name, String cell) throws Exception {
        server.row("AccessDenied", "north", 1, TestServer.NOW)
                .holder("4388261", name, "Bygg AS")
                .commit();

        assertThat(export("", "site-manager").body()).contains(",4388261,," + cell + ",Bygg AS,");
    }

    @Test
    void jsonLinesAreEventsAsThePagesHaveThem() throws Exception {
        server.row("AccessDenied", "north", 1, TestServer.NOW)
                .holder("4388261", "=1+1", "Bygg AS")
                .commit();
        server.row("AccessTaken", "south", 2, TestServer.NOW).commit();

        List<String> lines = export("?format=jsonl&gate=north", "site-manager")
                .body()
                .lines()
                .toList();

        assertThat(lines).hasSize(1);
        JsonNode page = server.api("/api/v1/events?gate=north").path("events").get(0);
        assertThat(Json.MAPPER.readTree(lines.getFirst())).isEqualTo(page);
    }

    @Test
    void aGuardSeesNoWholeNumbers() throws Exception {
        server.row("AccessDenied", "north", 1, TestServer.NOW)
                .holder("4388261", "Ola", "Bygg AS")
                .commit();
        server.row("AccessDenied", "north", 2, TestServer.NOW)
                .uid("04a1b2c3d4e5f6")
                .commit();

        for (String format : List.of("csv", "jsonl")) {
            assertThat(export("?format=" + format, "guard").body())
                    .contains("43***61", "04**********f6")
                    .doesNotContain("4388261", "04a1b2c3d4e5f6");
        }
        assertThat(export("?card=4388261", "guard").statusCode()).isEqualTo(403);
    }

    /** In the caller's language, by the wall's clock in Oslo. */
    @Test
    void aWorkbookComesStraightFromTheApi() throws Exception {
        server.row("AccessDenied", "north", 1, TestServer.NOW)
                .holder("4388261", "=1+1", "Bygg AS")
                .commit();

        HttpResponse<InputStream> response =
                open("?format=xlsx&kind=AccessDenied&from=2026-10-31T23:00:00Z&to=2026-11-30T23:00:00Z");

        assertThat(response.headers().firstValue("Content-Type")).hasValue(ExportFormat.XLSX.mediaType());
        assertThat(response.headers().firstValue("Content-Disposition"))
                .hasValue("attachment; filename=\"portvakt-events.xlsx\"");
        try (InputStream body = response.body();
                ReadableWorkbook book = new ReadableWorkbook(body)) {
            List<Row> rows = book.getFirstSheet().read();
            assertThat(rows.get(0).getCellText(0)).isEqualTo("Passeringslogg for Bjørvika");
            assertThat(rows.get(1).getCellText(0)).isEqualTo("1.–30. november 2026 · Avvist");
            assertThat(rows.get(2).getCellText(0))
                    .isEqualTo("Laget 24. november 2026 06:55 av kari. Klokkeslett gjelder Europe/Oslo.");
            assertThat(rows.getLast().getCellAsDate(0)).hasValue(LocalDateTime.parse("2026-11-24T06:55"));
            assertThat(rows.getLast().getCellText(6)).isEqualTo("=1+1");
        }
    }

    @Test
    void aDocumentComesStraightFromTheApiWithMaskedNumbers() throws Exception {
        server.row("AccessDenied", "north", 1, TestServer.NOW)
                .holder("4388261", "Ola", "Bygg AS")
                .commit();

        HttpResponse<byte[]> response = server.client.send(
                server.request(EventExport.PATH + "?format=pdf")
                        .header("Cookie", server.session("vakt", "guard"))
                        .header("Accept-Language", "en")
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());

        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/pdf");
        try (PDDocument document = Loader.loadPDF(response.body())) {
            assertThat(new PDFTextStripper().getText(document))
                    .contains(
                            "Entry log of Bjørvika", "All entries", "Card numbers are masked.", "43***61", "One entry.")
                    .doesNotContain("4388261");
        }
    }

    @Test
    void anUnknownFormatIsNamedWithThoseThatThereAre() throws Exception {
        HttpResponse<String> response = export("?format=xls", "site-manager");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("csv, jsonl, xlsx, pdf");
        assertThat(server.get("/openapi").body()).contains("enum: [csv, jsonl, xlsx, pdf]");
    }

    /** Rows that a log makes up when they are asked for: how many there are costs no memory, and it counts its pages. */
    private static final class EndlessLog {
        private long failAt = Long.MAX_VALUE;

        EntryLog.Page page(EntryLog.Cursor cursor, int limit) {
            long from = cursor.id();
            if (from >= failAt) {
                throw new StorageException("gone", null);
            }
            List<LogEntry> some = LongStream.rangeClosed(from + 1, from + limit)
                    .mapToObj(EventExportTest::row)
                    .toList();
            return new EntryLog.Page(some, Optional.of(some.getLast().id()));
        }
    }

    static LogEntry row(long id) {
        Optional<String> none = Optional.empty();
        return new LogEntry(
                id,
                "bjorvika",
                "north",
                id,
                TestServer.NOW,
                TestServer.NOW,
                "SYNCHRONISED",
                Direction.IN,
                "RequestToExit",
                none,
                List.of(),
                none,
                none,
                none,
                none,
                none,
                none,
                Optional.empty(),
                none,
                Optional.empty(),
                Optional.empty(),
                none);
    }

    private EndlessLog endless(long newest) {
        EndlessLog endless = new EndlessLog();
        server.log.commit(row(newest));
        server.log.instead = endless::page;
        return endless;
    }

    @Test
    void manyRowsAreReadPageByPage() throws Exception {
        endless(300_000);

        HttpResponse<InputStream> response = open("");
        long rows = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String head = lines.readLine();
            assertThat(head).startsWith("id,");
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                rows++;
                assertThat(line).startsWith(rows + ",");
            }
        }

        // The log goes on for ever; the export ends where it ended at the start.
        assertThat(rows).isEqualTo(300_000);
        assertThat(server.log.pages).hasValue(301);
    }

    @Test
    void aCallerWhoLeavesEndsTheWork() throws Exception {
        endless(Long.MAX_VALUE - 1);

        try (InputStream body = open("").body()) {
            assertThat(body.readNBytes(1_000)).hasSize(1_000);
        }

        Instant[] still = {Instant.now()};
        int[] seen = {0};
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            int now = server.log.pages.get();
            if (now != seen[0]) {
                seen[0] = now;
                still[0] = Instant.now();
            }
            return Duration.between(still[0], Instant.now()).toMillis() > 1_000;
        });
    }

    @Test
    void aDatabaseThatFailsBreaksTheFileOff() throws Exception {
        endless(Long.MAX_VALUE - 1).failAt = 50_000;

        try (InputStream body = open("").body()) {
            assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
        }
    }

    private HttpResponse<String> export(String query, String role) throws Exception {
        return server.get(EventExport.PATH + query, "Cookie", server.session("kari", role));
    }

    private HttpResponse<InputStream> open(String query) throws Exception {
        return server.client.send(
                server.request(EventExport.PATH + query)
                        .header("Cookie", server.session("kari", "site-manager"))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
    }
}
