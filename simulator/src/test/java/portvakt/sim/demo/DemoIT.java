package portvakt.sim.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import portvakt.sim.site.SimulatedSite;

/** The demo as a person has it: a process of its own, its one line when it is ready, its page in a browser, its end by Ctrl-C. */
class DemoIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final File BROWSER = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private Process demo;
    private ChromeDriver browser;

    @AfterEach
    void end() {
        if (browser != null) {
            browser.quit();
        }
        if (demo != null) {
            demo.destroyForcibly();
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
        assertThat(post(file, "gates/entrance/taps", "{\"card\":\"" + card + "\"}")
                        .path("decision")
                        .asText())
                .isEqualTo("GRANTED");
        assertThat(post(file, "gates/entrance/arm", "").path("passage").asText())
                .isEqualTo("TAKEN");

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

        JsonNode spread = post(file, "register/cards/" + card + "/status", "{\"status\":\"REVOKED\"}");
        JsonNode answer = post(file, "gates/entrance/taps", "{\"card\":\"" + card + "\"}");

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

        assertThat(post(file, "gates/entrance/taps", "{\"code\":\"" + code + "\"}")
                        .path("decision")
                        .asText())
                .isEqualTo("GRANTED");
        assertThat(post(file, "gates/exit/taps", "{\"code\":\"" + code + "0\"}")
                        .path("reason")
                        .asText())
                .isEqualTo("PASS_MALFORMED");
    }

    @Test
    void badRequestsAreToldWhatIsWrong() throws Exception {
        JsonNode file = start();

        assertThat(raw(file, "gates/entrance/taps", "{\"card\":\"12\"}").statusCode())
                .isEqualTo(400);
        assertThat(raw(file, "gates/entrance/taps", "{\"cart\":\"4388261\"}").body())
                .contains("cart");
        assertThat(raw(file, "gates/nowhere/taps", "{\"card\":\"4388261\"}").body())
                .contains("entrance");
        assertThat(raw(file, "register/cards/4388261/status", "{\"status\":\"GONE\"}")
                        .body())
                .contains("SUSPENDED");
    }

    @Test
    void ctrlCEndsItAndASecondStartGoesOn() throws Exception {
        JsonNode first = start();
        post(first, "register/cards/4388261/status", "{\"status\":\"REVOKED\"}");
        long version = listVersion(first);
        interrupt();

        JsonNode second = start();

        assertThat(second.path("login")).isEqualTo(first.path("login"));
        assertThat(second.path("apiToken")).isEqualTo(first.path("apiToken"));
        assertThat(listVersion(second)).isGreaterThanOrEqualTo(version);
        assertThat(post(second, "gates/entrance/taps", "{\"card\":\"4388261\"}")
                        .path("reason")
                        .asText())
                .isEqualTo("CREDENTIAL_REVOKED");
    }

    private JsonNode start() throws Exception {
        Path log = Files.createTempFile(folder, "demo", ".log");
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--add-opens",
                "java.smartcardio/sun.security.smartcardio=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Demo.class.getName(),
                "--headless",
                "--data",
                folder.resolve("data").toString(),
                "--port",
                Integer.toString(SimulatedSite.freePort())));
        demo = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> Files.readString(log).contains("ready http://") || !demo.isAlive());
        assertThat(demo.isAlive()).as(Files.readString(log)).isTrue();
        return json.readTree(folder.resolve("data").resolve("demo.json").toFile());
    }

    private void interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(demo.pid())).start().waitFor();
        assertThat(demo.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private long listVersion(JsonNode file) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(file.path("api").asText() + "/lists/hms-kort"))
                        .header(
                                "Authorization",
                                "Bearer " + file.path("apiToken").asText())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return json.readTree(answer.body()).path("version").asLong();
    }

    private JsonNode post(JsonNode file, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = raw(file, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    private HttpResponse<String> raw(JsonNode file, String path, String body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(file.path("workbench").asText() + "/" + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
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
