package portvakt.gate.adapter.pcsc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import portvakt.protocol.config.ConfigFile;

/** Without the JVM flag that its recovery needs, the reader refuses to be made and names the flag. */
class MissingFlagTest {

    @Test
    void refusesAJavaWithoutTheFlagAndNamesIt() throws Exception {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath,
                        MissingFlagTest.class.getName())
                .redirectErrorStream(true)
                .start();

        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(java.waitFor()).as(said).isZero();
        assertThat(said).contains("refused", "--add-opens java.smartcardio/sun.security.smartcardio=ALL-UNNAMED");
    }

    /** What the child does. */
    public static void main(String[] arguments) {
        try (PcscReader reader = new PcscReader("card", PcscReaderConfig.defaults())) {
            System.out.println("made " + reader.name());
        } catch (ConfigFile.Invalid e) {
            System.out.println("refused: " + e.getMessage());
        }
    }
}
