package portvakt.server.adapter.register;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.adapter.sql.Database;
import portvakt.server.adapter.sql.Databases;
import portvakt.server.adapter.sql.SqlCardRegister;
import portvakt.server.adapter.sql.SqlReconciliations;
import portvakt.server.adapter.sql.SqlRegisterRecords;
import portvakt.server.list.CardRange;
import portvakt.server.list.PollSchedule;
import portvakt.server.list.ReleaseGuard;
import portvakt.server.port.CardRegister.Outcome;
import portvakt.server.port.Reconciliations.Reconciled;
import portvakt.server.port.Reconciliations.State;
import portvakt.server.port.RegisterRecords;
import portvakt.server.port.RegisterRecords.Known;
import portvakt.server.port.StatusChange;

/** Pulls from a real HTTP server that answers well and in every bad way; what is not believed changes nothing. */
class StatusListPullTest {

    private static final Instant NOW = Instant.parse("2026-03-02T07:00:00Z");
    private static final Duration TIME_OUT = Duration.ofSeconds(2);
    private static final int BODY_MAX = 200_000;
    private static final String LIST = "hms-kort";

    @TempDir
    private Path folder;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private Instant now = NOW;
    private Database database;
    private SqlCardRegister register;
    private SqlRegisterRecords records;
    private SqlReconciliations reconciliations;
    private Reconciler reconciler;
    private StatusListPull pull;
    private HttpServer http;
    private URI uri;
    private ECKey key;
    private volatile HttpHandler answer;

    @BeforeEach
    void start() throws Exception {
        key = new ECKeyGenerator(Curve.P_256).keyID("register-1").generate();
        Path jwks = folder.resolve("jwks.json");
        Files.writeString(jwks, new JWKSet(key.toPublicJWK()).toString());
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(threads);
        http.createContext("/", exchange -> {
            asked.add(String.valueOf(exchange.getRequestHeaders().getFirst("If-None-Match")));
            try (exchange) {
                answer.handle(exchange);
            }
        });
        http.start();
        uri = URI.create("http://localhost:" + http.getAddress().getPort() + "/statuslists/1");
        database = Databases.inMemory();
        register = new SqlCardRegister(database, () -> now, _ -> {});
        records = new SqlRegisterRecords(database, () -> now);
        reconciliations = new SqlReconciliations(database);
        StatusListTokens tokens =
                new StatusListTokens(new StatusListTokens.Settings(uri, jwks, Optional.of("https://register.example")));
        reconciler = new Reconciler(
                new Reconciler.Settings(LIST, uri.toString(), new CardRange(1000, 7), new ReleaseGuard(20)),
                tokens,
                records,
                register,
                reconciliations,
                () -> now);
        pull = new StatusListPull(
                uri,
                new StatusListSource(uri, TIME_OUT, BODY_MAX),
                tokens,
                reconciler,
                new PollSchedule(Optional.empty()),
                () -> now,
                () -> 1.0);
    }

    @AfterEach
    void stop() throws Exception {
        pull.close();
        http.stop(0);
        threads.close();
        database.close();
    }

    private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("ETag", "\"e1\"");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private void serve(String token) {
        answer = exchange -> send(exchange, 200, "application/statuslist+jwt", token);
    }

    private JWTClaimsSet.Builder claims(Instant issuedAt, byte... statuses) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
            deflater.write(statuses);
        }
        return new JWTClaimsSet.Builder()
                .subject(uri.toString())
                .issueTime(Date.from(issuedAt))
                .expirationTime(Date.from(issuedAt.plusSeconds(3600)))
                .claim("ttl", 600)
                .claim(
                        "status_list",
                        Map.of(
                                "bits",
                                8,
                                "lst",
                                Base64URL.encode(out.toByteArray()).toString()));
    }

    private static String sign(JWTClaimsSet claims, ECKey key, String type) throws Exception {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(new JOSEObjectType(type))
                        .keyID(key.getKeyID())
                        .build(),
                claims);
        jwt.sign(new ECDSASigner(key));
        return jwt.serialize();
    }

    private String token(JWTClaimsSet.Builder claims) throws Exception {
        return sign(claims.build(), key, "statuslist+jwt");
    }

    private CardStatus status(String card) {
        return records.find(LIST, new CardNumber(card)).map(Known::status).orElse(CardStatus.VALID);
    }

    private Reconciled newest() {
        return reconciliations.newest(1).getFirst();
    }

    private void revoke(String card, Instant at) {
        assertThat(register.apply(StatusChange.ofToken(
                        LIST, new CardNumber(card), CardStatus.REVOKED, at, "register", "t" + card, "h")))
                .isEqualTo(Outcome.APPLIED);
    }

    @Test
    void appliesWhatDiffersAndAsksOnlyForChanges() throws Exception {
        revoke("0001002", NOW.minusSeconds(500));
        revoke("0001003", NOW.minusSeconds(10));
        serve(token(claims(NOW.minusSeconds(100), new byte[] {1, 2, 0, 0})));
        assertThat(pull.round()).isEqualTo(Duration.ofSeconds(600));
        assertThat(status("0001000")).isEqualTo(CardStatus.REVOKED);
        assertThat(status("0001001")).isEqualTo(CardStatus.SUSPENDED);
        assertThat(status("0001002")).isEqualTo(CardStatus.VALID);
        assertThat(status("0001003")).as("ours is newer").isEqualTo(CardStatus.REVOKED);
        assertThat(newest().state()).isEqualTo(State.APPLIED);
        assertThat(newest().counts().oursNewer()).isEqualTo(1);
        assertThat(records.audit(
                                0,
                                100,
                                new RegisterRecords.Filter(
                                        Optional.empty(), Optional.of(new CardNumber("0001000")), Optional.empty()))
                        .getFirst())
                .satisfies(row -> {
                    assertThat(row.source()).hasValue(uri.toString());
                    assertThat(row.eventTime()).hasValue(NOW.minusSeconds(100));
                    assertThat(row.before()).hasValue(CardStatus.VALID);
                });

        answer = exchange -> send(exchange, 304, "application/statuslist+jwt", "");
        assertThat(pull.round()).isEqualTo(Duration.ofSeconds(600));
        assertThat(asked).containsExactly("null", "\"e1\"");
        assertThat(reconciliations.newest(9)).hasSize(1);

        now = NOW.plusSeconds(3600);
        pull.round();
        assertThat(asked).as("an expired copy is asked for whole").endsWith("null");
        assertThat(newest().state()).isEqualTo(State.REFUSED);
    }

    private void assertRefused(String cause) throws Exception {
        pull.round();
        assertThat(newest().state()).isEqualTo(State.REFUSED);
        assertThat(newest().cause().orElseThrow()).contains(cause);
        assertThat(records.known(LIST)).isEmpty();
    }

    @Test
    void believesNothingThatDoesNotProve() throws Exception {
        byte[] one = {1};
        serve(sign(
                claims(NOW, one).build(),
                new ECKeyGenerator(Curve.P_256).keyID("register-1").generate(),
                "statuslist+jwt"));
        assertRefused("signature");
        serve(sign(claims(NOW, one).build(), key, "secevent+jwt"));
        assertRefused("typ");
        serve(token(claims(NOW, one).subject("https://other.example/1")));
        assertRefused("sub");
        serve(token(claims(NOW, one).issuer("https://other.example")));
        assertRefused("iss");
        serve(token(claims(NOW.minusSeconds(3600), one)));
        assertRefused("expired");
        serve(token(claims(NOW.plusSeconds(600), one)));
        assertRefused("iat");
        serve(token(claims(NOW, one).issueTime(null)));
        assertRefused("missing");
        serve(token(claims(NOW, one).claim("status_list", Map.of("bits", 3, "lst", "eNo"))));
        assertRefused("bits");
        serve(token(claims(NOW, one).claim("ttl", -1)));
        assertRefused("ttl");
        String whole = token(claims(NOW, one));
        serve(whole.substring(0, whole.length() - 9));
        assertRefused("");
        serve("<html>garbage</html>");
        assertRefused("JWT");
        serve(token(claims(NOW, new byte[StatusListTokens.INFLATED_BYTES_MAX + 1])));
        assertRefused("inflates");
    }

    @Test
    void survivesAServerThatFails() throws Exception {
        answer = exchange -> send(exchange, 500, "text/plain", "no");
        assertRefused("500");
        answer = exchange -> send(exchange, 200, "text/html", "hello");
        assertRefused("Content-Type");
        serve("x".repeat(BODY_MAX + 1));
        assertRefused("larger than");
        answer = exchange -> send(exchange, 304, "application/statuslist+jwt", "");
        assertRefused("304");
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush();
            throw new IOException("cut off");
        };
        assertRefused("");
    }

    @Test
    void givesUpOnAServerThatIsSlow() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        answer = exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/statuslist+jwt");
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
            try {
                done.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try {
            assertRefused("within 2000 ms");
        } finally {
            done.countDown();
        }
    }

    @Test
    void backsOffAndNotesTheSameFailureOnce() throws Exception {
        answer = exchange -> send(exchange, 503, "text/plain", "no");
        assertThat(pull.round()).isEqualTo(Duration.ofSeconds(5));
        assertThat(pull.round()).isEqualTo(Duration.ofSeconds(10));
        assertThat(pull.round()).isEqualTo(Duration.ofSeconds(20));
        assertThat(reconciliations.newest(9)).hasSize(1);
    }

    @Test
    void doesNotGoBackToAnOlderList() throws Exception {
        serve(token(claims(NOW.minusSeconds(10), new byte[] {1})));
        pull.round();
        serve(token(claims(NOW.minusSeconds(20), new byte[] {0})));
        pull.round();
        assertThat(newest().cause().orElseThrow()).contains("before the one that was taken last");
        assertThat(status("0001000")).isEqualTo(CardStatus.REVOKED);
    }

    @Test
    void holdsAListThatFreesEverybodyUntilAPersonConfirms() throws Exception {
        byte[] all = new byte[150];
        java.util.Arrays.fill(all, (byte) 1);
        serve(token(claims(NOW.minusSeconds(30), all)));
        pull.round();
        serve(token(claims(NOW.minusSeconds(20), new byte[150])));
        pull.round();
        assertThat(newest().state()).isEqualTo(State.HELD);
        assertThat(status("0001000")).isEqualTo(CardStatus.REVOKED);
        long first = newest().id();
        pull.round();
        assertThat(newest().id()).as("the same list again").isEqualTo(first);

        serve(token(claims(NOW.minusSeconds(10), new byte[150])));
        pull.round();
        long second = newest().id();
        assertThat(reconciliations.find(first).orElseThrow().state()).isEqualTo(State.SUPERSEDED);
        assertThat(reconciler.confirm(first, "kari")).isEmpty();
        assertThat(reconciler.confirm(second, "kari").orElseThrow().state()).isEqualTo(State.CONFIRMED);
        assertThat(status("0001000")).isEqualTo(CardStatus.VALID);
        assertThat(reconciler.confirm(second, "kari")).isEmpty();
        assertThat(records.audit(0, 1000, RegisterRecords.Filter.NONE))
                .anySatisfy(row -> assertThat(row.action()).isEqualTo(RegisterRecords.Action.CONFIRMATION));
    }
}
