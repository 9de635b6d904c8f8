package portvakt.sim.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The demo as a person has it: a process of its own, its one line when it is ready, its page in a browser, its end by Ctrl-C. */
class DemoIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final File BROWSER = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private DemoProcess demo;
    private ChromeDriver browser;

    @AfterEach
    void end() {
        if (browser != null) {
            browser.quit();
        }
        if (demo != null) {
            demo.close();
        }
    }

    @Test
    void aTapStandsOnThePageWithoutReload() throws Exception {
        JsonNode file = start();
        openBrowser();
        browser.get(file.path("url").asText());
        browser.findElement(By.name("name"))
                .sendKeys(file.path("login").path("user").asText());
        browser.findElement(By.name("password"))
                .sendKeys(file.path("login").path("password").asText());
        browser.findElement(By.cssSelector("main button.primary")).click();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> !browser.findElements(By.cssSelector("#log-title")).isEmpty());
        browser.executeScript("window.notReloaded = true");

        String card = file.path("cards").path(0).path("number").asText();
        String holder = file.path("cards").path(0).path("holder").asText();
        assertThat(demo.act("gates/entrance/taps", "{\"card\":\"" + card + "\"}")
                        .path("decision")
                        .asText())
                .isEqualTo("GRANTED");
        assertThat(demo.act("gates/entrance/arm", "").path("passage").asText()).isEqualTo("TAKEN");

        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> browser.findElement(By.tagName("main")).getText().contains(holder));
        assertThat(browser.executeScript("return window.notReloaded")).isEqualTo(true);
    }

    @Test
    void theGatesDisplaysAreServed() throws Exception {
        JsonNode file = start();
        for (JsonNode gate : file.path("gates")) {
            HttpResponse<String> page = http.send(
                    HttpRequest.newBuilder(URI.create(gate.path("display").asText()))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains(gate.path("id").asText());
        }
    }

    @Test
    void aRevokedCardIsRefusedAndTheWorkbenchSaysWhy() throws Exception {
        JsonNode file = start();
        String card = file.path("cards").path(1).path("number").asText();

        JsonNode spread = demo.act("register/cards/" + card + "/status", "{\"status\":\"REVOKED\"}");
        JsonNode answer = demo.act("gates/entrance/taps", "{\"card\":\"" + card + "\"}");

        assertThat(spread.path("appliedMs").size()).isEqualTo(2);
        assertThat(answer.path("decision").asText()).isEqualTo("DENIED");
        assertThat(answer.path("reason").asText()).isEqualTo("CREDENTIAL_REVOKED");
    }

    @Test
    void aPassIsShownToTheCameraByItsCodesText() throws Exception {
        JsonNode file = start();
        HttpResponse<String> issued = http.send(
                HttpRequest.newBuilder(URI.create(file.path("api").asText() + "/sites/bjorvika/passes"))
                        .header(
                                "Authorization",
                                "Bearer " + file.path("apiToken").asText())
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"kind\":\"VISITOR\",\"validFrom\":\""
                                + Instant.now().minusSeconds(60) + "\",\"validUntil\":\""
                                + Instant.now().plusSeconds(3_600) + "\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(issued.statusCode()).as(issued.body()).isEqualTo(201);
        String code = json.readTree(issued.body()).path("code").asText();

        assertThat(demo.act("gates/entrance/taps", "{\"code\":\"" + code + "\"}")
                        .path("decision")
                        .asText())
                .isEqualTo("GRANTED");
        assertThat(demo.act("gates/exit/taps", "{\"code\":\"" + code + "0\"}")
                        .path("reason")
                        .asText())
                .isEqualTo("PASS_MALFORMED");
    }

    @Test
    void saysWhereTheWorkbenchIs() throws Exception {
        JsonNode file = start();

        assertThat(demo.output().lines())
                .contains("ready " + file.path("url").asText())
                .anySatisfy(line ->
                        assertThat(line).contains(file.path("workbenchPage").asText()));
        assertThat(file.path("workbenchPage").asText()).endsWith("/workbench");
    }

    @Test
    void theWorkbenchIsForThisMachineAndItsOwnPageOnly() throws Exception {
        URI page = URI.create(start().path("workbenchPage").asText());

        for (String path : List.of("", "/stream", "/v1", "/v1/gates/entrance")) {
            assertThat(rawGet(page, path, "Host: example.org")).as(path).startsWith("HTTP/1.1 403");
            assertThat(rawGet(page, path, "Host: localhost\r\nSec-Fetch-Site: cross-site"))
                    .as(path)
                    .startsWith("HTTP/1.1 403");
        }
        assertThat(rawGet(page, "", "Host: localhost"))
                .startsWith("HTTP/1.1 200")
                .containsIgnoringCase("Content-Security-Policy: default-src 'self';");
        for (String path : List.of("/v1/gates/entrance/power", "/v1/gates/entrance/cable", "/v1/passes", "/language")) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(page + path))
                            .header("Content-Type", "text/plain")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"on\":false,\"in\":false}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(path).isEqualTo(415);
        }
        assertThat(demo.gate("entrance").path("power").asBoolean()).isTrue();
    }

    /** The head of the answer to a request with headers that an HTTP client would not send. */
    private static String rawGet(URI page, String path, String headers) throws IOException {
        try (Socket socket = new Socket("localhost", page.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("GET " + page.getPath() + path + " HTTP/1.1\r\n" + headers
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            StringBuilder head = new StringBuilder();
            for (String line = answer.readLine(); line != null && !line.isEmpty(); line = answer.readLine()) {
                head.append(line).append('\n');
            }
            return head.toString();
        }
    }

    @Test
    void badRequestsAreToldWhatIsWrong() throws Exception {
        start();

        assertThat(demo.workbench("gates/entrance/taps", "{\"card\":\"12\"}").statusCode())
                .isEqualTo(400);
        assertThat(demo.workbench("gates/entrance/taps", "{\"cart\":\"4388261\"}")
                        .body())
                .contains("cart");
        assertThat(demo.workbench("gates/nowhere/taps", "{\"card\":\"4388261\"}")
                        .body())
                .contains("entrance");
        assertThat(demo.workbench("register/cards/4388261/status", "{\"status\":\"GONE\"}")
                        .body())
                .contains("SUSPENDED");
    }

    @Test
    void ctrlCEndsItAndASecondStartGoesOn() throws Exception {
        JsonNode first = start();
        demo.act("register/cards/4388261/status", "{\"status\":\"REVOKED\"}");
        long version = listVersion();
        demo.interrupt();

        JsonNode second = start();

        assertThat(second.path("login")).isEqualTo(first.path("login"));
        assertThat(second.path("apiToken")).isEqualTo(first.path("apiToken"));
        assertThat(listVersion()).isGreaterThanOrEqualTo(version);
        assertThat(demo.look("cards").path(0).path("status").asText())
                .as("the register remembers")
                .isEqualTo("REVOKED");
        assertThat(demo.act("gates/entrance/taps", "{\"card\":\"4388261\"}")
                        .path("reason")
                        .asText())
                .isEqualTo("CREDENTIAL_REVOKED");
    }

    private JsonNode start() throws Exception {
        demo = new DemoProcess(folder);
        return demo.file();
    }

    private long listVersion() throws IOException, InterruptedException {
        return demo.api("lists/hms-kort").path("version").asLong();
    }

    private void openBrowser() {
        assertThat(BROWSER).as("a browser: install the Debian package chromium").exists();
        assertThat(DRIVER)
                .as("its driver: install the Debian package chromium-driver")
                .exists();
        ChromeOptions options = new ChromeOptions();
        options.setBinary(BROWSER);
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + folder.resolve("profile"));
        browser = new ChromeDriver(
                new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build(), options);
    }
}
