package portvakt.gate.adapter.pcsc;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import portvakt.protocol.config.Expression;

/**
 * Settings of the contactless reader. Immutable.
 *
 * @param readerName        a part of the reader's PC/SC name that fits one reader only, for example {@code PICC}; empty: the
 *                          first contactless slot there is
 * @param readerProfile     what the reader is like; default by its name
 * @param keyPlace          where the reader takes sector keys; default by the profile
 * @param silent            keeps the reader from beeping at each card by itself, where its profile knows how; default false
 * @param desfire           the site's own application on DESFire cards, which proves a card; empty: none
 * @param chipLayout        how to read HSE cards' chips; empty: UIDs only
 * @param cardNumberPattern a regular expression that card numbers on chips match; default {@code [0-9]{7}}
 * @param retryMin          pause before the first new try when the reader is lost; default 0.2 s; doubles with each try
 * @param retryMax          longest pause between tries; default 5 s
 * @param apduDump          a file to which all exchanges with cards are written, masked; empty: none
 */
public record PcscReaderConfig(
        String readerName,
        Optional<ReaderProfile> readerProfile,
        Optional<ReaderProfile.KeyPlace> keyPlace,
        Boolean silent,
        Optional<DesfireLayout> desfire,
        Optional<ChipLayout> chipLayout,
        String cardNumberPattern,
        Duration retryMin,
        Duration retryMax,
        Optional<Path> apduDump) {

    private static final String NUMBER = "[0-9]{7}";
    private static final Duration RETRY_MIN_LEAST = Duration.ofMillis(10);
    private static final Duration RETRY_MAX_MOST = Duration.ofMinutes(1);

    /** @throws IllegalArgumentException with a message for the installer */
    public PcscReaderConfig {
        readerName = readerName == null ? "" : readerName.strip();
        readerProfile = readerProfile == null ? Optional.empty() : readerProfile;
        keyPlace = keyPlace == null ? Optional.empty() : keyPlace;
        silent = silent != null && silent;
        desfire = desfire == null ? Optional.empty() : desfire;
        chipLayout = chipLayout == null ? Optional.empty() : chipLayout;
        apduDump = apduDump == null ? Optional.empty() : apduDump;
        cardNumberPattern = cardNumberPattern == null ? NUMBER : cardNumberPattern;
        retryMin = retryMin == null ? Duration.ofMillis(200) : retryMin;
        retryMax = retryMax == null ? Duration.ofSeconds(5) : retryMax;
        Expression.compile("cardNumberPattern", cardNumberPattern, NUMBER);
        if (retryMin.compareTo(RETRY_MIN_LEAST) < 0
                || retryMax.compareTo(RETRY_MAX_MOST) > 0
                || retryMin.compareTo(retryMax) > 0) {
            throw new IllegalArgumentException("retryMin " + retryMin + " and retryMax " + retryMax + ": needed is "
                    + RETRY_MIN_LEAST + " <= retryMin <= retryMax <= " + RETRY_MAX_MOST);
        }
    }

    /** A reader that is like its name says, and no DESFire application. */
    public PcscReaderConfig(
            String readerName,
            Optional<ChipLayout> chipLayout,
            String cardNumberPattern,
            Duration retryMin,
            Duration retryMax) {
        this(readerName, null, null, false, null, chipLayout, cardNumberPattern, retryMin, retryMax, null);
    }

    /** The same reader, and cards with the site's own application. */
    public PcscReaderConfig withDesfire(DesfireLayout layout) {
        return new PcscReaderConfig(
                readerName,
                readerProfile,
                keyPlace,
                silent,
                Optional.of(layout),
                chipLayout,
                cardNumberPattern,
                retryMin,
                retryMax,
                apduDump);
    }

    /** The same reader, and all that is said to its cards in a file. */
    public PcscReaderConfig withApduDump(Path file) {
        return new PcscReaderConfig(
                readerName,
                readerProfile,
                keyPlace,
                silent,
                desfire,
                chipLayout,
                cardNumberPattern,
                retryMin,
                retryMax,
                Optional.of(file));
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
