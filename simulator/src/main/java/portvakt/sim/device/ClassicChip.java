package portvakt.sim.device;

import java.util.Arrays;
import java.util.HexFormat;
import portvakt.protocol.Uid;

/**
 * A MIFARE Classic 1K chip under a PC/SC reader: 16 sectors of 4 blocks of 16 bytes, two keys a sector. A failed authentication
 * closes what was open, as the real chip halts. Reading needs a key, either one; writing is for the maker only.
 */
public final class ClassicChip implements VirtualCard {

    public static final int SECTORS = 16;
    public static final int BLOCK_BYTES = 16;
    public static final int SECTOR_BLOCKS = 4;
    public static final int KEY_BYTES = 6;

    /** A contactless storage card, ISO 14443-3 A, MIFARE Classic 1K (PC/SC part 3, 3.1.3.2.3). */
    private static final byte[] ATR = HexFormat.of().parseHex("3b8f8001804f0ca000000306030001000000006a");

    private static final int NONE = -1;

    private final Uid uid;
    private final byte[][] blocks = new byte[SECTORS * SECTOR_BLOCKS][BLOCK_BYTES];
    private final SectorKeys keys;
    private final byte[][] slots = new byte[2][];
    private int openSector = NONE;

    public ClassicChip(Uid uid, SectorKeys keys) {
        this.uid = uid;
        this.keys = keys;
        byte[] number = uid.bytes();
        System.arraycopy(number, 0, blocks[0], 0, number.length);
    }

    /** Writes a text over data blocks from {@code block} on, stepping over trailers. The rest of the last block stays. */
    public ClassicChip write(int block, int offset, byte[] bytes) {
        int at = offset;
        int next = block;
        for (byte one : bytes) {
            if (at == BLOCK_BYTES) {
                at = 0;
                next++;
            }
            if (isTrailer(next)) {
                next++;
            }
            blocks[next][at++] = one;
        }
        return this;
    }

    static boolean isTrailer(int block) {
        return block % SECTOR_BLOCKS == SECTOR_BLOCKS - 1;
    }

    @Override
    public byte[] atr() {
        return ATR.clone();
    }

    @Override
    public void powerOn() {
        openSector = NONE;
        Arrays.fill(slots, null);
    }

    @Override
    public byte[] answer(byte[] command) {
        return switch (StorageCommand.of(command)) {
            case StorageCommand.GetUid _ -> Sw.answer(uid.bytes(), Sw.SUCCESS);
            case StorageCommand.LoadKey load -> load(load);
            case StorageCommand.Authenticate authenticate -> authenticate(authenticate);
            case StorageCommand.ReadBlock read -> read(read.block());
            case StorageCommand.Other _ -> Sw.only(Sw.NOT_SUPPORTED);
        };
    }

    private byte[] load(StorageCommand.LoadKey load) {
        if (load.slot() >= slots.length) {
            return Sw.only(Sw.FAILED);
        }
        slots[load.slot()] = load.key();
        return Sw.only(Sw.SUCCESS);
    }

    private byte[] authenticate(StorageCommand.Authenticate wanted) {
        openSector = NONE;
        int sector = wanted.block() / SECTOR_BLOCKS;
        if (sector >= SECTORS || wanted.slot() >= slots.length || slots[wanted.slot()] == null) {
            return Sw.only(Sw.FAILED);
        }
        if (!keys.open(sector, wanted.keyB(), slots[wanted.slot()])) {
            return Sw.only(Sw.FAILED);
        }
        openSector = sector;
        return Sw.only(Sw.SUCCESS);
    }

    private byte[] read(int block) {
        if (block / SECTOR_BLOCKS != openSector) {
            return Sw.only(Sw.SECURITY_NOT_SATISFIED);
        }
        // A trailer's keys read as zeros on the real chip; here the whole trailer does.
        return Sw.answer(isTrailer(block) ? new byte[BLOCK_BYTES] : blocks[block], Sw.SUCCESS);
    }
}
