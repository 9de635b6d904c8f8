package portvakt.sim.demo;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/** What a script needs to drive the demo: {@code demo.json} in its folder, for its owner only. */
@JsonIgnoreProperties(ignoreUnknown = true)
record DemoFile(
        URI url,
        URI api,
        URI workbench,
        URI workbenchPage,
        URI registerEndpoint,
        LogIn login,
        String apiToken,
        String site,
        String list,
        List<GateEntry> gates,
        List<CardEntry> cards) {

    record LogIn(String user, String password) {}

    /** @param display the page in front of the gate; empty in files of before there was one */
    record GateEntry(String id, String direction, Optional<URI> display) {}

    record CardEntry(String number, String holder, String employer, String uid) {}

    static Optional<DemoFile> read(Path folder) throws IOException {
        Path file = folder.resolve("demo.json");
        return Files.exists(file)
                ? Optional.of(WorkbenchOrders.JSON.readValue(file.toFile(), DemoFile.class))
                : Optional.empty();
    }

    void write(Path folder) throws IOException {
        Path part = folder.resolve("demo.json.part");
        Files.deleteIfExists(part);
        Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        WorkbenchOrders.JSON.writerWithDefaultPrettyPrinter().writeValue(part.toFile(), this);
        Files.move(part, folder.resolve("demo.json"), StandardCopyOption.ATOMIC_MOVE);
    }
}
