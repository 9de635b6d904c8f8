package portvakt.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import portvakt.server.adapter.sql.Database;

/** Opens the database that the settings name; H2 in the data folder if they name none. */
final class ServerDatabase {

    private ServerDatabase() {}

    static Database open(ServerConfig config) throws Database.Unusable, IOException {
        if (config.database().isEmpty()) {
            return Database.open(
                    "jdbc:h2:file:" + config.dataFolder().toAbsolutePath().resolve("portvakt"),
                    Optional.empty(),
                    Optional.empty());
        }
        ServerConfig.DatabaseAccess access = config.database().get();
        Optional<String> password = access.passwordFile().isPresent()
                ? Optional.of(readPassword(access.passwordFile().get()))
                : Optional.empty();
        return Database.open(access.url(), access.user(), password);
    }

    private static String readPassword(Path file) throws IOException {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new IOException(file + ": cannot be read; it should hold the password of the database", e);
        }
    }
}
