package portvakt.server.adapter.register;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.port.StatusChange;

/**
 * Verifies what a card register pushes: Security Event Tokens (RFC 8417), one card's new status each.
 *
 * <p>A token is a JWT of type {@code secevent+jwt}, signed with ES256, PS256 or RS256 by a key of the register's JWKS file. Its
 * subject is top-level, {@code "sub_id": {"format": "opaque", "id": "4388261"}} (RFC 9493), and its one event of interest is
 * {@link #CARD_STATUS} with {@code {"status": "VALID" | "REVOKED" | "SUSPENDED"}}. The change happened at {@code toe}, which may
 * have decimals, else at {@code iat}. Events of other types beside it are ignored.
 *
 * <p>Safe for any thread. Takes well under a millisecond; reads the key file when it has changed.
 */
public final class SecurityEventTokens {

    /**
     * The event's type. A URN of our own, since no public interface of a Norwegian card register exists whose name it could
     * take; RFC 8417 § 2 asks for nothing but a URI that both sides know.
     */
    public static final String CARD_STATUS = "urn:portvakt:secevent:card-status";

    /** How far ahead of ours a register's clock may be. */
    public static final Duration LEEWAY = Duration.ofMinutes(2);

    private static final int TOKEN_ID_LENGTH_MAX = 200;
    /**
     * @param jwks     the register's public keys, a JWKS file
     * @param issuer   the only {@code iss} that is accepted
     * @param audience has to be in {@code aud}
     * @param list     the list that its changes go into
     * @param card     what a card number has to look like, for example {@code [0-9]{7}}
     */
    public record Settings(Path jwks, String issuer, String audience, String list, Pattern card) {}

    /** The six codes of RFC 8935 § 2.4. */
    public enum ErrorCode {
        INVALID_REQUEST,
        INVALID_KEY,
        INVALID_ISSUER,
        INVALID_AUDIENCE,
        AUTHENTICATION_FAILED,
        ACCESS_DENIED;

        /** As it goes over the wire, for example {@code invalid_request}. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a token came to. */
    public sealed interface Verdict {
        record Accepted(StatusChange change) implements Verdict {}

        /**
         * A good token that tells of nothing that this server knows. It is acknowledged: a receiver that does not understand an
         * event type passes over it (RFC 8417 § 2.2), and an error would only make the register send it again.
         */
        record Ignored(String issuer, String tokenId) implements Verdict {}

        /** @param description plain English for the register's operator; names no secret and no whole card number */
        record Rejected(ErrorCode err, String description) implements Verdict {}
    }

    private final Settings settings;
    private final SignedTokens signed;
    private final InstantSource clock;

    /** @throws IllegalArgumentException if the key file cannot be used; the message says what to do */
    public SecurityEventTokens(Settings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.signed = new SignedTokens("secevent+jwt", "RFC 8417 section 2.3", settings.jwks());
    }

    /** @param token a JWT in compact form */
    public Verdict verify(String token) {
        try {
            return verdict(signed.prove(token));
        } catch (SignedTokens.Refusal refusal) {
            return new Verdict.Rejected(refusal.err(), refusal.getMessage());
        }
    }

    private Verdict verdict(SignedJWT jwt) throws SignedTokens.Refusal {
        JWTClaimsSet claims;
        try {
            claims = jwt.getJWTClaimsSet();
        } catch (ParseException e) {
            throw SignedTokens.malformed("the claims are no JSON object, or one of them has the wrong type");
        }
        if (!settings.issuer().equals(claims.getIssuer())) {
            throw new SignedTokens.Refusal(
                    ErrorCode.INVALID_ISSUER, "\"iss\" is not the register that this server listens to");
        }
        if (!claims.getAudience().contains(settings.audience())) {
            throw new SignedTokens.Refusal(ErrorCode.INVALID_AUDIENCE, "\"aud\" does not name this server");
        }
        Instant now = clock.instant();
        if (claims.getIssueTime() == null) {
            throw SignedTokens.malformed("\"iat\" is missing (RFC 8417 section 2.2)");
        }
        Instant issuedAt = plausible("iat", claims.getIssueTime().toInstant(), now);
        // An issuer that says "not after" is taken at its word, though RFC 8417 advises against "exp" in these tokens.
        if (claims.getExpirationTime() != null
                && claims.getExpirationTime().toInstant().plus(LEEWAY).isBefore(now)) {
            throw SignedTokens.malformed("\"exp\" is past; send such tokens without \"exp\" (RFC 8417 section 2.2)");
        }
        Instant eventTime = plausible("toe", timeOfEvent(claims).orElse(issuedAt), now);
        String tokenId = tokenId(claims);
        Map<?, ?> events = events(claims);
        if (!events.containsKey(CARD_STATUS)) {
            return new Verdict.Ignored(claims.getIssuer(), tokenId);
        }
        return new Verdict.Accepted(StatusChange.ofToken(
                settings.list(),
                card(claims),
                status(events),
                eventTime,
                claims.getIssuer(),
                tokenId,
                contentHash(jwt)));
    }

    /** Neither in the future nor before the years that databases can hold. */
    static Instant plausible(String claim, Instant time, Instant now) throws SignedTokens.Refusal {
        if (time.isBefore(Instant.EPOCH)) {
            throw SignedTokens.malformed("\"" + claim + "\" is before 1970; it counts the seconds since then");
        }
        if (time.isAfter(now.plus(LEEWAY))) {
            throw SignedTokens.malformed("\"" + claim + "\" is in the future; check the register's clock");
        }
        return time;
    }

    private static String tokenId(JWTClaimsSet claims) throws SignedTokens.Refusal {
        String id = claims.getJWTID();
        if (id == null || id.isBlank() || id.length() > TOKEN_ID_LENGTH_MAX) {
            throw SignedTokens.malformed(
                    "\"jti\" has to be 1 to " + TOKEN_ID_LENGTH_MAX + " characters, its own for each token");
        }
        return id;
    }

    private static Optional<Instant> timeOfEvent(JWTClaimsSet claims) throws SignedTokens.Refusal {
        return switch (claims.getClaim("toe")) {
            case null -> Optional.empty();
            // Decimals matter: they order two changes of one card in one second.
            case Number seconds
            when Math.abs(seconds.doubleValue()) < 1e11 ->
                Optional.of(Instant.ofEpochMilli(Math.round(seconds.doubleValue() * 1000)));
            default ->
                throw SignedTokens.malformed("\"toe\" has to be a number of seconds since 1970 (RFC 8417 section 2.2)");
        };
    }

    private CardNumber card(JWTClaimsSet claims) throws SignedTokens.Refusal {
        if (claims.getClaim("sub_id") instanceof Map<?, ?> subject
                && "opaque".equals(subject.get("format"))
                && subject.get("id") instanceof String id) {
            return CardNumber.parse(id, settings.card())
                    .orElseThrow(() ->
                            SignedTokens.malformed("\"sub_id\".\"id\" is no card number as this server expects it"));
        }
        throw SignedTokens.malformed(
                "\"sub_id\" has to be {\"format\": \"opaque\", \"id\": \"<card number>\"} (RFC 9493)");
    }

    private static Map<?, ?> events(JWTClaimsSet claims) throws SignedTokens.Refusal {
        if (claims.getClaim("events") instanceof Map<?, ?> events
                && !events.isEmpty()
                && events.values().stream().allMatch(Map.class::isInstance)) {
            return events;
        }
        throw SignedTokens.malformed(
                "\"events\" has to be an object of one or more events, each an object (RFC 8417 section 2.2)");
    }

    private static CardStatus status(Map<?, ?> events) throws SignedTokens.Refusal {
        Map<?, ?> event = (Map<?, ?>) events.get(CARD_STATUS);
        Object status = event.get("status");
        return Arrays.stream(CardStatus.values())
                .filter(known -> known.name().equals(status))
                .findAny()
                .orElseThrow(() -> SignedTokens.malformed("the event's \"status\" has to be one of "
                        + Arrays.stream(CardStatus.values()).map(Enum::name).collect(Collectors.joining(", "))));
    }

    /** Of the claims alone: a register that repeats a token under a new key still repeats it. */
    private static String contentHash(SignedJWT jwt) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(jwt.getPayload().toBytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
