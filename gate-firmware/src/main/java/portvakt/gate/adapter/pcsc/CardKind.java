package portvakt.gate.adapter.pcsc;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * What a card is by the ATR that a contactless reader makes up for it (PC/SC part 3, 3.1.3.2.3.1):
 *
 * <pre>
 * 3B 8F 80 01  80 4F 0C A0 00 00 03 06  SS  NN NN  00 00 00 00  TCK     a storage card: standard SS, card name NN NN
 * 3B 8n 80 01  historical bytes or ATS                          TCK     a card that speaks ISO 14443-4
 * </pre>
 *
 * <p>Pure. Says what to ask a card for, not who it is: an ATR proves nothing.
 */
sealed interface CardKind {

    /**
     * A card of memory only: the commands for storage cards are for it, and no others.
     *
     * @param standard PC/SC part 3's code, for example 03: ISO 14443 A, part 3
     * @param name     PC/SC part 3's code, for example 0001: MIFARE Classic 1K
     */
    record Storage(int standard, int name) implements CardKind {
        @Override
        public String toString() {
            return CardKind.name(name) + ", " + CardKind.standard(standard);
        }
    }

    /** A card with a processor, DESFire for one; or what a phone plays. */
    record Processor() implements CardKind {
        @Override
        public String toString() {
            return "ISO 14443-4 card";
        }
    }

    /** An ATR of another make: anything may be asked. */
    record Unknown() implements CardKind {
        @Override
        public String toString() {
            return "card of unknown kind";
        }
    }

    byte[] INITIAL = HexFormat.of().parseHex("8001");
    /** Category indicator, AID presence indicator and its length, and the RID of the PC/SC workgroup. */
    byte[] STORAGE = HexFormat.of().parseHex("804f0ca000000306");

    int STORAGE_ATR_BYTES = 20;

    static CardKind of(byte[] atr) {
        if (atr.length < 5 || atr[0] != 0x3b || (atr[1] & 0xf0) != 0x80 || !Arrays.equals(atr, 2, 4, INITIAL, 0, 2)) {
            return new Unknown();
        }
        if (check(atr) != 0) {
            return new Unknown();
        }
        if (atr.length == STORAGE_ATR_BYTES && Arrays.equals(atr, 4, 12, STORAGE, 0, STORAGE.length)) {
            return new Storage(atr[12] & 0xff, (atr[13] & 0xff) << 8 | atr[14] & 0xff);
        }
        return new Processor();
    }

    /** ISO 7816-3: all bytes from T0 to TCK, exclusive or, are 0. */
    private static int check(byte[] atr) {
        int sum = 0;
        for (int i = 1; i < atr.length; i++) {
            sum ^= atr[i];
        }
        return sum;
    }

    private static String name(int code) {
        return switch (code) {
            case 0x0001 -> "MIFARE Classic 1K";
            case 0x0002 -> "MIFARE Classic 4K";
            case 0x0003 -> "MIFARE Ultralight";
            case 0x0026 -> "MIFARE Mini";
            default -> "storage card %04x".formatted(code);
        };
    }

    private static String standard(int code) {
        return switch (code) {
            case 0x03 -> "ISO 14443 A part 3";
            case 0x07 -> "ISO 14443 B part 3";
            case 0x0b -> "ISO 15693 part 3";
            case 0x11 -> "FeliCa";
            default -> "standard %02x".formatted(code);
        };
    }
}
