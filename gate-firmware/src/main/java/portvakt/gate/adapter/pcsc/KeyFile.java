package portvakt.gate.adapter.pcsc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HexFormat;
import java.util.Set;
import portvakt.protocol.config.ConfigFile;

/**
 * A file with one sector key: 12 hexadecimal digits, blanks and line breaks do not count. It must not be readable or writable
 * by other users than its owner and group.
 */
final class SectorKeyFile {

    private static final int KEY_BYTES = 6;

    private SectorKeyFile() {}

    /** @throws ConfigFile.Invalid naming the file and the remedy, never its content */
    static byte[] read(Path file) throws ConfigFile.Invalid {
        try {
            refuseIfOpenToOthers(file);
            String digits = Files.readString(file).replaceAll("\\s", "");
            if (!digits.matches("[0-9a-fA-F]{" + 2 * KEY_BYTES + "}")) {
                throw new ConfigFile.Invalid(
                        file + ": a sector key is " + 2 * KEY_BYTES + " hexadecimal digits and nothing "
                                + "else; this file has " + digits.length() + " characters that are not blank.");
            }
            return HexFormat.of().parseHex(digits);
        } catch (IOException e) {
            throw new ConfigFile.Invalid(
                    file + ": cannot be read (" + e.getClass().getSimpleName() + "). Check the path and its rights.");
        }
    }

    private static void refuseIfOpenToOthers(Path file) throws IOException, ConfigFile.Invalid {
        if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
            return;
        }
        Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
        if (rights.contains(PosixFilePermission.OTHERS_READ) || rights.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new ConfigFile.Invalid(
                    file + ": holds a sector key, and other users can read or write it. Run: chmod o= " + file);
        }
    }
}
