package portvakt.sim.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Uid;
import portvakt.server.port.Role;
import portvakt.server.port.Tokens;
import portvakt.sim.device.UidCard;
import portvakt.sim.device.VirtualCard;

/** A card of which only the UID can be read is let in once somebody bound it to its number, and no longer than that. */
class EnrolmentIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Uid CHIP = new Uid("04a1b2c3d4e5f6");
    private static final CardNumber NUMBER = new CardNumber("4388261");

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

    private HttpResponse<String> call(String method, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(site.url().resolve("api/v1/" + path))
                        .timeout(Duration.ofSeconds(30))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String enrolment(Uid uid) {
        return "sites/" + SimulatedSite.SITE + "/enrolments/" + uid.hex();
    }

    private int bind(Uid uid, CardNumber card) throws Exception {
        return call("PUT", enrolment(uid), "{\"card\": \"" + card.digits() + "\"}")
                .statusCode();
    }

    private int unbind(Uid uid) throws Exception {
        return call("DELETE", enrolment(uid), "").statusCode();
    }

    private GateAnswer tap(VirtualCard card) throws InterruptedException {
        return site.entrance().tap(card);
    }

    /** Lays the card on the reader again and again until the gate lets it in; the holder then goes in. */
    private GateAnswer awaitGranted(VirtualCard card) throws InterruptedException {
        GateAnswer granted = Awaitility.await()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> tap(card), answer -> answer.decision().equals(Optional.of("GRANTED")));
        goIn();
        return granted;
    }

    private void awaitDenied(VirtualCard card, String reason) {
        Awaitility.await().atMost(PATIENCE).pollDelay(Duration.ZERO).until(() -> {
            GateAnswer answer = tap(card);
            if (answer.decision().equals(Optional.of("GRANTED"))) {
                goIn();
            }
            return answer.reason().equals(Optional.of(reason));
        });
    }

    private void goIn() throws InterruptedException {
        assertThat(site.entrance().pushArm().passage()).hasValue("TAKEN");
    }

    /** The entry log's row of a decision, once it has arrived. */
    private JsonNode row(GateAnswer decided) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        () -> {
                            JsonNode page = JSON.readTree(
                                            call("GET", "events?limit=1000", "").body())
                                    .path("events");
                            for (JsonNode row : page) {
                                if (row.path("gate").asText().equals(decided.gate())
                                        && row.path("sequence").asLong()
                                                == decided.sequence().orElseThrow()) {
                                    return Optional.of(row);
                                }
                            }
                            return Optional.<JsonNode>empty();
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    @Test
    void aBoundChipIsLetInUntilItsCardIsRevokedOrItIsUnbound() throws Exception {
        VirtualCard card = UidCard.desfire(CHIP);

        GateAnswer unknown = tap(card);
        assertThat(unknown.reason()).hasValue("UNKNOWN_CARD");
        assertThat(row(unknown).path("uid").asText()).isEqualTo(CHIP.hex());
        assertThat(row(unknown).path("reason").asText()).isEqualTo("UNKNOWN_CARD");

        assertThat(bind(CHIP, NUMBER)).isEqualTo(201);
        GateAnswer granted = awaitGranted(card);
        assertThat(row(granted).path("assurance").asText()).endsWith("UID_ONLY");
        assertThat(row(granted).path("cardNumber").asText()).isEqualTo(NUMBER.digits());

        assertThat(site.push(NUMBER, CardStatus.REVOKED).httpStatus()).isEqualTo(202);
        awaitDenied(card, "CREDENTIAL_REVOKED");

        assertThat(unbind(CHIP)).isEqualTo(204);
        awaitDenied(card, "UNKNOWN_CARD");
        assertThat(unbind(CHIP)).isEqualTo(404);
    }

    @Test
    void aRestartWithoutANetworkForgetsNothing() throws Exception {
        VirtualCard card = UidCard.desfire(CHIP);
        Uid later = new Uid("04a1b2c3d4e5f7");
        assertThat(bind(CHIP, NUMBER)).isEqualTo(201);
        awaitGranted(card);

        site.stopServer();
        site.entrance().stop();
        site.entrance().start();
        awaitGranted(card);

        site.startServer();
        assertThat(bind(later, new CardNumber("4388262"))).isEqualTo(201);
        awaitGranted(UidCard.desfire(later));
        awaitGranted(card);
        assertThat(unbind(CHIP)).isEqualTo(204);
        awaitDenied(card, "UNKNOWN_CARD");
        JsonNode table = JSON.readTree(
                call("GET", "sites/" + SimulatedSite.SITE + "/enrolments", "").body());
        assertThat(table.path("version").asLong()).isEqualTo(3);
        assertThat(table.path("enrolments")).hasSize(1);
    }

    @Test
    void oneAfterTheOtherIsLetInSoonAfterItIsBound() throws Exception {
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Uid uid = new Uid("04a1b2c%01x".formatted(i));
            assertThat(tap(UidCard.desfire(uid)).reason()).hasValue("UNKNOWN_CARD");
            long sentNs = System.nanoTime();
            assertThat(bind(uid, new CardNumber("500000" + i))).isEqualTo(201);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> tap(UidCard.desfire(uid)).decision().equals(Optional.of("GRANTED")));
            millis.add((System.nanoTime() - sentNs) / 1_000_000);
            goIn();
        }
        assertThat(millis).hasSize(10);
        System.out.println(
                "from PUT to GRANTED, ms: " + millis.stream().sorted().toList());
    }
}
