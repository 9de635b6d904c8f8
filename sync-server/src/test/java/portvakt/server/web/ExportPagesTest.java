package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.server.port.EntryLog;
import portvakt.server.web.export.ExportJobs;
import portvakt.server.web.export.PdfFile;

/** An export by a form: begun, watched, fetched once by who began it, and refused in plain words where it cannot be. */
class ExportPagesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private TestServer server;
    private String kari;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        kari = server.session("kari", "site-manager");
        server.row("AccessDenied", "north", 1, TestServer.NOW)
                .holder("4388261", "=Ola", "Bygg AS")
                .reason("CREDENTIAL_REVOKED")
                .commit();
        server.row("AccessGranted", "south", 2, TestServer.NOW)
                .holder("7654321", "Kari Berg", "Stillas AS")
                .commit();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> begin(String session, String query, String format) throws Exception {
        // As the page has it; the page itself might wait for the log.
        String token = FormToken.of(session.substring("portvakt=".length()));
        return server.post(ExportPages.PATH + query, session, Map.of(FormToken.FIELD, token, "format", format));
    }

    private String begun(String session, String query, String format) throws Exception {
        HttpResponse<String> answer = begin(session, query, format);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        return answer.headers().firstValue("Location").orElseThrow();
    }

    private HttpResponse<String> english(String path, String session) throws Exception {
        return server.get(path, "Cookie", session, "Accept-Language", "en");
    }

    private String ready(String session, String query, String format) throws Exception {
        String url = begun(session, query, format);
        await().atMost(PATIENCE)
                .until(() -> english(url + "/part", session).body().contains("data-state=\"ready\""));
        return url;
    }

    private HttpResponse<byte[]> file(String url, String session) throws Exception {
        return server.client.send(
                server.request(url + "/file").header("Cookie", session).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("exports"))) {
            return files.count();
        }
    }

    /** Pages that wait for a latch, of a log without end. */
    private CountDownLatch stuck() {
        CountDownLatch latch = new CountDownLatch(1);
        server.log.instead = (cursor, limit) -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return new EntryLog.Page(List.of(), Optional.empty());
        };
        return latch;
    }

    @Test
    void aWorkbookIsMadeFetchedOnceAndForgotten() throws Exception {
        String url = ready(kari, "?gate=north", "xlsx");
        assertThat(english(url, kari).body()).contains("One entry.", "Download (", "href=\"/log?gate=north\"");

        HttpResponse<byte[]> file = file(url, kari);
        assertThat(file.headers().firstValue("Content-Disposition"))
                .hasValue("attachment; filename=\"portvakt-2026-11-24-0655.xlsx\"");
        assertThat(file.headers().firstValue("Content-Length")).hasValue(String.valueOf(file.body().length));
        try (ReadableWorkbook book = new ReadableWorkbook(new java.io.ByteArrayInputStream(file.body()))) {
            Row row = book.getFirstSheet().read().getLast();
            assertThat(row.getCellText(6)).isEqualTo("=Ola");
            assertThat(row.getCellText(8)).isEqualTo("4388261");
        }

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(english(url + "/part", kari).body())
                        .contains("Downloaded. The file has been deleted from the server."));
        assertThat(files()).isZero();
        assertThat(file(url, kari).statusCode()).isEqualTo(404);
    }

    @Test
    void aGuardGetsMaskedNumbersAndMayNotAskByOne() throws Exception {
        String guard = server.session("vakt", "guard");

        for (String format : List.of("csv", "jsonl", "pdf")) {
            String url = ready(guard, "", format);
            byte[] body = file(url, guard).body();
            String text = new String(body, StandardCharsets.UTF_8);
            if (format.equals("pdf")) {
                try (PDDocument document = Loader.loadPDF(body)) {
                    text = new PDFTextStripper().getText(document);
                }
                assertThat(text).contains("Kortnumre er skjult.");
            }
            assertThat(text).contains("43***61").doesNotContain("4388261");
            await().atMost(PATIENCE).until(() -> files() == 0);
        }
        assertThat(begin(guard, "?card=4388261", "csv").statusCode()).isNotEqualTo(303);
        assertThat(files()).isZero();
    }

    @Test
    void itIsTheSessionsAlone() throws Exception {
        String url = ready(kari, "", "csv");

        for (String other : List.of(server.session("kari", "site-manager"), server.session("vakt", "guard"))) {
            for (String path : List.of(url, url + "/part", url + "/file")) {
                assertThat(server.get(path, "Cookie", other).statusCode()).isEqualTo(404);
            }
            String token =
                    TestServer.formToken(server.get("/log", "Cookie", other).body());
            assertThat(server.post(url + "/cancel", other, Map.of(FormToken.FIELD, token))
                            .statusCode())
                    .isEqualTo(404);
        }
        assertThat(server.get(url + "/file").statusCode()).isEqualTo(303);
        assertThat(file(url, kari).statusCode()).isEqualTo(200);
    }

    @Test
    void isCancelledAndAForgedFormDoesNothing() throws Exception {
        CountDownLatch latch = stuck();
        String url = begun(kari, "", "xlsx");
        assertThat(server.post(url + "/cancel", kari, Map.of()).statusCode()).isEqualTo(403);
        assertThat(server.post(ExportPages.PATH, kari, Map.of("format", "csv")).statusCode())
                .isEqualTo(403);
        HttpResponse<String> page = english(url, kari);
        assertThat(page.body()).contains("Reading the log", "<progress", "Cancel");
        assertThat(page.headers().firstValue("Refresh")).hasValue("2");

        HttpResponse<String> cancelled = server.post(
                url + "/cancel", kari, Map.of(FormToken.FIELD, TestServer.formToken(page.body()), "part", "1"));

        assertThat(cancelled.headers().firstValue("Location")).hasValue(url + "/part");
        assertThat(english(url + "/part", kari).body()).contains("Cancelled. Nothing is kept.");
        latch.countDown();
        await().atMost(PATIENCE).until(() -> files() == 0);
    }

    @Test
    void beyondTheLimitsItSaysWhatToDo() throws Exception {
        CountDownLatch latch = stuck();
        for (int i = 0; i < ExportJobs.RUNNING_MAX / 2; i++) {
            String session = server.session("person-" + i, "guard");
            for (int each = 0; each < ExportJobs.PER_ACCOUNT_MAX; each++) {
                begun(session, "", "csv");
            }
            HttpResponse<String> third = begin(session, "", "csv");
            assertThat(third.statusCode()).isEqualTo(409);
            assertThat(third.body()).contains("Du har allerede 2 eksporter");
        }
        String token = FormToken.of(kari.substring("portvakt=".length()));
        HttpResponse<String> ninth =
                server.post(ExportPages.PATH, kari, Map.of(FormToken.FIELD, token, "format", "csv", "part", "1"));
        assertThat(ninth.statusCode()).isEqualTo(503);
        assertThat(ninth.body())
                .contains("Serveren lager allerede 8 eksporter", "data-state=\"failed\"")
                .doesNotContain("<html");
        latch.countDown();
    }

    @Test
    void isGoneAfterAnHour() throws Exception {
        String url = ready(kari, "", "csv");

        server.now = TestServer.NOW.plus(ExportJobs.KEPT).plusSeconds(1);

        assertThat(file(url, kari).statusCode()).isEqualTo(404);
        assertThat(files()).isZero();
        assertThat(english(url + "/part", kari).body()).contains("Not downloaded within an hour");
    }

    @Test
    void aRestartLeavesNothing() throws Exception {
        ready(kari, "", "csv");
        assertThat(files()).isEqualTo(1);
        Path left = Files.writeString(folder.resolve("exports").resolve("left"), "as after a power cut");
        server.close();

        server = new TestServer(folder);

        assertThat(left).doesNotExist();
        assertThat(files()).isZero();
    }

    @Test
    void aPdfThatWouldBeTooLongIsRefusedAndSaysWhatElse() throws Exception {
        server.log.instead = (cursor, limit) -> {
            long from = cursor instanceof EntryLog.Cursor.After ? cursor.id() : 0;
            return new EntryLog.Page(
                    LongStream.rangeClosed(from + 1, from + limit)
                            .mapToObj(EventExportTest::row)
                            .toList(),
                    Optional.of(from + limit));
        };
        server.log.commit(EventExportTest.row(PdfFile.ROWS_MAX + 1));

        String url = begun(kari, "", "pdf");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(english(url + "/part", kari).body())
                        .contains("at most 50,000 entries", "choose Excel or CSV"));
        HttpResponse<String> api = server.get(EventExport.PATH + "?format=pdf", "Cookie", kari);
        assertThat(api.statusCode()).isEqualTo(400);
        assertThat(api.body()).contains("50000 rows", "Narrow the filter", "format=xlsx");
        assertThat(files()).isZero();
    }

    @Test
    void thePanelHasWhatIsUnderWayAndThePlainLinks() throws Exception {
        assertThat(english("/log", kari).body())
                .containsPattern("id=\"export\" *>")
                .contains("format=xlsx\" download", "format=pdf\" download", "format=csv\" download");

        ready(kari, "?gate=north", "csv");

        assertThat(english("/log?gate=north", kari).body())
                .containsPattern("id=\"export\" *open")
                .contains("action=\"/exports?gate=north&amp;\"", "CSV · Port: north");
    }
}
