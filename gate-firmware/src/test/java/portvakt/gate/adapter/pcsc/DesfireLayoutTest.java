package portvakt.gate.adapter.pcsc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import portvakt.protocol.config.ConfigFile;

/** Settings of the site's own cards are the strong ones unless said otherwise, and what cannot work is refused with a remedy. */
class DesfireLayoutTest {

    private static final String WHOLE = """
            applicationId: "3042f5"
            authentication: EV2
            keyNumber: 1
            keyFile: /etc/portvakt/keys/site
            diversification: {input: [UID, APPLICATION_ID, SYSTEM_IDENTIFIER], systemIdentifier: "506f72"}
            randomUid: {keyNumber: 2, keyFile: /etc/portvakt/keys/site-uid}
            fileNumber: 3
            communication: FULL
            fields:
              cardNumber: {offset: 8, length: 16, encoding: ASCII}
              expiresOn: {offset: 32, length: 4, encoding: BCD, format: yyyyMMdd}
            """;

    @TempDir
    private Path folder;

    @Test
    void readsNoMoreOfTheFileThanTheFieldsNeed() throws Exception {
        DesfireLayout layout = read(WHOLE);
        assertThat(layout.readFrom()).isEqualTo(8);
        assertThat(layout.readBytes()).isEqualTo(28);
        assertThat(layout.applicationIdBytes()).containsExactly(0x30, 0x42, 0xf5);
    }

    @Test
    void theDefaultsAreTheStrongOnes() throws Exception {
        DesfireLayout layout = read("""
                {applicationId: "3042f5", keyNumber: 1, keyFile: /k, fileNumber: 1,
                 fields: {cardNumber: {offset: 0, length: 7, encoding: ASCII}}}
                """);
        assertThat(layout.authentication()).isEqualTo(DesfireLayout.Authentication.EV2);
        assertThat(layout.communication()).isEqualTo(DesfireLayout.Communication.MAC);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"3042f5\" | \"3042\" | three bytes",
                "\"3042f5\" | \"000000\" | the card itself",
                "authentication: EV2 | authentication: DES | DES",
                "keyNumber: 1 | keyNumber: 14 | 0 to 13",
                "keyNumber: 2 | keyNumber: -1 | randomUid.keyNumber",
                "keyFile: /etc/portvakt/keys/site | keyFile: '' | keyFile",
                "systemIdentifier: \"506f72\" | systemIdentifier: \"506\" | whole bytes",
                "fileNumber: 3 | fileNumber: 32 | 0 to 31",
                "communication: FULL | communication: PLAIN | PLAIN",
                "offset: 32 | offset: 300 | at most 256",
                "offset: 32 | offset: 9000 | 0 to 8191",
                ", format: yyyyMMdd | '' | needs \"format\"",
                "cardNumber: | number: | needs \"cardNumber\""
            })
    void refusesWhatCannotWork(String part, String instead, String remedy) {
        assertThat(WHOLE).contains(part);
        assertThatThrownBy(() -> read(WHOLE.replaceFirst(Pattern.quote(part), instead)))
                .isInstanceOf(ConfigFile.Invalid.class)
                .hasMessageContaining(remedy);
    }

    @Test
    void aRandomUidIsOfUseOnlyWhereEachCardHasAKeyOfItsOwn() {
        assertThatThrownBy(() -> read(WHOLE.replaceFirst("diversification:.*\\n", "")))
                .isInstanceOf(ConfigFile.Invalid.class)
                .hasMessageContaining("only with \"diversification\"");
    }

    @ParameterizedTest
    @CsvSource({
        "rw-------, 000102030405060708090a0b0c0d0e0f, ''",
        "rw-r--r--, 000102030405060708090a0b0c0d0e0f, chmod o=",
        "rw-------, 000102030405, 32 hexadecimal digits"
    })
    void aKeyFileIsForItsOwnerAndHoldsOneKey(String rights, String key, String remedy) throws Exception {
        Path file = folder.resolve("site");
        Files.writeString(file, key);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
        DesfireLayout layout = read(WHOLE.replace("/etc/portvakt/keys/site-uid", file.toString())
                .replace("/etc/portvakt/keys/site", file.toString()));

        if (remedy.isEmpty()) {
            assertThat(DesfireProbe.of(layout, new SplittableRandom(1)).layout())
                    .isEqualTo(layout);
        } else {
            assertThatThrownBy(() -> DesfireProbe.of(layout, new SplittableRandom(1)))
                    .isInstanceOf(ConfigFile.Invalid.class)
                    .hasMessageContaining(remedy)
                    .hasMessageNotContaining(key);
        }
    }

    private DesfireLayout read(String yaml) throws Exception {
        return ConfigFile.read(Files.writeString(folder.resolve("desfire.yaml"), yaml), DesfireLayout.class);
    }
}
