package portvakt.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.adapter.register.SecurityEventTokens;

/** The register's push endpoint does what RFC 8935 says, and nothing that an unproved token says. */
class RegisterEndpointTest {

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
    void takesAValidTokenAndPassesTheChangeOn() throws Exception {
        HttpResponse<String> response = push(signed(claims("jti-1").build()));

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.body()).isEmpty();
        assertThat(server.register.applied.get("jti-1")).satisfies(change -> {
            assertThat(change.card()).isEqualTo(new CardNumber("4388261"));
            assertThat(change.status()).isEqualTo(CardStatus.REVOKED);
            assertThat(change.eventTime()).isEqualTo(TestServer.NOW.minusSeconds(5));
            assertThat(change.source()).isEqualTo(TestServer.ISSUER);
            assertThat(change.contentHash().orElseThrow()).matches("[0-9a-f]{64}");
            assertThat(change.list()).isEqualTo("hms-kort");
        });
    }

    @Test
    void takesTheTimeOfTheEventToTheMillisecond() throws Exception {
        push(signed(claims("jti-1")
                .claim("toe", TestServer.NOW.getEpochSecond() - 60.25)
                .build()));

        assertThat(server.register.applied.get("jti-1").eventTime()).isEqualTo(TestServer.NOW.minusMillis(60_250));
    }

    @Test
    void answersARepeatAsTheFirstTime() throws Exception {
        String token = signed(claims("jti-1").build());

        assertThat(push(token).statusCode()).isEqualTo(202);
        assertThat(push(token).statusCode()).isEqualTo(202);
        assertThat(server.register.applied).hasSize(1);
    }

    @Test
    void refusesATokenIdUsedForSomethingElse() throws Exception {
        push(signed(claims("jti-1").build()));

        HttpResponse<String> response = push(signed(claims("jti-1")
                .claim("sub_id", Map.of("format", "opaque", "id", "7654321"))
                .build()));

        assertRefused(response, "invalid_request", "jti");
    }

    @Test
    void refusesASignatureByAnotherKey() throws Exception {
        ECKey stranger = new ECKeyGenerator(Curve.P_256).keyID("register-1").generate();

        assertRefused(
                push(sign(claims("jti-1").build(), stranger, new JOSEObjectType("secevent+jwt"))),
                "authentication_failed",
                "signature");
    }

    @Test
    void refusesAKeyThatItDoesNotKnow() throws Exception {
        ECKey stranger = new ECKeyGenerator(Curve.P_256).keyID("register-2").generate();

        assertRefused(
                push(sign(claims("jti-1").build(), stranger, new JOSEObjectType("secevent+jwt"))),
                "invalid_key",
                "kid");
    }

    @Test
    void learnsANewKeyAndKeepsItWhenTheFileBreaks() throws Exception {
        ECKey next = new ECKeyGenerator(Curve.P_256).keyID("register-2").generate();
        Files.writeString(folder.resolve("register.jwks"), new JWKSet(next.toPublicJWK()) + "\n");
        JOSEObjectType type = new JOSEObjectType("secevent+jwt");

        assertThat(push(sign(claims("jti-1").build(), next, type)).statusCode()).isEqualTo(202);
        assertRefused(push(signed(claims("jti-2").build())), "invalid_key", "kid");

        Files.writeString(folder.resolve("register.jwks"), "{ half a fi");
        assertThat(push(sign(claims("jti-3").build(), next, type)).statusCode()).isEqualTo(202);
    }

    @Test
    void refusesAnotherIssuer() throws Exception {
        assertRefused(
                push(signed(claims("jti-1").issuer("https://other.example").build())), "invalid_issuer", "iss");
    }

    @Test
    void refusesATokenForSomebodyElse() throws Exception {
        assertRefused(
                push(signed(claims("jti-1").audience("https://other.example").build())), "invalid_audience", "aud");
    }

    @Test
    void refusesAJwtOfAnotherKind() throws Exception {
        assertRefused(
                push(sign(claims("jti-1").build(), server.registerKey, JOSEObjectType.JWT)), "invalid_request", "typ");
    }

    @Test
    void refusesAnUnsignedToken() throws Exception {
        assertRefused(push(new PlainJWT(claims("jti-1").build()).serialize()), "invalid_request", "signed");
    }

    @Test
    void refusesASharedSecretInPlaceOfASignature() throws Exception {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .type(new JOSEObjectType("secevent+jwt"))
                        .keyID("register-1")
                        .build(),
                claims("jti-1").build());
        jwt.sign(new MACSigner(server.registerKey.toPublicJWK().toJSONString()));

        assertRefused(push(jwt.serialize()), "invalid_key", "alg");
    }

    /** Databases end somewhere, and would have the register send it again for ever. */
    @Test
    void refusesWhatHappenedBeforeAnyTime() throws Exception {
        assertRefused(
                push(signed(claims("jti-1")
                        .issueTime(new Date(-9_000_000_000_000_000L))
                        .build())),
                "invalid_request",
                "iat");
        assertRefused(push(signed(claims("jti-1").claim("toe", -9e10).build())), "invalid_request", "toe");
        assertThat(server.register.all).isEmpty();
    }

    @Test
    void refusesWhatHasNotHappenedYet() throws Exception {
        Date ahead = Date.from(TestServer.NOW.plus(SecurityEventTokens.LEEWAY).plusSeconds(1));

        assertRefused(push(signed(claims("jti-1").issueTime(ahead).build())), "invalid_request", "iat");
        assertRefused(
                push(signed(claims("jti-1")
                        .claim("toe", ahead.toInstant().getEpochSecond())
                        .build())),
                "invalid_request",
                "toe");
    }

    @Test
    void namesWhatIsMissingOrMalformed() throws Exception {
        assertRefused(push("not a token"), "invalid_request", "JWT");
        assertRefused(push(signed(claims(null).build())), "invalid_request", "jti");
        assertRefused(push(signed(claims("jti-1").issueTime(null).build())), "invalid_request", "iat");
        assertRefused(push(signed(claims("jti-1").claim("events", Map.of()).build())), "invalid_request", "events");
        assertRefused(
                push(signed(claims("jti-1").claim("events", event("LOST")).build())), "invalid_request", "SUSPENDED");
        assertRefused(push(signed(claims("jti-1").claim("sub_id", null).build())), "invalid_request", "sub_id");
        assertRefused(
                push(signed(claims("jti-1")
                        .claim("sub_id", Map.of("format", "opaque", "id", "12"))
                        .build())),
                "invalid_request",
                "card number");
        assertRefused(push(signed(claims("jti-1").claim("toe", "today").build())), "invalid_request", "toe");
    }

    @Test
    void refusesAnotherContentTypeAndABodyThatIsTooLarge() throws Exception {
        HttpResponse<String> json = server.send(server.request("/register/v1/events")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(signed(claims("jti-1").build()))));

        assertRefused(json, "invalid_request", "Content-Type");
        assertThat(push("x".repeat((int) WebConfig.PAYLOAD_BYTES_MAX + 1)).statusCode())
                .isEqualTo(413);
    }

    @Test
    void doesNotMindACharacterSetThatItDoesNotKnow() throws Exception {
        HttpResponse<String> response = server.send(server.request("/register/v1/events")
                .header("Content-Type", "application/secevent+jwt; charset=klingon")
                .POST(BodyPublishers.ofString("no token")));

        assertRefused(response, "invalid_request", "JWT");
    }

    @Test
    void asksForTheTokenAgainWhenTheChangeCouldNotBeKept() throws Exception {
        server.register.broken = true;

        HttpResponse<String> response = push(signed(claims("jti-1").build()));

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("5");
    }

    private void assertRefused(HttpResponse<String> response, String err, String named) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(response.headers().firstValue("Content-Language")).hasValue("en");
        assertThat(Json.MAPPER.readTree(response.body()).path("err").asText())
                .as(response.body())
                .isEqualTo(err);
        assertThat(Json.MAPPER.readTree(response.body()).path("description").asText())
                .contains(named)
                .doesNotContain("4388261");
    }

    private HttpResponse<String> push(String token) throws IOException, InterruptedException {
        return server.send(server.request("/register/v1/events")
                .header("Content-Type", "application/secevent+jwt")
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofString(token)));
    }

    private static JWTClaimsSet.Builder claims(String tokenId) {
        Instant issued = TestServer.NOW.minusSeconds(5);
        return new JWTClaimsSet.Builder()
                .issuer(TestServer.ISSUER)
                .audience(TestServer.AUDIENCE)
                .issueTime(Date.from(issued))
                .jwtID(tokenId)
                .claim("sub_id", Map.of("format", "opaque", "id", "4388261"))
                .claim("events", event("REVOKED"));
    }

    private static Map<String, Object> event(String status) {
        Map<String, Object> events = new HashMap<>();
        events.put(SecurityEventTokens.CARD_STATUS, Map.of("status", status));
        return events;
    }

    private String signed(JWTClaimsSet claims) throws JOSEException {
        return sign(claims, server.registerKey, new JOSEObjectType("secevent+jwt"));
    }

    private static String sign(JWTClaimsSet claims, ECKey key, JOSEObjectType type) throws JOSEException {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(type)
                        .keyID(key.getKeyID())
                        .build(),
                claims);
        jwt.sign(new ECDSASigner(key));
        return jwt.serialize();
    }
}
