package portvakt.gate.adapter.pcsc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.config.ConfigFile;

/** A dump from the field shows what was asked and how it went, and neither a key nor anything of a person. */
class ApduDumpTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FFCA000000 | 04A1B2C3D4E5F69000 | FF CA 00 00 00 | 04 ** ** ** ** ** F6 90 00",
                "FF82000006A0A1A2A3A4A5 | 9000 | FF 82 00 00 06 ** ** ** ** ** ** | 90 00",
                "FF860000050100046000 | 6300 | FF 86 00 00 05 01 00 04 60 00 | 63 00",
                "FFB0000404 | 343338389000 | FF B0 00 04 04 | ** ** ** ** 90 00",
                "905A00000300112200 | 91A0 | 90 5A 00 00 03 00 11 22 00 | 91 A0",
                "9071000002010000 | 0102030491AF | 90 71 00 00 02 01 00 00 | ** ** ** ** 91 AF",
                "90AA0000010100 | 010291AF | 90 AA 00 00 01 01 00 | ** ** 91 AF",
                "90AF00000401020304 00 | 010291AF | 90 AF 00 00 04 ** ** ** ** ** | ** ** 91 AF",
                "90BD00000F0200000010000001020304050607 0800 | 91AE | 90 BD 00 00 0F 02 00 00 00 10 00 00 ** ** ** ** ** ** ** ** ** | 91 AE",
                "9051000000 | 01029100 | 90 51 00 00 00 | ** ** 91 00",
                "00 | '' | 00 | ''"
            })
    void keysAndPersonsAreStarred(String command, String answer, String shownCommand, String shownAnswer) {
        byte[] sent = HexFormat.of().parseHex(command.replace(" ", ""));
        assertThat(ApduText.maskedCommand(sent)).isEqualTo(shownCommand);
        assertThat(ApduText.maskedAnswer(sent, HexFormat.of().parseHex(answer))).isEqualTo(shownAnswer);
    }

    @Test
    void aDumpIsForItsOwnerAndCanBePlayedAgain() throws Exception {
        Path file = folder.resolve("apdus.txt");
        try (ApduDump dump = ApduDump.to(file)) {
            dump.card(
                    "A reader\nforged", CardKind.of(new byte[0]), HexFormat.of().parseHex("3b8180018080"));
            Apdus recorded =
                    dump.recorded(ScriptedCard.expecting("ff ca 00 00 00", "04a1b2c3d4e5f69000", "ff", "torn"));
            recorded.transceive(HexFormat.of().parseHex("ffca000000"));
            assertThatThrownBy(() -> recorded.transceive(new byte[] {(byte) 0xff}))
                    .isInstanceOf(CardGoneException.class);
        }

        assertThat(Files.readAllLines(file))
                .containsExactly(
                        "# A reader?forged: card of unknown kind",
                        "! 3B 81 80 01 80 80",
                        "> FF CA 00 00 00",
                        "< 04 ** ** ** ** ** F6 90 00",
                        "> FF",
                        "< gone");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        ReplayCard played = ReplayCard.parse(Files.readAllLines(file));
        assertThat(played.transceive(HexFormat.of().parseHex("ffca000000"))).hasSize(9);
        assertThatThrownBy(() -> played.transceive(new byte[] {(byte) 0xff})).isInstanceOf(CardGoneException.class);
    }

    @Test
    void aFullDumpEndsAndReadingGoesOn() throws Exception {
        Path file = folder.resolve("apdus.txt");
        Files.write(file, new byte[ApduDump.CHARS_MAX]);
        try (ApduDump dump = ApduDump.to(file)) {
            for (int i = 0; i < 3; i++) {
                assertThat(dump.recorded(command -> new byte[] {(byte) 0x90, 0}).transceive(new byte[5]))
                        .hasSize(2);
            }
        }
        assertThat(Files.size(file)).isLessThan(ApduDump.CHARS_MAX + 20L);
    }

    @Test
    void aPlaceThatCannotBeWrittenIsRefusedAtTheStart() {
        assertThatThrownBy(() -> ApduDump.to(folder.resolve("nowhere").resolve("apdus.txt")))
                .isInstanceOf(ConfigFile.Invalid.class)
                .hasMessageContaining("nowhere")
                .hasMessageContaining("belongs to the gate's user");
    }
}
