package portvakt.server.adapter.issuer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import portvakt.server.adapter.keys.ServerKeys;

/** The keys that a server with this data folder has, made at the first asking. */
final class TestKeys {

    private TestKeys() {}

    static ListKeys in(Path dataFolder, String list) throws IOException {
        Files.createDirectories(dataFolder);
        return ListKeys.of(ServerKeys.openOrCreate(dataFolder, list, Instant.parse("2026-06-01T12:00:00Z")), list);
    }
}
