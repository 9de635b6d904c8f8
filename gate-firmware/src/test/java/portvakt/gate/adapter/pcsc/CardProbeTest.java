package portvakt.gate.adapter.pcsc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import portvakt.gate.access.CardRead;
import portvakt.protocol.CardNumber;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Uid;
import portvakt.protocol.config.ConfigFile;

/** Each way that a card can answer becomes the right read, with exactly the commands that are needed and no more. */
class CardProbeTest {

    private static final String GET_UID = "ff ca 00 00 00";
    private static final String OK = " 90 00";
    private static final String FAILED = "63 00";
    private static final String UID = "04 a1 b2 c3 d4 e5 f6";
    private static final String OTHER_UID = "04 00 00 00 00 00 01";
    private static final String RANDOM_UID = "08 12 34 56";
    private static final String KEY_1 = "112233445566";
    private static final String KEY_2 = "a1a2a3a4a5a6";
    private static final CardRead CARD_UNREADABLE = new CardRead.Unreadable(DenialReason.CARD_UNREADABLE);

    @TempDir
    private Path directory;

    private CardProbe uidProbe;
    private CardProbe chipProbe;

    @BeforeEach
    void prepare() throws Exception {
        Pattern sevenDigits = Pattern.compile("[0-9]{7}");
        uidProbe = CardProbe.of(Optional.empty(), sevenDigits);
        chipProbe = CardProbe.of(Optional.of(layout(KEY_1, KEY_2)), sevenDigits);
    }

    static Stream<List<Object>> withoutLayout() {
        return Stream.of(
                List.of(UID + OK, new CardRead.UidOnly(new Uid("04a1b2c3d4e5f6"))),
                List.of("a1 b2 c3 d4" + OK, new CardRead.UidOnly(new Uid("a1b2c3d4"))),
                List.of("04 01 02 03 04 05 06 07 08 09" + OK, new CardRead.UidOnly(new Uid("04010203040506070809"))),
                List.of(RANDOM_UID + OK, new CardRead.Unreadable(DenialReason.UID_RANDOM)),
                List.of(FAILED, CARD_UNREADABLE),
                List.of("6a 81", CARD_UNREADABLE),
                List.of(UID + FAILED, CARD_UNREADABLE),
                List.of("90 00", CARD_UNREADABLE),
                List.of("01 02 03" + OK, CARD_UNREADABLE),
                List.of("e0 01 02 03 04 05 06 07" + OK, CARD_UNREADABLE),
                List.of("torn", CARD_UNREADABLE));
    }

    @ParameterizedTest
    @MethodSource("withoutLayout")
    void asksForTheUidAloneWithoutALayout(List<Object> row) {
        ScriptedCard card = ScriptedCard.expecting(GET_UID, (String) row.get(0));

        assertThat(uidProbe.read(card)).isEqualTo(row.get(1));
        assertThat(card.finished()).isTrue();
    }

    @Test
    void readsAllFieldsFromTwoSectors() {
        ScriptedCard card = wholeRead(block("4388261"), "20 27 03 31 ff ff ff ff ff ff ff ff ff ff ff ff", UID + OK);

        assertThat(chipProbe.read(card))
                .isEqualTo(new CardRead.ChipData(
                        new CardNumber("4388261"),
                        new Uid("04a1b2c3d4e5f6"),
                        Optional.of(LocalDate.of(2027, 3, 31)),
                        Optional.of(new CardRead.Holder("Åse Sørli", "", ""))));
        assertThat(card.finished()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        // block 4: card number,                      block 5: expiry,                    is a card
        "34333838323631 00 0000000000000000, 20270331 000000000000000000000000, true",
        // "NO 438 8261", as people write it
        "4e4f2034333820 38323631 0000000000, 20270331 000000000000000000000000, true",
        // six digits, eight digits, letters, nothing, bytes that are not ASCII
        "343338383236 000000000000000000 00, 20270331 000000000000000000000000, false",
        "3433383832363132 0000000000000000, 20270331 000000000000000000000000, false",
        "61626364656667 000000000000000000, 20270331 000000000000000000000000, false",
        "00000000000000000000000000000000, 20270331 000000000000000000000000, false",
        "ffffffffffffffffffffffffffffffff, 20270331 000000000000000000000000, false",
        "34333838c3a531 000000000000000000, 20270331 000000000000000000000000, false",
        // 30 February, month 13, a nibble that is no digit
        "34333838323631 00 0000000000000000, 20270230 000000000000000000000000, false",
        "34333838323631 00 0000000000000000, 20271301 000000000000000000000000, false",
        "34333838323631 00 0000000000000000, 2027033a 000000000000000000000000, false",
    })
    void takesAChipForACardOnlyIfItsFieldsMakeSense(String number, String expiry, boolean isCard) {
        CardRead read = chipProbe.read(wholeRead(number, expiry, UID + OK));

        if (isCard) {
            assertThat(read).isInstanceOf(CardRead.ChipData.class);
        } else {
            assertThat(read).isEqualTo(CARD_UNREADABLE);
        }
    }

    @Test
    void leavesTheExpiryOpenIfTheChipHasNone() {
        CardRead read = chipProbe.read(wholeRead(block("4388261"), "ff".repeat(16), UID + OK));

        assertThat(((CardRead.ChipData) read).expiresOn()).isEmpty();
    }

    @Test
    void namesNobodyIfTheUidChangesWhileReading() {
        CardRead read = chipProbe.read(wholeRead(block("4388261"), "20270331" + "00".repeat(12), OTHER_UID + OK));

        assertThat(read).isEqualTo(new CardRead.Unreadable(DenialReason.SEVERAL_CARDS));
    }

    @Test
    void keepsAWholeReadIfTheReaderWillNotTellTheUidTwice() {
        CardRead read = chipProbe.read(wholeRead(block("4388261"), "20270331" + "00".repeat(12), FAILED));

        assertThat(read).isInstanceOf(CardRead.ChipData.class);
    }

    @Test
    void takesAChipThatRefusesTheKeyForAForeignCard() {
        ScriptedCard card = ScriptedCard.expecting(
                GET_UID, UID + OK, loadKey(KEY_1), "90 00", "ff 86 00 00 05 01 00 04 60 00", FAILED);

        assertThat(chipProbe.read(card)).isEqualTo(new CardRead.UidOnly(new Uid("04a1b2c3d4e5f6")));
        assertThat(card.finished()).isTrue();
    }

    @Test
    void takesACardThatKnowsNoKeysForAForeignOne() {
        ScriptedCard card = ScriptedCard.expecting(GET_UID, UID + OK, loadKey(KEY_1), "6a 81");

        assertThat(chipProbe.read(card)).isEqualTo(new CardRead.UidOnly(new Uid("04a1b2c3d4e5f6")));
    }

    @Test
    void refusesAPhoneThatDrawsItsUid() {
        ScriptedCard card = ScriptedCard.expecting(
                GET_UID, RANDOM_UID + OK, loadKey(KEY_1), "90 00", "ff 86 00 00 05 01 00 04 60 00", FAILED);

        assertThat(chipProbe.read(card)).isEqualTo(new CardRead.Unreadable(DenialReason.UID_RANDOM));
    }

    @Test
    void callsACardUnreadableIfItRefusesABlockOfAnOpenedSector() {
        ScriptedCard card = ScriptedCard.expecting(
                GET_UID,
                UID + OK,
                loadKey(KEY_1),
                "90 00",
                "ff 86 00 00 05 01 00 04 60 00",
                "90 00",
                "ff b0 00 04 10",
                FAILED);

        assertThat(chipProbe.read(card)).isEqualTo(CARD_UNREADABLE);
    }

    @Test
    void callsACardUnreadableIfABlockIsShort() {
        ScriptedCard card = ScriptedCard.expecting(
                GET_UID,
                UID + OK,
                loadKey(KEY_1),
                "90 00",
                "ff 86 00 00 05 01 00 04 60 00",
                "90 00",
                "ff b0 00 04 10",
                "34 33 38 38 32 36 31" + OK);

        assertThat(chipProbe.read(card)).isEqualTo(CARD_UNREADABLE);
    }

    @Test
    void callsACardUnreadableWhereverItIsTornOff() {
        String[] exchanges = wholeExchanges(block("4388261"), "20270331" + "00".repeat(12), UID + OK);

        for (int torn = 0; torn < exchanges.length / 2; torn++) {
            String[] upTo = Arrays.copyOf(exchanges, 2 * (torn + 1));
            upTo[2 * torn + 1] = "torn";
            ScriptedCard card = ScriptedCard.expecting(upTo);

            assertThat(chipProbe.read(card))
                    .as("torn off at command %d", torn + 1)
                    .isEqualTo(CARD_UNREADABLE);
            assertThat(card.finished()).isTrue();
        }
    }

    @Test
    void loadsAKeyOnceForSectorsThatShareIt() throws Exception {
        CardProbe sharing = CardProbe.of(Optional.of(layout(KEY_1, KEY_1)), Pattern.compile("[0-9]{7}"));
        ScriptedCard card = ScriptedCard.expecting(
                GET_UID,
                UID + OK,
                loadKey(KEY_1),
                "90 00",
                "ff 86 00 00 05 01 00 04 60 00",
                "90 00",
                "ff b0 00 04 10",
                block("4388261") + OK,
                "ff b0 00 05 10",
                "ff".repeat(16) + OK,
                "ff 86 00 00 05 01 00 08 61 00",
                FAILED);

        assertThat(sharing.read(card)).isEqualTo(new CardRead.UidOnly(new Uid("04a1b2c3d4e5f6")));
        assertThat(card.finished()).isTrue();
    }

    private ScriptedCard wholeRead(String numberBlock, String expiryBlock, String uidAtTheEnd) {
        return ScriptedCard.expecting(wholeExchanges(numberBlock, expiryBlock, uidAtTheEnd));
    }

    private static String[] wholeExchanges(String numberBlock, String expiryBlock, String uidAtTheEnd) {
        return new String[] {
            GET_UID,
            UID + OK,
            loadKey(KEY_1),
            "90 00",
            "ff 86 00 00 05 01 00 04 60 00",
            "90 00",
            "ff b0 00 04 10",
            numberBlock + OK,
            "ff b0 00 05 10",
            expiryBlock + OK,
            loadKey(KEY_2),
            "90 00",
            "ff 86 00 00 05 01 00 08 61 00",
            "90 00",
            "ff b0 00 08 10",
            block("Åse Sørli") + OK,
            GET_UID,
            uidAtTheEnd
        };
    }

    /** Number and expiry in sector 1 under key A, the holder's name in sector 2 under key B. */
    private ChipLayout layout(String keyOfSector1, String keyOfSector2) throws IOException, ConfigFile.Invalid {
        return new ChipLayout(
                List.of(
                        new ChipLayout.SectorKey(1, ChipLayout.KeyType.A, keyFile("1", keyOfSector1)),
                        new ChipLayout.SectorKey(2, ChipLayout.KeyType.B, keyFile("2", keyOfSector2))),
                new ChipLayout.Fields(
                        ChipField.text(4, 0, 16, ChipField.Encoding.ASCII),
                        Optional.of(new ChipField(5, 0, 4, ChipField.Encoding.BCD, Optional.of("yyyyMMdd"))),
                        Optional.of(ChipField.text(8, 0, 16, ChipField.Encoding.UTF8)),
                        Optional.empty(),
                        Optional.empty()));
    }

    private String keyFile(String name, String hex) throws IOException {
        Path file = directory.resolve(name + hex);
        Files.writeString(file, hex);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file.toString();
    }

    private static String loadKey(String key) {
        return "ff 82 00 00 06" + key;
    }

    private static String block(String text) {
        return HexFormat.of().formatHex(Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), 16));
    }
}
