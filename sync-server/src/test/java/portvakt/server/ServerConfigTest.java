package portvakt.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.config.ConfigFile;

/** What is not said is safe; what is unsafe has to be said, or is refused with the remedy. */
class ServerConfigTest {

    @TempDir
    Path folder;

    private ServerConfig read(String yaml) throws Exception {
        return ServerConfig.read(Files.writeString(folder.resolve("server.yaml"), yaml));
    }

    @Test
    void oneLineIsEnoughAndListensToThisMachineAlone() throws Exception {
        ServerConfig config = read("dataFolder: /tmp/portvakt\n");
        assertThat(config.web().host()).isEqualTo("127.0.0.1");
        assertThat(config.web().publicUrl()).hasToString("http://localhost:8080/");
        assertThat(config.broker().embedded().orElseThrow().host()).isEqualTo("127.0.0.1");
        assertThat(config.list()).isEqualTo("hms-kort");
        assertThat(config.register()).isEmpty();
    }

    @Test
    void everySiteHasAListBesideTheRegisters() throws Exception {
        ServerConfig config =
                read("dataFolder: data\nsites: [{name: bjorvika}, {name: a-name-of-twenty-six-lette-s}]\n");
        assertThat(config.lists()).containsExactly("hms-kort", "site-bjorvika");
    }

    @Test
    void passwordsInTheClearAreRefused() throws Exception {
        assertThatThrownBy(() -> read("dataFolder: /x\nweb: {host: 0.0.0.0}\n"))
                .isInstanceOf(ConfigFile.Invalid.class)
                .hasMessageContaining("behindProxy");
        assertThat(read("dataFolder: /x\nweb: {host: 0.0.0.0, behindProxy: true}\n")
                        .web()
                        .host())
                .isEqualTo("0.0.0.0");
        assertThatThrownBy(() -> read("dataFolder: /x\ndatabase: {url: 'jdbc:postgresql://h/d?password=x'}\n"))
                .hasMessageContaining("passwordFile");
        assertThatThrownBy(() -> read("dataFolder: /x\nbroker: {external: {uri: 'tcp://h:1883'}}\n"))
                .hasMessageContaining("ssl://");
    }

    @Test
    void aMistypedSettingIsNamedWithItsFile() {
        assertThatThrownBy(() -> read("dataFolder: /x\nwbe: {}\n"))
                .hasMessageContaining("server.yaml:")
                .hasMessageContaining("wbe");
        assertThatThrownBy(() -> read("list: hms-kort\n")).hasMessageContaining("dataFolder");
    }
}
