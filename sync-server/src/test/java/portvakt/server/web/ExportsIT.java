package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
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
import org.openqa.selenium.By;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;
import portvakt.server.port.EntryLog;
import portvakt.server.port.LogEntry;

/** The export in a real browser: what was searched for comes as a file with the same rows, and the wait for it can be seen. */
class ExportsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private Path downloads;
    private TestServer server;
    private ChromeDriver browser;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(folder);
        new SampleDay(server).commit();
        downloads = Files.createDirectory(folder.resolve("downloads"));
        browser = TestBrowser.chromium(
                folder.resolve("profile"),
                Map.of("intl.accept_languages", "en-GB,en", "download.default_directory", downloads.toString()),
                "--window-size=1280,1400");
        browser.get(server.uri("/").toString());
        browser.findElement(By.id("name")).sendKeys("kari");
        browser.findElement(By.id("password")).sendKeys(TestServer.PASSWORD);
        browser.findElement(By.cssSelector("form.stack button")).click();
        await().atMost(PATIENCE).until(() -> !browser.findElements(By.id("log")).isEmpty());
    }

    @AfterEach
    void stop() {
        if (browser != null) {
            browser.quit();
        }
        server.close();
    }

    private void press(String css) {
        browser.findElement(By.cssSelector(css)).click();
    }

    private String text(String css) {
        return browser.findElement(By.cssSelector(css)).getText();
    }

    private void awaitText(String css, String... texts) {
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(WebDriverException.class)
                .untilAsserted(() -> assertThat(text(css)).contains(texts));
    }

    private void openPanel(String address) {
        browser.get(server.uri(address).toString());
        press("#export summary");
    }

    private Path download(String suffix) throws IOException {
        press(".export-job.ready .download");
        awaitText(".export-job.over .figures", "Downloaded. The file has been deleted from the server.");
        await().atMost(PATIENCE).until(() -> found(suffix).isPresent());
        return found(suffix).orElseThrow();
    }

    private Optional<Path> found(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(downloads)) {
            return files.filter(file -> file.toString().endsWith(suffix)).findFirst();
        }
    }

    private List<List<String>> byTheApi(String query) throws Exception {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode event : server.api("/api/v1/events?after=0&" + query).path("events")) {
            rows.add(List.of(
                    event.path("id").asText(),
                    event.path("gate").asText(),
                    event.path("holderName").asText(),
                    event.path("employerName").asText(),
                    event.path("cardNumber").asText(),
                    event.path("sequence").asText()));
        }
        return rows;
    }

    @Test
    void aSearchComesAsAWorkbookWithTheSameRows() throws Exception {
        browser.get(server.uri("/log").toString());
        press("#search-kind option[value=AccessDenied]");
        press(".search .primary");
        await().atMost(PATIENCE).until(() -> browser.getCurrentUrl().contains("kind=AccessDenied"));
        press("#export summary");
        press("#export-form .primary");
        awaitText("#exports .ready", "Excel · Denied", "Download (");
        assertThat(browser.findElement(By.id("export-say")).getDomProperty("textContent"))
                .contains("The file is deleted once you have downloaded it");

        List<List<String>> rows = new ArrayList<>();
        try (ReadableWorkbook book = new ReadableWorkbook(download(".xlsx").toFile())) {
            for (Row row : book.getFirstSheet().read()) {
                if (row.getRowNum() > 5) {
                    rows.add(List.of(
                            row.getCellRawValue(16).orElseThrow(),
                            row.getCellText(2),
                            row.getCellText(6),
                            row.getCellText(7),
                            row.getCellText(8),
                            row.getCellRawValue(15).orElseThrow()));
                }
            }
        }

        assertThat(rows).isNotEmpty().isEqualTo(byTheApi("kind=AccessDenied"));
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
    }

    @Test
    void aPdfHasTheSameRows() throws Exception {
        openPanel("/log?gate=north");
        press("input[value=pdf]");
        press("#export-form .primary");
        awaitText("#exports .ready", "PDF · Gate: north");

        try (PDDocument document = Loader.loadPDF(download(".pdf").toFile())) {
            PDFTextStripper stripper = new PDFTextStripper();
            stripper.setSortByPosition(true);
            String text = stripper.getText(document);
            List<List<String>> rows = byTheApi("gate=north");
            assertThat(text)
                    .contains("Entry log of Bjørvika", "Gate: north", rows.size() + " entries. End of the list.");
            assertThat(rows).allSatisfy(row -> assertThat(text).contains(row.get(4)));
        }
    }

    /** A log whose pages come one at a time, when the test says so. */
    private Semaphore slowly(long rows) {
        Semaphore pages = new Semaphore(0);
        server.log.commit(EventExportTest.row(rows));
        server.log.instead = (cursor, limit) -> {
            if (!(cursor instanceof EntryLog.Cursor.After) || limit < EntryLog.LIMIT_MAX) {
                return new EntryLog.Page(List.of(EventExportTest.row(rows)), Optional.empty());
            }
            if (cursor.id() > 0) {
                pages.acquireUninterruptibly();
            }
            long until = Math.min(rows, cursor.id() + limit);
            List<LogEntry> page = new ArrayList<>();
            for (long id = cursor.id() + 1; id <= until; id++) {
                page.add(EventExportTest.row(id));
            }
            return new EntryLog.Page(page, until < rows ? Optional.of(until) : Optional.empty());
        };
        return pages;
    }

    @Test
    void theWaitIsSeenHeardAndCanBeEnded() throws Exception {
        Semaphore pages = slowly(40_000);
        openPanel("/log?gate=north");
        press("#export-form .primary");
        awaitText("#exports .running .figures", "1,000 of about 40,000 entries written");
        pages.release(19);
        awaitText("#exports .running .figures", "20,000 of about 40,000 entries written");
        var bar = browser.findElement(By.cssSelector("#exports progress"));
        assertThat(bar.getDomProperty("value")).isEqualTo("20000");
        assertThat(bar.getDomProperty("max")).isEqualTo("40000");
        assertThat(bar.getDomAttribute("aria-label")).isEqualTo("Excel · Gate: north");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                browser.findElement(By.id("export-say")).getDomProperty("textContent"))
                        .contains("of about 40,000 entries written"));
        for (String scheme : List.of("light", "dark")) {
            for (boolean phone : List.of(true, false)) {
                look(scheme, phone, "export-running");
            }
        }

        press("#exports .running button");
        awaitText("#exports .over .figures", "Cancelled. Nothing is kept.");
        pages.release(1_000);
        await().atMost(PATIENCE).until(() -> {
            try (Stream<Path> left = Files.list(folder.resolve("exports"))) {
                return left.findAny().isEmpty();
            }
        });
        press("#export-form .primary");
        awaitText("#exports .ready", "40,000 entries.", "MB)");
        press("input[value=csv]");
        press("#export-form .primary");
        await().atMost(PATIENCE)
                .until(() ->
                        browser.findElements(By.cssSelector("#exports .ready")).size() == 2);
        press("#export-form .primary");
        awaitText("#exports .failed .figures", "You have 2 exports already");
        for (String scheme : List.of("light", "dark")) {
            for (boolean phone : List.of(true, false)) {
                look(scheme, phone, "export-ready");
            }
        }
    }

    /** It stays there when the page is loaded anew, and goes on. */
    @Test
    void aReloadFindsItAgain() throws Exception {
        Semaphore pages = slowly(5_000);
        openPanel("/log?gate=north");
        press("#export-form .primary");
        awaitText("#exports .running .figures", "1,000 of about 5,000 entries written");

        browser.get(server.uri("/log?gate=north").toString());
        awaitText("#exports .running .figures", "1,000 of about 5,000 entries written");
        pages.release(1_000);

        awaitText("#exports .ready", "5,000 entries.");
    }

    private void look(String scheme, boolean phone, String name) throws IOException {
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        phone ? 390 : 1280,
                        "height",
                        phone ? 844 : 800,
                        "deviceScaleFactor",
                        1,
                        "mobile",
                        phone));
        Path picture = Files.createDirectories(Path.of("target", "console"))
                .resolve(name + (phone ? "-phone-" : "-desktop-") + scheme + ".png");
        Object whole = browser.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true))
                .get("data");
        Files.write(picture, Base64.getDecoder().decode(whole.toString()));
        assertThat((List<?>) browser.executeScript(ConsoleIT.TOO_FAINT))
                .as("contrast below 4.5, see %s", picture)
                .isEmpty();
        assertThat((List<?>) browser.executeScript(ConsoleIT.TOO_SMALL))
                .as("targets below 44 px, see %s", picture)
                .isEmpty();
        assertThat((Boolean) browser.executeScript(
                        "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                .as("no sideways scrolling, see %s", picture)
                .isTrue();
    }
}
