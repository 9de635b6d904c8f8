package portvakt.gate.adapter.qr;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What a keyboard scanner types is what it read, in the events that Linux writes. */
class KeyStrokesTest {

    /** A key of a real stream: scan code, press, report, release, report; as evtest shows it. */
    static byte[] typed(int... codes) {
        ByteBuffer events =
                ByteBuffer.allocate(codes.length * 5 * KeyStrokes.EVENT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int code : codes) {
            event(events, 4, 4, 0x70000 + code);
            event(events, 1, code, 1);
            event(events, 0, 0, 0);
            event(events, 1, code, 0);
            event(events, 0, 0, 0);
        }
        return events.array();
    }

    private static void event(ByteBuffer events, int type, int code, int value) {
        events.putLong(1_764_000_000L)
                .putLong(123_456)
                .putShort((short) type)
                .putShort((short) code)
                .putInt(value);
    }

    private static byte[] events(int[]... each) {
        ByteBuffer events =
                ByteBuffer.allocate(each.length * KeyStrokes.EVENT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(each).forEach(one -> event(events, one[0], one[1], one[2]));
        return events.array();
    }

    private static String read(byte[] bytes) {
        return new KeyStrokes().characters(bytes, bytes.length);
    }

    @Test
    void oneEventIsReadByteByByte() {
        // seconds, microseconds, EV_KEY, KEY_4, pressed: 24 bytes of a 64-bit little-endian system.
        byte[] bytes = HexFormat.of().parseHex("80f2266900000000" + "40e2010000000000" + "0100" + "0500" + "01000000");
        assertThat(read(bytes)).isEqualTo("4");
    }

    @Test
    void digitsAndEnterAreACardNumber() {
        assertThat(read(typed(5, 4, 9, 9, 3, 7, 2, 28))).isEqualTo("4388261\r");
        assertThat(read(typed(75, 81, 72, 72, 80, 77, 79, 96)))
                .as("on the keypad")
                .isEqualTo("4388261\r");
    }

    @Test
    void shiftedKeysAreWhatAPassIsMadeOf() {
        int[] press = {1, 42, 1};
        int[] release = {1, 42, 0};
        // PV1:$%*+ -./ as base45 uses them, shift held over several keys.
        byte[] events = events(
                press, key(25), key(47), release, key(2), press, key(39), key(5), key(6), key(9), key(13), release,
                key(57), key(12), key(52), key(53), key(28));
        assertThat(read(events)).isEqualTo("PV1:$%*+ -./\r");
    }

    private static int[] key(int code) {
        return new int[] {1, code, 1};
    }

    @Test
    void aHeldKeyIsOneCharacterAndHalfAnEventWaitsForTheRest() {
        byte[] events = events(key(5), new int[] {1, 5, 2}, new int[] {1, 5, 2}, new int[] {1, 5, 0}, key(4));
        KeyStrokes keys = new KeyStrokes();
        StringBuilder text = new StringBuilder();
        for (byte one : events) {
            text.append(keys.characters(new byte[] {one}, 1));
        }
        assertThat(text).hasToString("43");
    }

    @Test
    void aTextWithAKeyThatIsNoCharacterOrWithLostEventsIsNoOtherText() {
        assertThat(read(typed(5, 59, 4))).as("F1").isEqualTo("4\u00003");
        assertThat(read(events(key(5), new int[] {0, 3, 0}, key(4))))
                .as("SYN_DROPPED")
                .isEqualTo("4\u00003");
    }
}
