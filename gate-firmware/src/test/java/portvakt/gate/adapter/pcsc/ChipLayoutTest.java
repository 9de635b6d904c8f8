package portvakt.gate.adapter.pcsc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.config.ConfigFile;

/** Settings of reader and chip are read from YAML, and what cannot work is refused with a message that says what would. */
class ChipLayoutTest {

    private static final String WHOLE = """
            readerName: PICC
            cardNumberPattern: '[0-9]{7}'
            retryMin: PT0.5S
            chipLayout:
              keys:
                - {sector: 1, keyType: A, keyFile: /etc/portvakt/keys/sector-1}
                - {sector: 2, keyType: B, keyFile: /etc/portvakt/keys/sector-2}
              fields:
                cardNumber: {block: 4, offset: 0, length: 7, encoding: ASCII}
                expiresOn: {block: 4, offset: 8, length: 4, encoding: BCD, format: yyyyMMdd}
                holderName: {block: 8, offset: 0, length: 32, encoding: UTF8}
            """;

    @TempDir
    private Path directory;

    @Test
    void readsWholeSettings() throws Exception {
        PcscReaderConfig config = read(WHOLE);

        assertThat(config.readerName()).isEqualTo("PICC");
        assertThat(config.retryMin()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.retryMax()).isEqualTo(Duration.ofSeconds(5));
        ChipLayout layout = config.chipLayout().orElseThrow();
        assertThat(layout.keys())
                .contains(new ChipLayout.SectorKey(2, ChipLayout.KeyType.B, "/etc/portvakt/keys/sector-2"));
        assertThat(layout.fields().cardNumber()).isEqualTo(ChipField.text(4, 0, 7, ChipField.Encoding.ASCII));
        assertThat(layout.fields().expiresOn().orElseThrow().format()).contains("yyyyMMdd");
        assertThat(layout.fields().employerName()).isEmpty();
    }

    @Test
    void needsNoSettingAtAll() throws Exception {
        assertThat(read("{}")).isEqualTo(PcscReaderConfig.defaults());
        assertThat(PcscReaderConfig.defaults().chipLayout()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // what of the settings above is replaced | by what | what the message has to say
                "keyType: A | keyType: C | \"C\"",
                "keyFile: /etc/portvakt/keys/sector-1 | keyFile: '' | \"keyFile\"",
                "sector: 1, | sector: 40, | sectors 0 to 39",
                "sector: 1, | sector: 2, | sector 2 has two keys",
                "block: 8, | block: 12, | sector 3, which has no key",
                "block: 8, | block: 7, | not in a sector's last block",
                "block: 8, | block: 256, | 0 to 255",
                "length: 32 | length: 33000 | 1 to 128 bytes",
                "length: 7 | length: 0 | 1 to 128 bytes",
                "offset: 8 | offset: 16 | bytes 0 to 15",
                "encoding: BCD, format: yyyyMMdd | encoding: BCD | \"expiresOn\" needs \"format\"",
                "format: yyyyMMdd | format: yyMM | whole date",
                "format: yyyyMMdd | format: qwerty | whole date",
                "encoding: UTF8 | encoding: EBCDIC | EBCDIC",
                "cardNumber: | number: | needs \"cardNumber\"",
                "retryMin: PT0.5S | retryMin: PT50S | retryMin <= retryMax",
                "'[0-9]{7}' | '[0-9' | is no regular expression",
            })
    void refusesWhatCannotWork(String part, String instead, String remedy) {
        assertThat(WHOLE).contains(part);

        assertThatThrownBy(() -> read(WHOLE.replaceFirst(Pattern.quote(part), instead)))
                .isInstanceOf(ConfigFile.Invalid.class)
                .hasMessageContaining("reader.yaml")
                .hasMessageContaining(remedy);
    }

    @Test
    void stepsOverTrailersInLongFields() {
        assertThat(ChipField.text(5, 4, 60, ChipField.Encoding.UTF8).blocks()).containsExactly(5, 6, 8, 9);
        assertThat(ChipField.text(4, 15, 1, ChipField.Encoding.UTF8).blocks()).containsExactly(4);
        assertThat(ChipField.text(4, 15, 2, ChipField.Encoding.UTF8).blocks()).containsExactly(4, 5);
        assertThat(ChipField.text(142, 0, 17, ChipField.Encoding.UTF8).blocks()).containsExactly(142, 144);
        assertThatThrownBy(() -> ChipField.text(254, 0, 17, ChipField.Encoding.UTF8))
                .hasMessageContaining("runs over the end");
    }

    @Test
    void countsSectorsOfSmallAndLargeChips() {
        assertThat(List.of(0, 3, 4, 63, 127, 128, 143, 144, 255).stream().map(ClassicBlocks::sectorOf))
                .containsExactly(0, 0, 1, 15, 31, 32, 32, 33, 39);
        assertThat(List.of(3, 127, 143, 255)).allMatch(ClassicBlocks::isTrailer);
        assertThat(List.of(0, 128, 131, 142, 254)).noneMatch(ClassicBlocks::isTrailer);
    }

    @Test
    void readsTextInEachEncoding() {
        assertThat(text(ChipField.Encoding.LATIN1, 0xc5, 's', 'e', 0)).contains("Åse");
        assertThat(text(ChipField.Encoding.UTF8, 0xc3, 0x85, 's', 'e')).contains("Åse");
        assertThat(text(ChipField.Encoding.UTF8, 0xc5, 's', 'e', 0)).isEmpty();
        assertThat(text(ChipField.Encoding.ASCII, 'A', 's', 'e', ' ')).contains("Ase");
        assertThat(text(ChipField.Encoding.BCD, 0x43, 0x88, 0x26, 0x1f)).contains("4388261");
        assertThat(text(ChipField.Encoding.BCD, 0x43, 0x88, 0x2a, 0x1f)).isEmpty();
        assertThat(text(ChipField.Encoding.BCD, 0xff, 0xff, 0xff, 0xff)).contains("");
    }

    @ParameterizedTest
    @CsvSource({
        "rw-r-----, '0a1b2c3d4e5f', ''",
        "rw-------, '0A 1B 2C 3D 4E 5F ', ''",
        "rw-r--r--, '0a1b2c3d4e5f', chmod o=",
        "rw-----w-, '0a1b2c3d4e5f', chmod o=",
        "rw-------, '0a1b2c3d4e5', 12 hexadecimal digits",
        "rw-------, '0a1b2c3d4e5x', 12 hexadecimal digits",
        "rw-------, '', 12 hexadecimal digits",
    })
    void readsAKeyOnlyFromAFileThatOthersCannotRead(String rights, String content, String remedy) throws Exception {
        Path file = directory.resolve("key");
        Files.writeString(file, content + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));

        if (remedy.isEmpty()) {
            assertThat(KeyFile.sectorKey(file)).containsExactly(0x0a, 0x1b, 0x2c, 0x3d, 0x4e, 0x5f);
        } else {
            assertThatThrownBy(() -> KeyFile.sectorKey(file))
                    .isInstanceOf(ConfigFile.Invalid.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining(remedy)
                    .hasMessageNotContaining("0a1b2c");
        }
    }

    @Test
    void namesTheKeyFileThatIsMissing() {
        assertThatThrownBy(() -> KeyFile.sectorKey(directory.resolve("nowhere")))
                .isInstanceOf(ConfigFile.Invalid.class)
                .hasMessageContaining("nowhere")
                .hasMessageContaining("Check the path");
    }

    private static Optional<String> text(ChipField.Encoding encoding, int... bytes) {
        byte[] block = new byte[16];
        for (int i = 0; i < bytes.length; i++) {
            block[i] = (byte) bytes[i];
        }
        Map<Integer, byte[]> chip = new HashMap<>();
        chip.put(4, block);
        return ChipField.text(4, 0, bytes.length, encoding).text(chip);
    }

    private PcscReaderConfig read(String yaml) throws IOException, ConfigFile.Invalid {
        Path file = directory.resolve("reader.yaml");
        Files.writeString(file, yaml);
        return ConfigFile.read(file, PcscReaderConfig.class);
    }
}
