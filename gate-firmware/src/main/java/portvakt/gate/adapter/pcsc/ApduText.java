package portvakt.gate.adapter.pcsc;

import java.util.HexFormat;

/**
 * Exchanges with a card as text, one line each way: {@code > FF CA 00 00 00}, {@code < 04 ** ** ** ** ** F6 90 00}. What is about a
 * person, and every key and what is made with one, is starred: two stars for each byte, so lengths and status stay. Pure.
 */
final class ApduText {

    private static final HexFormat HEX = HexFormat.ofDelimiter(" ").withUpperCase();
    private static final int HEADER_BYTES = 5;

    private ApduText() {}

    /** All of it. For cards that are nobody's. */
    static String whole(byte[] bytes) {
        return HEX.formatHex(bytes);
    }

    /** What is asked, and how much is sent along with it. Data only where they are numbers of files, keys and blocks. */
    static String maskedCommand(byte[] command) {
        int shown = Math.min(command.length, HEADER_BYTES) + harmlessBytes(command);
        return starred(command, shown);
    }

    /** How many bytes behind the header may be seen. */
    private static int harmlessBytes(byte[] command) {
        if (command.length <= HEADER_BYTES) {
            return 0;
        }
        int wanted = switch ((command[0] & 0xff) << 8 | command[1] & 0xff) {
            case 0xff86, 0x905a -> command.length;
            case 0x90aa -> 2;
            case 0x9071 -> 3;
            case 0x90bd -> 7;
            default -> 0;
        };
        return Math.min(wanted, command.length - HEADER_BYTES);
    }

    /** The status; of a UID also its ends, by which a technician knows a card again. */
    static String maskedAnswer(byte[] command, byte[] answer) {
        int end = Math.max(0, answer.length - 2);
        boolean uid = command.length > 1 && command[0] == (byte) 0xff && command[1] == (byte) 0xca && end > 2;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < answer.length; i++) {
            boolean seen = i >= end || (uid && (i == 0 || i == end - 1));
            text.append(i == 0 ? "" : " ").append(seen ? HEX.toHexDigits(answer[i]) : "**");
        }
        return text.toString();
    }

    private static String starred(byte[] bytes, int shown) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes.length; i++) {
            text.append(i == 0 ? "" : " ").append(i < shown ? HEX.toHexDigits(bytes[i]) : "**");
        }
        return text.toString();
    }
}
