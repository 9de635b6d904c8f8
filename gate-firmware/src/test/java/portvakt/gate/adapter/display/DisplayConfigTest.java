package portvakt.gate.adapter.display;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.config.ConfigFile;

/** A display's settings have safe defaults, and wrong ones are refused with the setting's name and a remedy. */
class DisplayConfigTest {

    @TempDir
    private Path folder;

    private DisplayConfig read(String yaml) throws Exception {
        return ConfigFile.read(Files.writeString(folder.resolve("display.yaml"), yaml), DisplayConfig.class);
    }

    @Test
    void aPortIsEnough() throws Exception {
        DisplayConfig config = read("port: 8090\n");
        assertThat(config).isEqualTo(DisplayConfig.at(8090));
        assertThat(config.address()).isEqualTo("127.0.0.1");
        assertThat(config.languages()).containsExactly("nb", "en");
        assertThat(config.showName()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "languages: [nb]; \"port\" is missing: give a free TCP port",
                "port: 0; \"port\" is 0: give a free TCP port",
                "port: 70000; \"port\" is 70000",
                "{port: 8090, address: gate.example.org}; \"address\" is gate.example.org: give an IP address",
                "{port: 8090, address: 300.1.1.1}; \"address\" is 300.1.1.1",
                "{port: 8090, languages: [nb, se]}; \"languages\" has se: known are nb, en, pl, lt, de, uk",
                "{port: 8090, languages: []}; \"languages\" is []: give one to 3",
                "{port: 8090, languages: [nb, nb]}; \"languages\" is [nb, nb]: give one to 3 different ones",
                "{port: 8090, languages: [nb, en, pl, lt]}; give one to 3",
                "{port: 8090, title: ''}; \"title\" is \"\": give 1 to 30 characters",
                "{port: 8090, names: true}; there is no setting \"names\"",
            })
    void whatCannotBeMeantIsRefused(String yaml, String message) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(ConfigFile.Invalid.class)
                .hasMessageContaining(message);
    }

    @Test
    void aWiderAddressMayBeChosen() throws Exception {
        assertThat(read("{port: 8090, address: '::'}").address()).isEqualTo("::");
        assertThat(read("{port: 8090, address: 0.0.0.0}").address()).isEqualTo("0.0.0.0");
    }
}
