package portvakt.gate.adapter.pcsc;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Settings of the contactless reader. Immutable.
 *
 * @param readerName        a part of the reader's PC/SC name that fits one reader only, for example {@code PICC}; empty: the
 *                          first reader there is
 * @param chipLayout        how to read HSE cards' chips; empty: UIDs only
 * @param cardNumberPattern a regular expression that card numbers on chips match; default {@code [0-9]{7}}
 * @param retryMin          pause before the first new try when the reader is lost; default 0.2 s; doubles with each try
 * @param retryMax          longest pause between tries; default 5 s
 */
public record PcscReaderConfig(
        String readerName,
        Optional<ChipLayout> chipLayout,
        String cardNumberPattern,
        Duration retryMin,
        Duration retryMax) {

    private static final Duration RETRY_MIN_LEAST = Duration.ofMillis(10);
    private static final Duration RETRY_MAX_MOST = Duration.ofMinutes(1);

    /** @throws IllegalArgumentException with a message for the installer */
    public PcscReaderConfig {
        readerName = readerName == null ? "" : readerName.strip();
        chipLayout = chipLayout == null ? Optional.empty() : chipLayout;
        cardNumberPattern = cardNumberPattern == null ? "[0-9]{7}" : cardNumberPattern;
        retryMin = retryMin == null ? Duration.ofMillis(200) : retryMin;
        retryMax = retryMax == null ? Duration.ofSeconds(5) : retryMax;
        try {
            Pattern.compile(cardNumberPattern);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("cardNumberPattern \"" + cardNumberPattern
                    + "\" is no regular expression: " + e.getDescription() + ". For example [0-9]{7}.");
        }
        if (retryMin.compareTo(RETRY_MIN_LEAST) < 0
                || retryMax.compareTo(RETRY_MAX_MOST) > 0
                || retryMin.compareTo(retryMax) > 0) {
            throw new IllegalArgumentException("retryMin " + retryMin + " and retryMax " + retryMax + ": needed is "
                    + RETRY_MIN_LEAST + " <= retryMin <= retryMax <= " + RETRY_MAX_MOST);
        }
    }

    /** The first reader there is, UIDs only, all else as by default. */
    public static PcscReaderConfig defaults() {
        return new PcscReaderConfig(null, null, null, null, null);
    }

    /** What a card number has to look like. */
    public Pattern acceptedCardNumbers() {
        return Pattern.compile(cardNumberPattern);
    }
}
