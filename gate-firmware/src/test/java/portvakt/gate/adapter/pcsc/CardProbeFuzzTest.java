package portvakt.gate.adapter.pcsc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.gate.access.CardRead;
import portvakt.protocol.config.ConfigFile;

/**
 * Whatever a card answers to each command, it is read as something, and never as more than it said. The input: which probe, then
 * answers, each a length and so many bytes; after the last one the card is gone. The port promises two bytes at least.
 */
class CardProbeFuzzTest {

    private static final Pattern SEVEN_DIGITS = Pattern.compile("[0-9]{7}");
    private static final CardProbe UID_ALONE = probe(Optional.empty());
    private static final CardProbe CHIP = probe(Optional.of(layout()));

    private static CardProbe probe(Optional<ChipLayout> layout) {
        try {
            return CardProbe.of(layout, SEVEN_DIGITS);
        } catch (ConfigFile.Invalid e) {
            throw new AssertionError(e);
        }
    }

    private static ChipLayout layout() {
        return new ChipLayout(
                List.of(
                        new ChipLayout.SectorKey(1, ChipLayout.KeyType.A, keyFile()),
                        new ChipLayout.SectorKey(2, ChipLayout.KeyType.B, keyFile())),
                new ChipLayout.Fields(
                        ChipField.text(4, 0, 16, ChipField.Encoding.ASCII),
                        Optional.of(new ChipField(5, 0, 4, ChipField.Encoding.BCD, Optional.of("yyyyMMdd"))),
                        Optional.of(ChipField.text(8, 0, 20, ChipField.Encoding.UTF8)),
                        Optional.of(ChipField.text(6, 3, 7, ChipField.Encoding.LATIN1)),
                        Optional.empty()));
    }

    private static String keyFile() {
        try {
            Path file = Files.createTempFile(
                    "sector",
                    ".key",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            file.toFile().deleteOnExit();
            return Files.writeString(file, "112233445566").toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<byte[]> cards() {
        String uid = "0904a1b2c3d4e5f69000";
        String ok = "029000";
        String block = "12" + "34333838323631" + "00".repeat(9) + "9000";
        String expiry = "12" + "20270331" + "ff".repeat(12) + "9000";
        return Stream.of(
                        "00" + uid,
                        "000608123456" + "9000",
                        "01" + uid + ok + ok + block + expiry + block + ok + block + block + uid,
                        "01" + uid + "026300",
                        "01" + uid + ok + ok + block + expiry + block + ok + block + block + "0904000000000001"
                                + "9000")
                .map(HexFormat.of()::parseHex);
    }

    @MethodSource("cards")
    @FuzzTest
    void fuzz(byte[] input) {
        if (input.length == 0) {
            return;
        }
        ByteBuffer answers = ByteBuffer.wrap(input, 1, input.length - 1);
        CardRead read = (input[0] == 0 ? UID_ALONE : CHIP).read(command -> {
            assertThat(command).hasSizeBetween(5, 261);
            return next(answers);
        });
        switch (read) {
            case CardRead.ChipData chip -> {
                assertThat(chip.card().digits()).matches(SEVEN_DIGITS);
                assertThat(contains(input, chip.uid().bytes())).isTrue();
            }
            case CardRead.UidOnly only -> {
                assertThat(only.uid().isRandom()).isFalse();
                assertThat(contains(input, only.uid().bytes())).isTrue();
            }
            case CardRead.Unreadable none -> assertThat(none.reason()).isNotNull();
            case CardRead.AuthenticatedChip _ -> throw new AssertionError("no card proved itself here");
            case CardRead.UnsignedCode _, CardRead.SignedPass _ -> throw new AssertionError("a card shows no code");
        }
    }

    private static byte[] next(ByteBuffer answers) throws CardGoneException {
        int length = answers.hasRemaining() ? answers.get() & 0xff : 0;
        if (length < 2 || length > answers.remaining()) {
            throw new CardGoneException("gone", null);
        }
        byte[] answer = new byte[length];
        answers.get(answer);
        return answer;
    }

    private static boolean contains(byte[] all, byte[] part) {
        for (int at = 0; at + part.length <= all.length; at++) {
            if (Arrays.equals(all, at, at + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }
}
