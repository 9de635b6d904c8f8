package portvakt.gate.adapter.pcsc;

import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A site's own application on MIFARE DESFire cards (EV1 and later, AES keys): where it is, the key that proves a card, and where
 * the card number stands. Immutable.
 *
 * @param applicationId   three bytes in hexadecimal digits, in the order in which they are sent to the card
 * @param authentication  default {@code EV2}; nothing weaker is tried when a card refuses it
 * @param keyNumber       of the key in the application, 0 to 13
 * @param keyFile         the site's key, see {@link KeyFile}; each card's own comes from it by {@code diversification}
 * @param diversification absent: all cards have the site's key itself, and one opened card opens all others
 * @param randomUid       for cards that draw their UID anew each time: the key, the same on all cards, under which a card tells
 *                        its true UID; needed only where keys are diversified
 * @param fileNumber      0 to 31
 * @param communication   default {@code MAC}; what the file's own settings say
 */
public record DesfireLayout(
        String applicationId,
        Authentication authentication,
        int keyNumber,
        String keyFile,
        Optional<KeyDiversification> diversification,
        Optional<UidKey> randomUid,
        int fileNumber,
        Communication communication,
        Fields fields) {

    private static final int KEY_NUMBER_MAX = 13;
    private static final int FILE_NUMBER_MAX = 31;
    private static final int READ_BYTES_MAX = 256;

    /** How card and gate prove to each other that they have the key. */
    public enum Authentication {
        /** AuthenticateAES (AAh): DESFire EV1 and later. */
        AES,
        /** AuthenticateEV2First (71h): DESFire EV2, EV3 and Light. */
        EV2
    }

    /** How what a file says is protected on its way. There is no plain: what nobody seals, anybody can change. */
    public enum Communication {
        /** A code of 8 bytes that only the session's key makes. */
        MAC,
        /** Encrypted, and sealed. */
        FULL
    }

    /** @param keyNumber of the key in the application, 0 to 13 */
    public record UidKey(int keyNumber, String keyFile) {
        public UidKey {
            requireKey("randomUid.", keyNumber, keyFile);
        }
    }

    /** Only the card number is a must. */
    public record Fields(
            FileField cardNumber,
            Optional<FileField> expiresOn,
            Optional<FileField> holderName,
            Optional<FileField> employerName,
            Optional<FileField> employerOrganisationNumber) {

        public Fields {
            require(cardNumber != null, "\"fields\" needs \"cardNumber\"");
            expiresOn = orEmpty(expiresOn);
            holderName = orEmpty(holderName);
            employerName = orEmpty(employerName);
            employerOrganisationNumber = orEmpty(employerOrganisationNumber);
            require(
                    expiresOn.isEmpty() || expiresOn.get().format().isPresent(),
                    "\"expiresOn\" needs \"format\", for example yyyyMMdd");
        }

        private static <T> Optional<T> orEmpty(Optional<T> value) {
            return value == null ? Optional.empty() : value;
        }

        Stream<FileField> all() {
            return Stream.concat(
                    Stream.of(cardNumber),
                    Stream.of(expiresOn, holderName, employerName, employerOrganisationNumber)
                            .flatMap(Optional::stream));
        }
    }

    /** @throws IllegalArgumentException with a message for the installer */
    public DesfireLayout {
        require(
                applicationId != null && applicationId.matches("[0-9a-fA-F]{6}") && !applicationId.equals("000000"),
                "\"applicationId\" is " + applicationId + ": give its three bytes as they are sent to the card, for "
                        + "example 3042f5; 000000 is the card itself");
        authentication = authentication == null ? Authentication.EV2 : authentication;
        requireKey("", keyNumber, keyFile);
        diversification = diversification == null ? Optional.empty() : diversification;
        randomUid = randomUid == null ? Optional.empty() : randomUid;
        require(
                randomUid.isEmpty() || diversification.isPresent(),
                "\"randomUid\" is needed only with \"diversification\": remove it");
        require(
                fileNumber >= 0 && fileNumber <= FILE_NUMBER_MAX,
                "\"fileNumber\" is " + fileNumber + ": 0 to " + FILE_NUMBER_MAX);
        communication = communication == null ? Communication.MAC : communication;
        require(fields != null, "\"fields\" is missing: say where the card number stands in the file");
        int begin = fields.all().mapToInt(FileField::offset).min().orElseThrow();
        int end = fields.all().mapToInt(FileField::end).max().orElseThrow();
        require(
                end - begin <= READ_BYTES_MAX,
                "the fields lie " + (end - begin) + " bytes apart, and at most " + READ_BYTES_MAX + " are read");
    }

    private static void requireKey(String prefix, int keyNumber, String keyFile) {
        require(
                keyNumber >= 0 && keyNumber <= KEY_NUMBER_MAX,
                "\"" + prefix + "keyNumber\" is " + keyNumber + ": 0 to " + KEY_NUMBER_MAX);
        require(keyFile != null && !keyFile.isBlank(), "\"" + prefix + "keyFile\" is missing: give the key's file");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    byte[] applicationIdBytes() {
        return HexFormat.of().parseHex(applicationId);
    }

    int readFrom() {
        return fields.all().mapToInt(FileField::offset).min().orElseThrow();
    }

    int readBytes() {
        return fields.all().mapToInt(FileField::end).max().orElseThrow() - readFrom();
    }
}
