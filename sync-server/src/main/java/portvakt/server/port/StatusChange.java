package portvakt.server.port;

import java.time.Instant;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;

/**
 * A register says that a card's status is now this.
 *
 * @param eventTime when it became so at the register; orders changes of one card, whatever order they arrive in
 * @param source    who said it, for the audit: the token's issuer
 * @param tokenId   the token's {@code jti}: the same one again changes nothing
 * @param contentHash SHA-256 (hex) of the token's signed content, to tell a repeat from a {@code jti} used twice
 */
public record StatusChange(
        CardNumber card, CardStatus status, Instant eventTime, String source, String tokenId, String contentHash) {}
