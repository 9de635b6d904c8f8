package portvakt.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The words that gate and server share: numbers, names and topics mean one thing, and whole card numbers stay out of logs. */
class WordsTest {

    private static final Pattern SEVEN = Pattern.compile("[0-9]{7}");

    @ParameterizedTest
    @ValueSource(strings = {"4388261", "NO 438 8261", "no4388261", " 43.88-261\n", "438\u00a08261"})
    void aCardNumberIsReadAsPeopleAndChipsWriteIt(String text) {
        assertThat(CardNumber.parse(text, SEVEN)).contains(new CardNumber("4388261"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "NO", "438826", "43882611", "438826a", "NONO4388261", "٤٣٨٨٢٦١", "4388261NO", "+4388261"})
    void whatIsNoAcceptedNumberIsNone(String text) {
        assertThat(CardNumber.parse(text, SEVEN)).isEmpty();
    }

    @Test
    void leadingZerosCountAndLengthsAreBounded() {
        assertThat(new CardNumber("0123")).isNotEqualTo(new CardNumber("123"));
        assertThat(new CardNumber("9".repeat(16)).digits()).hasSize(16);
        for (String wrong : new String[] {"", "9".repeat(17), "12a", "١٢"}) {
            assertThatThrownBy(() -> new CardNumber(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a card number is 1 to 16 digits");
        }
    }

    @ParameterizedTest
    @CsvSource({"4388261, 43***61", "1234, ****", "1, *", "123456, 12**56"})
    void aNumberIsMaskedWhereverItIsPrinted(String digits, String masked) {
        assertThat(new CardNumber(digits)).hasToString(masked);
        assertThat("" + new CardNumber(digits)).doesNotContain(digits);
    }

    @Test
    void aUidHasTheLengthsOfItsStandard() {
        assertThat(Uid.of(new byte[] {4, 5, 6, 7}).hex()).isEqualTo("04050607");
        assertThat(new Uid("04a1b2c3d4e5f6").bytes()).hasSize(7);
        assertThat(new Uid("08a1b2c3").isRandom()).isTrue();
        assertThat(new Uid("08a1b2c3d4e5f6").isRandom()).isFalse();
        assertThat(new Uid("04a1b2c3d4e5f6")).hasToString("04**********f6");
        for (int length : new int[] {0, 3, 5, 8, 11}) {
            assertThatThrownBy(() -> Uid.of(new byte[length])).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new Uid("04A1B2C3")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void codesOfDenialsAreOnlyEverAdded() {
        assertThat(Arrays.stream(DenialReason.values())
                        .map(reason -> reason.code() + " " + reason)
                        .collect(Collectors.joining(", ")))
                .isEqualTo("0 OTHER, 1 CARD_UNREADABLE, 2 SEVERAL_CARDS, 3 CODE_UNRECOGNISED, 4 UID_RANDOM, "
                        + "5 PASS_MALFORMED, 6 PASS_ALGORITHM, 7 PASS_KEY_UNKNOWN, 8 PASS_SIGNATURE, 9 CARD_NOT_AUTHENTIC, "
                        + "10 CREDENTIAL_REVOKED, 11 CREDENTIAL_SUSPENDED, 16 PASS_OTHER_SITE, 12 CREDENTIAL_NOT_YET_VALID, "
                        + "13 CREDENTIAL_EXPIRED, 14 UNKNOWN_CARD, 15 ASSURANCE_TOO_LOW, 20 ANTI_PASSBACK, "
                        + "30 LIST_MISSING, 33 LIST_DAMAGED, 31 LIST_TOO_OLD, 34 LIST_UNCONFIRMED, "
                        + "32 CLOCK_UNTRUSTED, 40 GATE_BUSY, "
                        + "41 JOURNAL_UNAVAILABLE");
        for (DenialReason reason : DenialReason.values()) {
            assertThat(DenialReason.ofCode(reason.code())).isEqualTo(reason);
        }
        assertThat(DenialReason.ofCode(4711)).isEqualTo(DenialReason.OTHER);
        assertThat(DenialReason.ofCode(-1)).isEqualTo(DenialReason.OTHER);
    }

    @Test
    void topicsAreBuiltAndReadBack() {
        Topics.GateAddress north = new Topics.GateAddress("oslo", "north");
        assertThat(north.events()).isEqualTo("portvakt/v1/sites/oslo/gates/north/events");
        assertThat(Topics.parseGateTopic(north.status())).contains(new Topics.GateTopic(north, "status"));
        assertThat(Topics.parseGateTopic(north.acks())).contains(new Topics.GateTopic(north, "acks"));
        assertThat(Topics.parseHeadTopic(Topics.listHead("hms-kort"))).contains("hms-kort");
        assertThat(Topics.parseChunkTopic(Topics.tableChunk("hms-kort", 9, 2)))
                .contains(new Topics.ChunkTopic("hms-kort", 9, true, 2));
        assertThat(Topics.parseChunkTopic(Topics.keyChunk("hms-kort", 9, 2)))
                .contains(new Topics.ChunkTopic("hms-kort", 9, false, 2));
        assertThat(Topics.snapshotFilter("hms-kort", 9)).isEqualTo("portvakt/v1/lists/hms-kort/snapshots/9/+/+");
        assertThat(Topics.everyGate("events")).isEqualTo("portvakt/v1/sites/+/gates/+/events");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "portvakt/v2/lists/hms-kort/head",
                "portvakt/v1/lists/+/head",
                "portvakt/v1/lists/HMS/head",
                "portvakt/v1/lists/hms-kort/snapshots/-1/keys/0",
                "portvakt/v1/lists/hms-kort/snapshots/9999999999999999999/keys/0",
                "portvakt/v1/lists/hms-kort/snapshots/1/keys/9999999",
                "portvakt/v1/lists/hms-kort/snapshots/1/other/0",
                "portvakt/v1/sites/oslo/gates/no#rth/events",
                "portvakt/v1/sites/oslo/gates/north/events/x",
                "portvakt/v1/sites/oslo/gates//events"
            })
    void aForeignTopicIsNobodys(String topic) {
        assertThat(Topics.parseGateTopic(topic)).isEmpty();
        assertThat(Topics.parseHeadTopic(topic)).isEmpty();
        assertThat(Topics.parseChunkTopic(topic)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a/b", "a+", "#", "Oslo", "ø", "abcdefghijklmnopqrstuvwxyz01234"})
    void aNameHoldsNoSeparatorAndNoWildcard(String name) {
        assertThatThrownBy(() -> Topics.listHead(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("small letters, digits and hyphens, at most 30");
    }
}
