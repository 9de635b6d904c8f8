package portvakt.gate.adapter.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An identity is there whole, for its owner only, or the one before it is, whatever happens on the way. */
class IdentityFolderTest {

    @TempDir
    private Path above;

    private Path folder;
    private IdentityFolder identity;

    @BeforeEach
    void name() {
        folder = above.resolve("identity");
        identity = new IdentityFolder(folder);
    }

    private static Map<String, byte[]> files(String content) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("gate.p12", content.getBytes(StandardCharsets.UTF_8));
        files.put("lists/hms-kort.secret", content.getBytes(StandardCharsets.UTF_8));
        return files;
    }

    private Stream<String> namesAbove() throws IOException {
        try (Stream<Path> found = Files.list(above)) {
            return found.map(path -> path.getFileName().toString()).toList().stream();
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void isForItsOwnerOnly() throws Exception {
        identity.replace(files("first"));
        assertThat(mode(folder)).isEqualTo("rwx------");
        assertThat(mode(folder.resolve("lists"))).isEqualTo("rwx------");
        assertThat(mode(folder.resolve("gate.p12"))).isEqualTo("rw-------");
        assertThat(folder.resolve("lists/hms-kort.secret")).hasContent("first");
        assertThat(Files.getOwner(folder.resolve("gate.p12"))).isEqualTo(Files.getOwner(above));
    }

    @Test
    void takesTheOwnerOfTheFolderBeforeIt() throws Exception {
        identity.replace(files("first"));
        try {
            Files.setOwner(
                    folder,
                    above.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
        } catch (IOException e) {
            org.junit.jupiter.api.Assumptions.abort("only root gives files away: " + e);
        }
        identity.replace(files("second"));
        assertThat(Files.getOwner(folder).getName()).isEqualTo("nobody");
        assertThat(Files.getOwner(folder.resolve("lists/hms-kort.secret")).getName())
                .isEqualTo("nobody");
    }

    @Test
    void aNewOneReplacesAllOfTheOld() throws Exception {
        identity.replace(files("first"));
        Files.writeString(folder.resolve("lists/site-oslo.secret"), "old");
        identity.replace(files("second"));
        assertThat(folder.resolve("gate.p12")).hasContent("second");
        assertThat(folder.resolve("lists/site-oslo.secret")).doesNotExist();
        assertThat(namesAbove()).containsExactly("identity");
    }

    @Test
    void aFailureInTheMiddleLeavesTheOldOne() throws Exception {
        identity.replace(files("first"));
        Map<String, byte[]> broken = files("second");
        broken.put("gate.p12/under-a-file", new byte[1]);
        assertThatThrownBy(() -> identity.replace(broken)).isInstanceOf(IOException.class);
        assertThat(folder.resolve("gate.p12")).hasContent("first");
        assertThat(folder.resolve("lists/hms-kort.secret")).hasContent("first");
        assertThat(namesAbove()).containsExactly("identity");
    }

    @Test
    void aNameThatLeavesTheFolderIsRefused() throws Exception {
        Map<String, byte[]> broken = files("second");
        broken.put("lists/../../away", new byte[1]);
        assertThatThrownBy(() -> identity.replace(broken)).hasMessageContaining("no name of a file");
        assertThat(namesAbove()).isEmpty();
    }

    @Test
    void whatAPowerCutLeftIsPutRight() throws Exception {
        identity.replace(files("first"));
        Files.createDirectories(above.resolve("identity.new/lists"));
        Files.writeString(above.resolve("identity.new/gate.p12"), "half");
        identity.replace(files("second"));
        assertThat(folder.resolve("gate.p12")).hasContent("second");

        // Between the two renames of a file system that cannot swap.
        Files.move(folder, above.resolve("identity.aside"));
        Map<String, byte[]> broken = files("third");
        broken.put("gate.p12/under-a-file", new byte[1]);
        assertThatThrownBy(() -> identity.replace(broken)).isInstanceOf(IOException.class);
        assertThat(folder.resolve("gate.p12")).hasContent("second");
    }

    @Test
    void aKeyIsKeptUntilItHasItsCertificate() throws Exception {
        KeyPair made = identity.get();
        assertThat(mode(above.resolve("identity.key"))).isEqualTo("rw-------");
        KeyPair again = new IdentityFolder(folder).get();
        assertThat(again.getPublic()).isEqualTo(made.getPublic());
        assertThat(again.getPrivate()).isEqualTo(made.getPrivate());
        identity.forgetKey();
        assertThat(identity.get().getPublic()).isNotEqualTo(made.getPublic());
        Files.writeString(above.resolve("identity.key"), "torn");
        assertThat(identity.get().getPublic()).isNotNull();
    }

    @Test
    void withoutAFolderAboveItSaysSo() {
        IdentityFolder nowhere = new IdentityFolder(above.resolve("not/there"));
        assertThatThrownBy(nowhere::get).hasMessageContaining("is no folder; make it");
    }
}
