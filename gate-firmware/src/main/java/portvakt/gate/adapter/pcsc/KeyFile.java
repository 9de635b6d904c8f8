package portvakt.gate.adapter.pcsc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HexFormat;
import java.util.Set;
import portvakt.protocol.config.ConfigFile;

/**
 * A file with one key: 12 hexadecimal digits for a sector of MIFARE Classic, 32 for AES-128; blanks and line breaks do not count.
 * It must not be readable or writable by other users than its owner and group.
 */
final class KeyFile {

    private static final int SECTOR_KEY_BYTES = 6;

    private KeyFile() {}

    /** @throws ConfigFile.Invalid naming the file and the remedy, never its content */
    static byte[] sectorKey(Path file) throws ConfigFile.Invalid {
        return read(file, "a sector key", SECTOR_KEY_BYTES);
    }

    /** @throws ConfigFile.Invalid naming the file and the remedy, never its content */
    static AesKey aesKey(Path file) throws ConfigFile.Invalid {
        return new AesKey(read(file, "an AES key", AesKey.BYTES));
    }

    private static byte[] read(Path file, String what, int bytes) throws ConfigFile.Invalid {
        try {
            refuseIfOpenToOthers(file, what);
            String digits = Files.readString(file).replaceAll("\\s", "");
            if (!digits.matches("[0-9a-fA-F]{" + 2 * bytes + "}")) {
                throw new ConfigFile.Invalid(
                        file + ": " + what + " is " + 2 * bytes + " hexadecimal digits and nothing "
                                + "else; this file has " + digits.length() + " characters that are not blank.");
            }
            return HexFormat.of().parseHex(digits);
        } catch (IOException e) {
            throw new ConfigFile.Invalid(
                    file + ": cannot be read (" + e.getClass().getSimpleName() + "). Check the path and its rights.");
        }
    }

    private static void refuseIfOpenToOthers(Path file, String what) throws IOException, ConfigFile.Invalid {
        // Asked of the file and not of its file system, which cannot be found where the root has been changed.
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        Set<PosixFilePermission> rights = view.readAttributes().permissions();
        if (rights.contains(PosixFilePermission.OTHERS_READ) || rights.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new ConfigFile.Invalid(
                    file + ": holds " + what + ", and other users can read or write it. Run: chmod o= " + file);
        }
    }
}
