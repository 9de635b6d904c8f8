package portvakt.sim.device;

import java.util.Arrays;

/**
 * The commands that PC/SC readers take for storage cards (PC/SC part 3, 3.2.2.1), class FF:
 *
 * <pre>
 * FF CA 00 00 00                               get UID
 * FF 82 00 slot 06 key                         load a key into the reader
 * FF 86 00 00 05 01 00 block 60|61 slot        authenticate with key A or B
 * FF B0 00 block 10                            read 16 bytes
 * </pre>
 */
sealed interface StorageCommand {

    record GetUid() implements StorageCommand {}

    record LoadKey(int slot, byte[] key) implements StorageCommand {}

    record Authenticate(int block, boolean keyB, int slot) implements StorageCommand {}

    record ReadBlock(int block) implements StorageCommand {}

    record Other() implements StorageCommand {}

    static StorageCommand of(byte[] apdu) {
        if (apdu.length < 5 || apdu[0] != (byte) 0xff || apdu[2] != 0) {
            return new Other();
        }
        int parameter = apdu[3] & 0xff;
        return switch (apdu[1] & 0xff) {
            case 0xca -> parameter == 0 && apdu.length == 5 ? new GetUid() : new Other();
            case 0x82 ->
                apdu.length == 11 && apdu[4] == 6
                        ? new LoadKey(parameter, Arrays.copyOfRange(apdu, 5, 11))
                        : new Other();
            case 0x86 -> authenticate(apdu);
            case 0xb0 ->
                apdu.length == 5 && apdu[4] == ClassicChip.BLOCK_BYTES ? new ReadBlock(parameter) : new Other();
            default -> new Other();
        };
    }

    private static StorageCommand authenticate(byte[] apdu) {
        if (apdu.length != 10 || apdu[3] != 0 || apdu[4] != 5 || apdu[5] != 1 || apdu[6] != 0) {
            return new Other();
        }
        return switch (apdu[8] & 0xff) {
            case 0x60 -> new Authenticate(apdu[7] & 0xff, false, apdu[9] & 0xff);
            case 0x61 -> new Authenticate(apdu[7] & 0xff, true, apdu[9] & 0xff);
            default -> new Other();
        };
    }
}
