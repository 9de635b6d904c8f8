package portvakt.server.adapter.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
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
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import portvakt.server.port.IdentityProvider.AwayException;
import portvakt.server.port.IdentityProvider.Challenge;
import portvakt.server.port.IdentityProvider.RefusedException;
import portvakt.server.port.IdentityProvider.Vouched;
import portvakt.server.port.Principal.Grant;
import portvakt.server.port.Role;

/** An ID token counts if the provider signed it for this server and this log-in, and has not ended. What a real one does: OidcIT. */
class OidcProviderTest {

    private static final Challenge CHALLENGE = new Challenge("s".repeat(64), "n".repeat(64), "v".repeat(64));
    private static final URI CALLBACK = URI.create("http://localhost:8080/login/callback");
    private static final Grant GUARD = new Grant(Role.GUARD, Optional.of("bjorvika"));

    private HttpServer server;
    private String issuer;
    private ECKey key;
    private volatile String jwks;
    private volatile String tokenAnswer;
    private volatile int tokenStatus = 200;
    private volatile String tokenRequest;
    private OidcProvider provider;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer = "http://localhost:" + server.getAddress().getPort();
        key = new ECKeyGenerator(Curve.P_256).keyID("k-1").generate();
        jwks = new JWKSet(key.toPublicJWK()).toString();
        server.createContext(
                "/.well-known/openid-configuration", exchange -> answer(exchange, 200, """
                {"issuer": "@", "authorization_endpoint": "@/authorize", "token_endpoint": "@/token", "jwks_uri": "@/jwks",
                 "end_session_endpoint": "@/end", "response_types_supported": ["code"], "subject_types_supported": ["public"],
                 "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"]}""".replace("@", issuer)));
        server.createContext("/jwks", exchange -> answer(exchange, 200, jwks));
        server.createContext("/token", exchange -> {
            tokenRequest = exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            answer(exchange, tokenStatus, tokenAnswer);
        });
        server.start();
        provider = provider(Optional.empty(), "preferred_username");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private OidcProvider provider(Optional<String> secret, String nameClaim) {
        return new OidcProvider(new OidcProvider.Settings(
                URI.create(issuer),
                "portvakt",
                secret,
                List.of("openid", "profile"),
                nameClaim,
                Optional.of("realm_access.roles"),
                Map.of("guards", Set.of(GUARD), "all", Set.of(new Grant(Role.ADMIN, Optional.empty()))),
                "Test"));
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject("s-1")
                .audience("portvakt")
                .claim("nonce", CHALLENGE.nonce())
                .claim("preferred_username", "gunnar")
                .claim("name", "Gunnar Vakt")
                .claim("realm_access", Map.of("roles", List.of("guards", "others")))
                .issueTime(Date.from(Instant.now()))
                .expirationTime(Date.from(Instant.now().plusSeconds(60)));
    }

    private static String signed(JWTClaimsSet claims, ECKey by) throws JOSEException {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(by.getKeyID()).build(), claims);
        jwt.sign(new ECDSASigner(by));
        return jwt.serialize();
    }

    private Vouched vouch(String token) throws AwayException, RefusedException {
        tokenAnswer = "{\"access_token\": \"a\", \"token_type\": \"Bearer\", \"id_token\": \"" + token + "\"}";
        return provider.vouch(CHALLENGE, "c-1", CALLBACK);
    }

    private void assertRefused(String token) {
        assertThatThrownBy(() -> vouch(token), "%s", payload(token)).isInstanceOf(RefusedException.class);
    }

    private static String payload(String token) {
        return new String(java.util.Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
    }

    @Test
    void vouchesForWhomTheTokenNames() throws Exception {
        String token = signed(claims().build(), key);
        Vouched vouched = vouch(token);
        assertThat(vouched.outsider().name()).isEqualTo("gunnar");
        assertThat(vouched.outsider().subject()).isEqualTo("s-1");
        assertThat(vouched.outsider().displayName()).contains("Gunnar Vakt");
        assertThat(vouched.grants()).contains(Set.of(GUARD));
        assertThat(vouched.token()).isEqualTo(token);
        assertThat(tokenRequest)
                .startsWith("null ")
                .contains("code=c-1", "code_verifier=" + CHALLENGE.verifier(), "client_id=portvakt");
        assertThat(provider.logOutUrl(token, URI.create("http://localhost:8080/login"))
                        .orElseThrow()
                        .toString())
                .startsWith(issuer + "/end?")
                .contains(
                        "id_token_hint=" + token,
                        "client_id=portvakt",
                        "post_logout_redirect_uri=http%3A%2F%2Flocalhost");
    }

    @Test
    void sendsPkceStateAndNonce() throws Exception {
        String url = provider.logInUrl(CHALLENGE, CALLBACK).toString();
        assertThat(url)
                .startsWith(issuer + "/authorize?")
                .contains("code_challenge_method=S256", "response_type=code", "scope=openid+profile")
                .contains("state=" + CHALLENGE.state(), "nonce=" + CHALLENGE.nonce())
                .doesNotContain(CHALLENGE.verifier());
    }

    @Test
    void aSecretProvesTheClient() throws Exception {
        provider = provider(Optional.of("hush"), "sub");
        vouch(signed(claims().build(), key));
        assertThat(tokenRequest).startsWith("Basic ").doesNotContain("client_id=");
    }

    @Test
    void refusesATokenThatDoesNotHold() throws Exception {
        List<UnaryOperator<JWTClaimsSet.Builder>> faults = List.of(
                claims -> claims.issuer("https://other.example"),
                claims -> claims.audience("another client"),
                claims -> claims.audience(List.of("portvakt", "another")).claim("azp", "another"),
                claims -> claims.claim("nonce", "of another log-in"),
                claims -> claims.claim("nonce", null),
                claims -> claims.subject(null),
                claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(120))),
                claims -> claims.claim("preferred_username", null),
                claims -> claims.claim("preferred_username", " "));
        for (UnaryOperator<JWTClaimsSet.Builder> fault : faults) {
            assertRefused(signed(fault.apply(claims()).build(), key));
        }
        assertThat(vouch(signed(claims().build(), key))).isNotNull();
    }

    @Test
    void refusesASignatureThatProvesNothing() throws Exception {
        ECKey foreign = new ECKeyGenerator(Curve.P_256).keyID("k-1").generate();
        assertRefused(signed(claims().build(), foreign));
        assertRefused(new PlainJWT(claims().build()).serialize());
        SignedJWT shared = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).build(), claims().build());
        shared.sign(new MACSigner("a secret that both know, of 32 bytes and more"));
        assertRefused(shared.serialize());
    }

    @Test
    void fetchesAKeyThatIsNew() throws Exception {
        vouch(signed(claims().build(), key));
        ECKey next = new ECKeyGenerator(Curve.P_256).keyID("k-2").generate();
        jwks = new JWKSet(List.of(next.toPublicJWK(), key.toPublicJWK())).toString();
        assertThat(vouch(signed(claims().build(), next)).outsider().name()).isEqualTo("gunnar");
    }

    @Test
    void keepsNoNationalIdentityNumber() throws Exception {
        assertThat(vouch(signed(claims().claim("pid", "01017012345").build(), key))
                        .token())
                .isEmpty();
        provider = provider(Optional.empty(), "id");
        assertThatThrownBy(
                        () -> vouch(signed(claims().claim("id", "01017012345").build(), key)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("nameClaim")
                .hasMessageNotContaining("01017012345");
    }

    @Test
    void saysWhatTheProviderRefuses() {
        tokenStatus = 400;
        tokenAnswer = "{\"error\": \"invalid_grant\"}";
        assertThatThrownBy(() -> provider.vouch(CHALLENGE, "c-1", CALLBACK))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("invalid_grant");
    }

    @Test
    void isAwayUntilItAnswers() {
        server.stop(0);
        assertThatThrownBy(() -> provider.logInUrl(CHALLENGE, CALLBACK))
                .isInstanceOf(AwayException.class)
                .hasMessageContaining(issuer)
                .hasMessageContaining("web.oidc.issuer");
        assertThat(provider.isAway()).isTrue();
        assertThat(provider.logOutUrl("", CALLBACK)).isEmpty();
    }
}
