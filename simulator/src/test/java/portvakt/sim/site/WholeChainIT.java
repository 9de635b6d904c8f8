package portvakt.sim.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.access.CardRead;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Uid;
import portvakt.server.port.Role;
import portvakt.server.port.Tokens;
import portvakt.sim.device.VirtualCard;

/**
 * The chain from the register to the entry log, on the real server, broker, database and gates: what is done at the gate
 * stands in the log, and what the register says is obeyed at the gate.
 */
class WholeChainIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final CardNumber CARD = new CardNumber("4388261");
    private static final int PUSHES = 100;

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private SimulatedSite site;
    private String token;

    @BeforeEach
    void open() throws Exception {
        site = SimulatedSite.open(new SimulatedSite.Settings(folder, 0, Duration.ofSeconds(2), Duration.ofMillis(500)));
        token = site.server()
                .parts()
                .tokens()
                .make(Tokens.Wish.everywhere("test", Role.PROGRAM), "test", Instant.now())
                .secret();
    }

    @AfterEach
    void close() throws IOException {
        if (site != null) {
            site.close();
        }
    }

    @Test
    void aTapOpensTheTurnstileAndStandsInTheEntryLog() throws Exception {
        GateAnswer answer = site.entrance().tap(card(CARD));

        assertThat(answer.decision()).hasValue("GRANTED");
        assertThat(answer.relay()).extracting(GateAnswer.Relay::on).containsExactly(true);
        assertThat(site.entrance().turnstile().relayOn()).isTrue();

        GateAnswer passage = site.entrance().pushArm();

        assertThat(passage.passage()).hasValue("TAKEN");
        assertThat(passage.relay()).extracting(GateAnswer.Relay::on).containsExactly(true, false);
        Instant on = passage.relay().getFirst().at();
        Instant off = passage.relay().getLast().at();
        System.out.println("relay on " + on + " off " + off + ": "
                + Duration.between(on, off).toMillis() + " ms");
        JsonNode taken = awaitEvent(event -> event.path("kind").asText().equals("AccessTaken"));
        assertThat(taken.path("cardNumber").asText()).isEqualTo(CARD.digits());
        assertThat(taken.path("holderName").asText()).isEqualTo("Kari Nordmann");
        assertThat(taken.path("direction").asText()).isEqualTo("IN");
        assertThat(taken.path("grantedSequence").asLong())
                .isEqualTo(answer.sequence().orElseThrow());
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> get("presence").path("count").asInt() == 1);

        assertThat(site.exit().tap(card(CARD)).decision()).hasValue("GRANTED");
        site.exit().pushArm();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> get("presence").path("count").asInt() == 0);
    }

    @Test
    void aGrantThatNobodyUsesLocksAgainAndPutsNobodyOnSite() throws Exception {
        site.entrance().tap(card(CARD));

        awaitEvent(event -> event.path("kind").asText().equals("AccessNotTaken"));
        assertThat(site.entrance().turnstile().relayOn()).isFalse();
        assertThat(site.entrance().pushArm().turned()).hasValue(false);
        assertThat(get("presence").path("count").asInt()).isZero();
    }

    @Test
    void whatTheRegisterSaysIsObeyedAtTheGate() throws Exception {
        site.push(CARD, CardStatus.REVOKED);
        GateAnswer revoked = site.entrance().tap(card(CARD));
        assertThat(revoked.decision()).hasValue("DENIED");
        assertThat(revoked.reason()).hasValue("CREDENTIAL_REVOKED");
        assertThat(revoked.relay()).isEmpty();
        JsonNode denied = awaitEvent(event -> event.path("reason").asText().equals("CREDENTIAL_REVOKED"));
        assertThat(denied.path("cardNumber").asText()).isEqualTo(CARD.digits());
        assertThat(denied.path("listVersion").asLong())
                .isEqualTo(revoked.listVersion().orElseThrow());

        site.push(CARD, CardStatus.SUSPENDED);
        assertThat(site.entrance().tap(card(CARD)).reason()).hasValue("CREDENTIAL_SUSPENDED");

        site.push(CARD, CardStatus.VALID);
        assertThat(site.entrance().tap(card(CARD)).decision()).hasValue("GRANTED");
    }

    @Test
    void whoeverIsInsideGetsOut() throws Exception {
        site.entrance().tap(card(CARD));
        site.entrance().pushArm();
        site.push(CARD, CardStatus.REVOKED);

        GateAnswer out = site.exit().tap(card(CARD));

        assertThat(out.decision()).hasValue("GRANTED");
        assertThat(out.flags()).containsExactly("CREDENTIAL_REVOKED");
        assertThat(site.exit().pushArm().passage()).hasValue("TAKEN");
    }

    @Test
    void whatNamesNobodyOpensNothing() throws Exception {
        for (DenialReason reason : List.of(
                DenialReason.CARD_UNREADABLE,
                DenialReason.SEVERAL_CARDS,
                DenialReason.CODE_UNRECOGNISED,
                DenialReason.UID_RANDOM)) {
            GateAnswer answer = site.entrance().show(new CardRead.Unreadable(reason));
            assertThat(answer.reason()).hasValue(reason.name());
            assertThat(answer.relay()).isEmpty();
            awaitEvent(event -> event.path("reason").asText().equals(reason.name()));
        }
        GateAnswer unknown = site.entrance().show(new CardRead.UidOnly(new Uid("04a1b2c3d4e5f6")));
        assertThat(unknown.reason()).hasValue("UNKNOWN_CARD");
        assertThat(site.entrance().turnstile().turns()).isZero();
    }

    /** Prints how long it takes from the register's push to each gate deciding by it. */
    @Test
    void aPushReachesTheGates() throws Exception {
        List<Double> ms = new ArrayList<>();
        for (int i = 0; i < PUSHES; i++) {
            CardStatus status = i % 2 == 0 ? CardStatus.REVOKED : CardStatus.VALID;
            SimulatedSite.Spread spread = site.push(CARD, status);
            assertThat(spread.httpStatus()).isEqualTo(202);
            assertThat(spread.appliedMs()).containsOnlyKeys(SimulatedSite.ENTRANCE, SimulatedSite.EXIT);
            ms.addAll(spread.appliedMs().values());
        }
        ms.sort(null);
        System.out.printf(
                "push to gate, %d pushes to %d gates: p50 %.0f ms, p99 %.0f ms, max %.0f ms%n",
                PUSHES, site.gates().size(), ms.get(ms.size() / 2), ms.get(ms.size() * 99 / 100), ms.getLast());
        assertThat(site.entrance().tap(card(CARD)).decision()).hasValue("GRANTED");
    }

    private VirtualCard card(CardNumber number) {
        return site.issuer()
                .card(
                        new Uid("04112233445566"),
                        number,
                        LocalDate.now().plusYears(1),
                        new CardRead.Holder("Kari Nordmann", "Fjordbygg AS", "911111111"));
    }

    private JsonNode awaitEvent(Predicate<JsonNode> wanted) {
        return Awaitility.await().atMost(PATIENCE).until(() -> newest(wanted), found -> found != null);
    }

    private JsonNode newest(Predicate<JsonNode> wanted) throws Exception {
        for (JsonNode event : get("events?limit=200").path("events")) {
            if (wanted.test(event)) {
                return event;
            }
        }
        return null;
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(site.url().resolve("api/v1/" + path))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }
}
