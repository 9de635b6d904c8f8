package portvakt.sim.register;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.adapter.register.SecurityEventTokens;

/**
 * A central register that pushes each change of a card's status as a Security Event Token (RFC 8417) over HTTP (RFC 8935).
 * No public interface of the real one is known; this is what the standards say one would look like. Safe for any thread.
 */
public final class CentralRegister {

    private static final Duration TIME_OUT = Duration.ofSeconds(10);

    /** What became of a push. @param httpStatus 202 when the receiver took it */
    public record Pushed(String tokenId, Instant at, int httpStatus, String body) {}

    private static final JsonMapper JSON = new JsonMapper();

    private final ECKey key;
    /** A register that had forgotten whom it revoked would tell the truth about nobody. */
    private final Path statusFile;

    private final String issuer;
    private final String audience;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIME_OUT).build();
    private final Map<CardNumber, CardStatus> statuses = new TreeMap<>();

    private CentralRegister(ECKey key, String issuer, String audience, Path folder) throws IOException {
        this.statusFile = folder.resolve("statuses.json");
        this.key = key;
        this.issuer = issuer;
        this.audience = audience;
        if (Files.exists(statusFile)) {
            JSON.readValue(statusFile.toFile(), new TypeReference<TreeMap<String, CardStatus>>() {})
                    .forEach((digits, status) -> statuses.put(new CardNumber(digits), status));
        }
    }

    /**
     * Loads the register's key, or makes one at first start; its public half goes into {@code jwks.json} for the receivers.
     *
     * @param folder the register's own
     */
    public static CentralRegister open(Path folder, String issuer, String audience) throws IOException {
        Path keyFile = folder.resolve("key.jwk");
        try {
            if (!Files.exists(keyFile)) {
                Files.createDirectories(folder);
                ECKey made = new ECKeyGenerator(Curve.P_256)
                        .keyIDFromThumbprint(true)
                        .generate();
                Files.createFile(
                        keyFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(keyFile, made.toJSONString());
            }
            ECKey key = ECKey.parse(Files.readString(keyFile));
            Files.writeString(jwks(folder), new JWKSet(key.toPublicJWK()).toString(true));
            return new CentralRegister(key, issuer, audience, folder);
        } catch (JOSEException | ParseException e) {
            throw new IOException(keyFile + " holds no key; delete it to have a new one made", e);
        }
    }

    /** The public keys that a receiver needs. */
    public static Path jwks(Path folder) {
        return folder.resolve("jwks.json");
    }

    /** Of all cards whose status was ever changed here. */
    public synchronized Map<CardNumber, CardStatus> changed() {
        return new TreeMap<>(statuses);
    }

    public synchronized CardStatus status(CardNumber card) {
        return statuses.getOrDefault(card, CardStatus.VALID);
    }

    /** Changes a card's status and tells the receiver. The status changes here even when the push fails. */
    public Pushed change(CardNumber card, CardStatus status, URI receiver) throws IOException, InterruptedException {
        Instant now = Instant.now();
        synchronized (this) {
            statuses.put(card, status);
            keep();
        }
        String tokenId = UUID.randomUUID().toString();
        return push(token(card, status, now, tokenId), tokenId, receiver);
    }

    private void keep() throws IOException {
        Map<String, CardStatus> byDigits = new TreeMap<>();
        statuses.forEach((card, status) -> byDigits.put(card.digits(), status));
        Path part = statusFile.resolveSibling("statuses.json.part");
        JSON.writeValue(part.toFile(), byDigits);
        Files.move(part, statusFile, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A signed token, not yet pushed. */
    public String token(CardNumber card, CardStatus status, Instant at, String tokenId) {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .audience(audience)
                .jwtID(tokenId)
                .issueTime(Date.from(at))
                // RFC 8417 § 2.2; a NumericDate may have a fraction (RFC 7519 § 2), and changes may follow within a
                // second.
                .claim("toe", at.toEpochMilli() / 1000.0)
                .claim("sub_id", Map.of("format", "opaque", "id", card.digits()))
                .claim("events", Map.of(SecurityEventTokens.CARD_STATUS, Map.of("status", status.name())))
                .build();
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(new JOSEObjectType("secevent+jwt"))
                        .keyID(key.getKeyID())
                        .build(),
                claims);
        try {
            token.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("the register cannot sign", e);
        }
        return token.serialize();
    }

    /** Pushes any token, once. */
    public Pushed push(String token, String tokenId, URI receiver) throws IOException, InterruptedException {
        Instant at = Instant.now();
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(receiver)
                        .timeout(TIME_OUT)
                        .header("Content-Type", "application/secevent+jwt")
                        .header("Accept", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(token))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return new Pushed(tokenId, at, answer.statusCode(), answer.body());
    }
}
