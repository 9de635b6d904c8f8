package portvakt.server.adapter.register;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.server.adapter.register.SecurityEventTokens.Verdict;

/**
 * Whatever is pushed as a Security Event Token or pulled as a Status List Token, and whatever claims the register's own key has signed:
 * a verdict, and what is believed lies in bounds. The first byte says which: t a token as it comes, s claims of a Security Event Token,
 * l claims of a Status List Token.
 */
class RegisterTokensFuzzTest {

    private static final Instant NOW = Instant.parse("2026-11-24T05:55:00Z");
    private static final Pattern SEVEN_DIGITS = Pattern.compile("[0-9]{7}");
    private static final URI LIST = URI.create("https://register.example/list");
    private static final SecurityEventTokens EVENTS;
    private static final StatusListTokens LISTS;
    private static final JWSSigner SIGNER;

    static {
        try {
            ECKey key = new ECKeyGenerator(Curve.P_256).keyID("register-1").generate();
            Path jwks = Files.createTempFile("register", ".jwks");
            jwks.toFile().deleteOnExit();
            Files.writeString(jwks, new JWKSet(key.toPublicJWK()).toString());
            SIGNER = new ECDSASigner(key);
            EVENTS = new SecurityEventTokens(
                    new SecurityEventTokens.Settings(
                            jwks, "https://register.example", "https://portvakt.example", "hms-kort", SEVEN_DIGITS),
                    InstantSource.fixed(NOW));
            LISTS = new StatusListTokens(
                    new StatusListTokens.Settings(LIST, jwks, Optional.of("https://register.example")));
        } catch (IOException | JOSEException e) {
            throw new AssertionError(e);
        }
    }

    static Stream<byte[]> tokens() {
        String event = "{\"iss\":\"https://register.example\",\"aud\":\"https://portvakt.example\",\"iat\":1795499000,"
                + "\"jti\":\"jti-1\",\"toe\":1795498000.5,\"sub_id\":{\"format\":\"opaque\",\"id\":\"4388261\"},"
                + "\"events\":{\"urn:portvakt:secevent:card-status\":{\"status\":\"REVOKED\"}}}";
        String list =
                "{\"iss\":\"https://register.example\",\"sub\":\"" + LIST + "\",\"iat\":1795499000,\"exp\":1895499000,"
                        + "\"ttl\":900,\"status_list\":{\"bits\":2,\"lst\":\"" + lst() + "\"}}";
        return Stream.of("s" + event, "l" + list, "t" + signed("secevent+jwt", event.getBytes(StandardCharsets.UTF_8)))
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    private static String lst() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
            deflater.write(new byte[] {1, 0, 0, 8});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(out.toByteArray());
    }

    private static String signed(String type, byte[] claims) {
        JWSObject token = new JWSObject(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(new JOSEObjectType(type))
                        .keyID("register-1")
                        .build(),
                new Payload(claims));
        try {
            token.sign(SIGNER);
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
        return token.serialize();
    }

    @MethodSource("tokens")
    @FuzzTest
    void fuzz(byte[] input) {
        if (input.length < 2) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        switch (input[0]) {
            case 's' -> event(signed("secevent+jwt", rest));
            case 'l' -> list(signed("statuslist+jwt", rest));
            default -> {
                event(new String(rest, StandardCharsets.US_ASCII));
                list(new String(rest, StandardCharsets.US_ASCII));
            }
        }
    }

    private static void event(String token) {
        switch (EVENTS.verify(token)) {
            case Verdict.Accepted(var change) -> {
                assertThat(change.card().digits()).matches(SEVEN_DIGITS);
                // What every database can hold.
                assertThat(change.eventTime()).isBetween(Instant.EPOCH, NOW.plus(SecurityEventTokens.LEEWAY));
            }
            case Verdict.Ignored ignored -> assertThat(ignored.tokenId()).isNotBlank();
            case Verdict.Rejected rejected -> assertThat(rejected.description()).isNotBlank();
        }
    }

    private static void list(String token) {
        StatusListTokens.Believed believed;
        try {
            believed = LISTS.verify(token, NOW);
            assertThat(LISTS.readAgain(token).issuedAt()).isEqualTo(believed.issuedAt());
        } catch (StatusListTokens.Refused e) {
            assertThat(e.getMessage()).isNotBlank();
            return;
        }
        assertThat(believed.issuedAt()).isBetween(Instant.EPOCH, NOW.plus(SecurityEventTokens.LEEWAY));
        believed.expiresAt().ifPresent(end -> assertThat(end).isAfter(NOW));
        for (long at = believed.statuses().nextNotValid(0);
                at < believed.statuses().size();
                at = believed.statuses().nextNotValid(at + 1)) {
            assertThat(believed.statuses().status(at)).isPositive();
        }
    }
}
