package portvakt.gate.adapter.pcsc;

import java.util.ArrayList;
import java.util.List;

/** How a MIFARE Classic chip counts its blocks: 1K has blocks 0 to 63, 4K 0 to 255. Pure. */
final class ClassicBlocks {

    static final int BLOCK_BYTES = 16;
    static final int BLOCK_MAX = 255;
    static final int SECTOR_MAX = 39;

    private static final int FIRST_BLOCK_OF_LARGE_SECTORS = 128;
    private static final int SMALL_SECTOR_BLOCKS = 4;
    private static final int LARGE_SECTOR_BLOCKS = 16;

    private ClassicBlocks() {}

    static int sectorOf(int block) {
        return block < FIRST_BLOCK_OF_LARGE_SECTORS
                ? block / SMALL_SECTOR_BLOCKS
                : FIRST_BLOCK_OF_LARGE_SECTORS / SMALL_SECTOR_BLOCKS
                        + (block - FIRST_BLOCK_OF_LARGE_SECTORS) / LARGE_SECTOR_BLOCKS;
    }

    static boolean isTrailer(int block) {
        int blocks = block < FIRST_BLOCK_OF_LARGE_SECTORS ? SMALL_SECTOR_BLOCKS : LARGE_SECTOR_BLOCKS;
        return block % blocks == blocks - 1;
    }

    /** The data blocks that hold {@code length} bytes from {@code offset} in {@code block} on; empty if the chip ends before. */
    static List<Integer> span(int block, int offset, int length) {
        List<Integer> blocks = new ArrayList<>();
        int coveredBytes = -offset;
        for (int next = block; coveredBytes < length; next++) {
            if (next > BLOCK_MAX) {
                return List.of();
            }
            if (!isTrailer(next)) {
                blocks.add(next);
                coveredBytes += BLOCK_BYTES;
            }
        }
        return List.copyOf(blocks);
    }
}
