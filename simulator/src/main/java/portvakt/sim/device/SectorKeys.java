package portvakt.sim.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * The sector keys of all cards of one simulated issuer, drawn when the simulation runs: no key, not even of a card that does not
 * exist, is kept in the sources. Immutable.
 */
public final class SectorKeys {

    private final byte[][] keysA = new byte[ClassicChip.SECTORS][ClassicChip.KEY_BYTES];
    private final byte[][] keysB = new byte[ClassicChip.SECTORS][ClassicChip.KEY_BYTES];

    private SectorKeys() {}

    public static SectorKeys drawn(RandomGenerator random) {
        SectorKeys keys = new SectorKeys();
        for (int sector = 0; sector < ClassicChip.SECTORS; sector++) {
            random.nextBytes(keys.keysA[sector]);
            random.nextBytes(keys.keysB[sector]);
        }
        return keys;
    }

    boolean open(int sector, boolean keyB, byte[] key) {
        return MessageDigest.isEqual(keyB ? keysB[sector] : keysA[sector], key);
    }

    /** Writes one key as the gate wants it: hexadecimal, for its owner alone. */
    public void writeKeyA(int sector, Path file) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, HexFormat.of().formatHex(keysA[sector]) + "\n");
    }
}
