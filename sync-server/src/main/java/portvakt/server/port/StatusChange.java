package portvakt.server.port;

import java.time.Instant;
import java.util.Optional;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.Topics;

/**
 * Somebody who may says that a card's status is now this. Immutable; one that exists can be kept.
 *
 * @param list      the list that it is about: the register's, or a site's
 * @param eventTime when it became so; orders changes of one card, whatever order they arrive in
 * @param source    who said it, for the audit: the token's issuer, the address of a pulled list, {@code csv-import} or {@code site}
 * @param tokenId   what it was said in: the token's {@code jti}, or the file's digest
 * @param contentHash SHA-256 (hex) of the token's signed content, to tell a repeat from a {@code jti} used twice; empty for what
 *                  is not a token and may be said as often as one likes
 * @param account   the person or program that was logged in, if one was
 * @param reason    why, in that person's words
 */
public record StatusChange(
        String list,
        CardNumber card,
        CardStatus status,
        Instant eventTime,
        String source,
        String tokenId,
        Optional<String> contentHash,
        Optional<String> account,
        Optional<String> reason) {

    /** Longest source, token id and reason, in characters. */
    public static final int TEXT_CHARS_MAX = 300;

    /** Longest account name, in characters. */
    public static final int ACCOUNT_CHARS_MAX = 100;

    /** @throws IllegalArgumentException if a text is empty or too long to be kept, or the list's name is none */
    public StatusChange {
        Topics.name(list);
        requireText("source", source, TEXT_CHARS_MAX);
        requireText("jti", tokenId, TEXT_CHARS_MAX);
        account.ifPresent(name -> requireText("account", name, ACCOUNT_CHARS_MAX));
        reason.ifPresent(text -> requireText("reason", text, TEXT_CHARS_MAX));
    }

    /** What a register's token says. */
    public static StatusChange ofToken(
            String list,
            CardNumber card,
            CardStatus status,
            Instant eventTime,
            String source,
            String tokenId,
            String contentHash) {
        return new StatusChange(
                list,
                card,
                status,
                eventTime,
                source,
                tokenId,
                Optional.of(contentHash),
                Optional.empty(),
                Optional.empty());
    }

    private static void requireText(String what, String text, int charsMax) {
        if (text.isBlank() || text.length() > charsMax) {
            throw new IllegalArgumentException("a " + what + " has 1 to " + charsMax + " characters");
        }
    }
}
