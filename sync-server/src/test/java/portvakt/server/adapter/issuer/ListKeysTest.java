package portvakt.server.adapter.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A list's keys are made once and never silently anew. */
class ListKeysTest {

    private static final String LIST = "hms-kort";

    @TempDir
    Path folder;

    @Test
    void keysAreMadeOnceForTheOwnerOnlyAndDamageIsNamed() throws Exception {
        ListKeys keys = TestKeys.in(folder, LIST);
        assertThat(TestKeys.in(folder, LIST).keyId()).isEqualTo(keys.keyId());
        for (String file : new String[] {"signing-" + keys.keyId().hex() + ".key", "hms-kort.secret"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(
                            folder.resolve("list-keys").resolve(file))))
                    .isEqualTo("rw-------");
        }
        Files.delete(folder.resolve("list-keys").resolve("hms-kort.secret"));
        assertThatThrownBy(() -> TestKeys.in(folder, LIST))
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("backup");
    }
}
