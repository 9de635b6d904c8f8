package portvakt.gate.adapter.pcsc;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.Uid;

/**
 * How each card's own key comes from the site's: AES-128 by NXP AN10922, section 2.2. A card that is taken apart then tells its
 * own key and no other's. Immutable.
 *
 * @param input            what goes in, in this order; default UID, application id, system identifier
 * @param systemIdentifier hexadecimal; needed where the input names it
 */
public record KeyDiversification(List<Part> input, Optional<String> systemIdentifier) {

    /** AN10922: at most so much behind the constant. */
    private static final int INPUT_BYTES_MAX = 31;

    private static final int UID_BYTES = 7;
    private static final int APPLICATION_ID_BYTES = 3;
    private static final int PADDED_BYTES = 2 * AesKey.BLOCK_BYTES;
    private static final byte AES_128 = 0x01;

    /** A part of the diversification input. */
    public enum Part {
        UID,
        /** Its three bytes in the order in which they are sent to the card. */
        APPLICATION_ID,
        SYSTEM_IDENTIFIER
    }

    /** @throws IllegalArgumentException with a message for the installer */
    public KeyDiversification {
        input = input == null ? List.of(Part.UID, Part.APPLICATION_ID, Part.SYSTEM_IDENTIFIER) : List.copyOf(input);
        systemIdentifier = systemIdentifier == null ? Optional.empty() : systemIdentifier.map(String::strip);
        require(
                !input.isEmpty() && EnumSet.copyOf(input).size() == input.size() && input.contains(Part.UID),
                "\"input\" is " + input + ": name each part once, and UID among them, or all cards would have one key");
        require(
                input.contains(Part.SYSTEM_IDENTIFIER) == systemIdentifier.isPresent(),
                "\"systemIdentifier\" goes with SYSTEM_IDENTIFIER in \"input\": give both, or leave both out");
        systemIdentifier.ifPresent(hex -> require(
                hex.matches("([0-9a-fA-F]{2})+"),
                "\"systemIdentifier\" is \"" + hex
                        + "\": give whole bytes in hexadecimal digits, for example 4e585020416275"));
        int length = UID_BYTES
                + (input.contains(Part.APPLICATION_ID) ? APPLICATION_ID_BYTES : 0)
                + systemIdentifier.orElse("").length() / 2;
        require(
                length <= INPUT_BYTES_MAX,
                "the diversification input has " + length + " bytes, and " + INPUT_BYTES_MAX + " are the most: shorten "
                        + "\"systemIdentifier\"");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException("diversification: " + message);
        }
    }

    /** @param applicationId as it is sent to the card */
    AesKey cardKey(AesKey master, Uid uid, byte[] applicationId) {
        ByteArrayOutputStream m = new ByteArrayOutputStream();
        m.write(AES_128);
        for (Part part : input) {
            m.writeBytes(
                    switch (part) {
                        case UID -> uid.bytes();
                        case APPLICATION_ID -> applicationId;
                        case SYSTEM_IDENTIFIER -> HexFormat.of().parseHex(systemIdentifier.orElseThrow());
                    });
        }
        return derived(master, m.toByteArray());
    }

    /** AN10922 always chains two blocks, also where the input would fit in one: there it differs from a plain CMAC. */
    private static AesKey derived(AesKey master, byte[] input) {
        byte[] padded = Arrays.copyOf(input, PADDED_BYTES);
        boolean whole = input.length == PADDED_BYTES;
        if (!whole) {
            padded[input.length] = (byte) 0x80;
        }
        return new AesKey(master.chained(new byte[AesKey.BLOCK_BYTES], padded, whole));
    }
}
