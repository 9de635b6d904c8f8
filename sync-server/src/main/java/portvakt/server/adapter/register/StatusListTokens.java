package portvakt.server.adapter.register;

import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import portvakt.server.adapter.register.SecurityEventTokens.ErrorCode;
import portvakt.server.list.TokenStatusList;

/**
 * Verifies Status List Tokens (draft-ietf-oauth-status-list): JWTs of type {@code statuslist+jwt}, signed by a key of the
 * register's JWKS file, whose {@code sub} is the address that they were fetched from. Safe for any thread.
 */
public final class StatusListTokens {

    /** Largest token in characters, and largest list inflated: room for 20 million cards at two bits. */
    public static final int TOKEN_CHARS_MAX = 8 * 1024 * 1024;

    static final int INFLATED_BYTES_MAX = 8 * 1024 * 1024;

    private static final long TTL_SECONDS_MAX = Duration.ofDays(366).toSeconds();
    private static final String DRAFT = "draft-ietf-oauth-status-list section 5.1";

    /** @param issuer what {@code iss} has to be where it is given */
    public record Settings(URI uri, Path jwks, Optional<String> issuer) {}

    /** A list that is believed. @param timeToLive how long its issuer thinks that it need not be fetched again */
    public record Believed(
            TokenStatusList statuses, Instant issuedAt, Optional<Instant> expiresAt, Optional<Duration> timeToLive) {}

    /** A list that is not; the message names the fault and what would be right. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message, null, false, false);
        }
    }

    private final Settings settings;
    private final SignedTokens signed;

    /** @throws IllegalArgumentException if the key file cannot be used; the message says what to do */
    public StatusListTokens(Settings settings) {
        this.settings = settings;
        this.signed = new SignedTokens("statuslist+jwt", DRAFT, settings.jwks());
    }

    /** @param token a JWT in compact form */
    public Believed verify(String token, Instant now) throws Refused {
        if (token.length() > TOKEN_CHARS_MAX) {
            throw new Refused("the token is longer than " + TOKEN_CHARS_MAX + " characters");
        }
        try {
            Believed believed = read(claims(signed.prove(token)));
            SecurityEventTokens.plausible("iat", believed.issuedAt(), now);
            if (believed.expiresAt().filter(end -> !end.isAfter(now)).isPresent()) {
                throw SignedTokens.malformed("the list has expired at "
                        + believed.expiresAt().get() + "; the register has to issue a new one");
            }
            return believed;
        } catch (SignedTokens.Refusal e) {
            throw new Refused(e.getMessage());
        }
    }

    /**
     * Reads again what was believed before and kept since by this server: neither signature nor time are asked.
     *
     * @throws Refused if it is damaged
     */
    public Believed readAgain(String token) throws Refused {
        try {
            return read(claims(SignedJWT.parse(token)));
        } catch (SignedTokens.Refusal e) {
            throw new Refused(e.getMessage());
        } catch (ParseException e) {
            throw new Refused("the kept token is damaged");
        }
    }

    private static JWTClaimsSet claims(SignedJWT jwt) throws SignedTokens.Refusal {
        try {
            return jwt.getJWTClaimsSet();
        } catch (ParseException e) {
            throw SignedTokens.malformed("the claims are no JSON object, or one of them has the wrong type");
        }
    }

    private Believed read(JWTClaimsSet claims) throws SignedTokens.Refusal {
        if (!settings.uri().toString().equals(claims.getSubject())) {
            throw SignedTokens.malformed("\"sub\" has to be the list's own address, " + settings.uri());
        }
        if (claims.getIssuer() != null
                && settings.issuer()
                        .filter(issuer -> !issuer.equals(claims.getIssuer()))
                        .isPresent()) {
            throw new SignedTokens.Refusal(
                    ErrorCode.INVALID_ISSUER, "\"iss\" is not the register that this server listens to");
        }
        if (claims.getIssueTime() == null) {
            throw SignedTokens.malformed("\"iat\" is missing (" + DRAFT + ")");
        }
        return new Believed(
                statuses(claims),
                claims.getIssueTime().toInstant(),
                Optional.ofNullable(claims.getExpirationTime()).map(java.util.Date::toInstant),
                timeToLive(claims));
    }

    private static TokenStatusList statuses(JWTClaimsSet claims) throws SignedTokens.Refusal {
        if (!(claims.getClaim("status_list") instanceof Map<?, ?> list)
                || !(list.get("bits") instanceof Number bits)
                || !(list.get("lst") instanceof String compressed)) {
            throw SignedTokens.malformed(
                    "\"status_list\" has to be {\"bits\": 1 | 2 | 4 | 8, \"lst\": \"<base64url>\"}");
        }
        if (bits.doubleValue() != bits.intValue()) {
            throw SignedTokens.malformed("\"bits\" has to be 1, 2, 4 or 8");
        }
        try {
            return TokenStatusList.inflate(
                    bits.intValue(), Base64URL.from(compressed).decode(), INFLATED_BYTES_MAX);
        } catch (TokenStatusList.Malformed e) {
            throw SignedTokens.malformed(e.getMessage());
        }
    }

    private static Optional<Duration> timeToLive(JWTClaimsSet claims) throws SignedTokens.Refusal {
        return switch (claims.getClaim("ttl")) {
            case null -> Optional.empty();
            case Number seconds
            when seconds.doubleValue() > 0 ->
                Optional.of(Duration.ofSeconds(Math.clamp(seconds.longValue(), 1, TTL_SECONDS_MAX)));
            default -> throw SignedTokens.malformed("\"ttl\" has to be a positive number of seconds");
        };
    }
}
