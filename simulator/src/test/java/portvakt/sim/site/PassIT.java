package portvakt.sim.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.access.CardRead;
import portvakt.protocol.pass.HolderKind;
import portvakt.protocol.pass.Pass;
import portvakt.protocol.pass.PassCode;
import portvakt.protocol.pass.PassNumber;
import portvakt.protocol.sign.KeyId;
import portvakt.server.port.Role;
import portvakt.server.port.Tokens;

/** Somebody without a card is let in by the picture that the server draws, without the server, and not after it is withdrawn. */
@Timeout(180)
class PassIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private static final PassNumber NUMBER = new PassNumber("0123456789012345");

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private SimulatedSite site;
    private String token;

    @BeforeEach
    void open() throws Exception {
        site = SimulatedSite.open(new SimulatedSite.Settings(folder, 0, Duration.ofSeconds(2), Duration.ofMillis(200)));
        token = site.server()
                .parts()
                .tokens()
                .make(Tokens.Wish.everywhere("site office", Role.PROGRAM), "test", Instant.now())
                .secret();
    }

    @AfterEach
    void close() throws IOException {
        site.close();
        http.close();
    }

    private <T> HttpResponse<T> call(String method, String path, String body, HttpResponse.BodyHandler<T> as)
            throws Exception {
        return http.send(
                HttpRequest.newBuilder(site.url().resolve("api/v1/" + path))
                        .timeout(Duration.ofSeconds(30))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                as);
    }

    private JsonNode issue() throws Exception {
        HttpResponse<String> issued = call(
                "POST",
                "sites/" + SimulatedSite.SITE + "/passes",
                "{\"kind\": \"VISITOR\", \"validFrom\": \"" + NOW.minusSeconds(60) + "\", \"validUntil\": \""
                        + NOW.plus(Duration.ofHours(8)) + "\", \"note\": \"Anne, arkitekt\"}",
                BodyHandlers.ofString());
        assertThat(issued.statusCode()).as(issued.body()).isEqualTo(201);
        return JSON.readTree(issued.body());
    }

    private static String path(JsonNode pass) {
        return "sites/" + SimulatedSite.SITE + "/passes/" + pass.path("number").asText();
    }

    private CardRead filmed(JsonNode pass) throws Exception {
        HttpResponse<byte[]> picture = call("GET", path(pass) + "/code.png", "", BodyHandlers.ofByteArray());
        assertThat(picture.statusCode()).isEqualTo(200);
        return new PictureCamera(folder).see(picture.body());
    }

    @Test
    void theHolderGoesInByThePictureAndStandsInTheLogByTheNumber() throws Exception {
        JsonNode pass = issue();
        CardRead read = filmed(pass);
        assertThat(read)
                .isEqualTo(
                        new CardRead.SignedPass(PassCode.read(pass.path("code").asText())));

        GateAnswer answer = site.entrance().show(read);
        assertThat(answer.decision()).hasValue("GRANTED");
        assertThat(answer.flags()).isEmpty();
        System.out.println("decided on a pass in " + answer.decideMicros().orElseThrow() + " us");
        assertThat(site.entrance().pushArm().passage()).hasValue("TAKEN");
        JsonNode row = Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        () -> JSON.readTree(call(
                                                "GET",
                                                "events?kind=AccessGranted&card="
                                                        + pass.path("number").asText(),
                                                "",
                                                BodyHandlers.ofString())
                                        .body())
                                .path("events")
                                .path(0),
                        found -> !found.isMissingNode());
        assertThat(row.path("assurance").asText()).isEqualTo("SIGNED_PASS");
        assertThat(row.path("cardNumber").asText())
                .isEqualTo(pass.path("number").asText());

        assertThat(site.exit().show(read).decision()).hasValue("GRANTED");
        assertThat(site.exit().pushArm().passage()).hasValue("TAKEN");
    }

    @Test
    void aWithdrawnPassIsRefusedAndItsHolderGetsOut() throws Exception {
        JsonNode pass = issue();
        CardRead read = filmed(pass);
        assertThat(site.entrance().show(read).decision()).hasValue("GRANTED");
        assertThat(site.entrance().pushArm().passage()).hasValue("TAKEN");

        CountDownLatch applied = new CountDownLatch(1);
        try (Subscription _ = site.entrance().onListApplied((list, version, at) -> {
            if (list.equals("site-" + SimulatedSite.SITE)) {
                applied.countDown();
            }
        })) {
            long startNs = System.nanoTime();
            assertThat(call("DELETE", path(pass) + "?reason=lost", "", BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(204);
            assertThat(applied.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            System.out.printf("the entrance knew after %.0f ms%n", (System.nanoTime() - startNs) / 1e6);
        }
        GateAnswer answer = site.entrance().show(read);
        assertThat(answer.decision()).hasValue("DENIED");
        assertThat(answer.reason()).hasValue("CREDENTIAL_REVOKED");
        assertThat(answer.relay()).isEmpty();

        GateAnswer out = Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> site.exit().show(read), shown -> shown.flags().contains("CREDENTIAL_REVOKED"));
        assertThat(out.decision()).hasValue("GRANTED");
    }

    @Test
    void aPassOpensWhileTheServerIsDown() throws Exception {
        CardRead read = filmed(issue());
        site.stopServer();
        assertThat(site.entrance().show(read).decision()).hasValue("GRANTED");
    }

    /** Each is what the site's own key signed, or nearly; the server is not asked. */
    @Test
    void whatIsNoPassOfThisSiteAndMomentOpensNothing() throws Exception {
        KeyPair thief = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Pass good = pass(SimulatedSite.SITE, NOW.minusSeconds(60), NOW.plusSeconds(600));
        PassCode signed = site.server().parts().passKeys().sign(good);
        assertThat(reason(PassCode.issue(good, thief.getPrivate(), KeyId.of(thief.getPublic()))))
                .isEqualTo("PASS_KEY_UNKNOWN");
        assertThat(reason(PassCode.issue(good, thief.getPrivate(), signed.keyId())))
                .isEqualTo("PASS_SIGNATURE");
        assertThat(reason(sign(pass("fornebu", good.validFrom(), good.validUntil()))))
                .isEqualTo("PASS_OTHER_SITE");
        assertThat(reason(sign(pass(SimulatedSite.SITE, NOW.minusSeconds(600), NOW.minusSeconds(1)))))
                .isEqualTo("CREDENTIAL_EXPIRED");
        assertThat(reason(sign(pass(SimulatedSite.SITE, NOW.plusSeconds(600), NOW.plusSeconds(900)))))
                .isEqualTo("CREDENTIAL_NOT_YET_VALID");
    }

    @Test
    void theHoldersPageNeedsNoAccountAndHasTheSameCode() throws Exception {
        JsonNode pass = issue();
        String query = "?code=" + URLEncoder.encode(pass.path("code").asText(), StandardCharsets.UTF_8);
        HttpResponse<String> page = http.send(
                HttpRequest.newBuilder(site.url().resolve("pass" + query)).build(), BodyHandlers.ofString());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("/pass/code.png" + query).doesNotContain("Anne");
        HttpResponse<byte[]> picture = http.send(
                HttpRequest.newBuilder(site.url().resolve("pass/code.png" + query))
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(new PictureCamera(folder).see(picture.body()))
                .isEqualTo(
                        new CardRead.SignedPass(PassCode.read(pass.path("code").asText())));
    }

    private static Pass pass(String at, Instant from, Instant until) {
        return new Pass(at, NUMBER, HolderKind.VISITOR, from, until);
    }

    private PassCode sign(Pass pass) {
        return site.server().parts().passKeys().sign(pass);
    }

    private String reason(PassCode code) throws InterruptedException {
        GateAnswer answer = site.entrance().show(new CardRead.SignedPass(code));
        assertThat(answer.relay()).isEmpty();
        return answer.reason().orElse("granted");
    }
}
