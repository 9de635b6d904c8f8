package portvakt.gate.adapter.qr;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes characters of the events of a Linux input device, {@code struct input_event} of 64-bit systems:
 *
 * <pre>
 *  0  seconds        8 bytes
 *  8  microseconds   8
 * 16  type           2   1: a key
 * 18  code           2   which (linux/input-event-codes.h): a place on the keyboard, not a letter
 * 20  value          4   1: pressed, 0: let go, 2: held
 * </pre>
 *
 * <p>Keys are read as on a US keyboard, so a scanner has to be set to that; what the system's own layout is does not matter. Memory of
 * half an event and of the shift keys; one thread.
 */
final class KeyStrokes {

    static final int EVENT_BYTES = 24;

    private static final int TYPE_KEY = 1;
    private static final int LEFT_SHIFT = 42;
    private static final int RIGHT_SHIFT = 54;
    private static final int KEYPAD_ENTER = 96;

    /** By key code from 0 on; a blank where no key of a text is. */
    private static final String PLAIN = "  1234567890-=  qwertyuiop[]\r asdfghjkl;'` \\zxcvbnm,./   ";

    private static final String SHIFTED = "  !@#$%^&*()_+  QWERTYUIOP{}\r ASDFGHJKL:\"~ |ZXCVBNM<>?   ";
    private static final int SPACE = 57;

    /** From key code {@value #KEYPAD_FIRST} on; some scanners type digits there. */
    private static final String KEYPAD = "789-456+1230.";

    private static final int KEYPAD_FIRST = 71;

    private static final int TYPE_SYNCHRONISATION = 0;
    private static final int DROPPED = 3;

    /** What no text holds: it makes one of which a part is missing unlike any other. */
    private static final char MISSING = 0;

    private final ByteBuffer event = ByteBuffer.allocate(EVENT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private boolean leftShift;
    private boolean rightShift;

    /** @return the characters typed; a carriage return for Enter */
    String characters(byte[] bytes, int length) {
        StringBuilder typed = new StringBuilder();
        for (int i = 0; i < length; i++) {
            event.put(bytes[i]);
            if (!event.hasRemaining()) {
                key(typed);
                event.clear();
            }
        }
        return typed.toString();
    }

    private void key(StringBuilder typed) {
        int code = event.getShort(18) & 0xffff;
        int value = event.getInt(20);
        if (event.getShort(16) == TYPE_SYNCHRONISATION && code == DROPPED) {
            typed.append(MISSING);
        }
        if (event.getShort(16) != TYPE_KEY) {
            return;
        }
        switch (code) {
            case LEFT_SHIFT -> leftShift = value != 0;
            case RIGHT_SHIFT -> rightShift = value != 0;
            default -> {
                if (value == 1) {
                    character(code, typed);
                }
            }
        }
    }

    private void character(int code, StringBuilder typed) {
        if (code == SPACE) {
            typed.append(' ');
        } else if (code == KEYPAD_ENTER) {
            typed.append('\r');
        } else if (code < PLAIN.length() && PLAIN.charAt(code) != ' ') {
            typed.append((leftShift || rightShift ? SHIFTED : PLAIN).charAt(code));
        } else if (code >= KEYPAD_FIRST && code < KEYPAD_FIRST + KEYPAD.length()) {
            typed.append(KEYPAD.charAt(code - KEYPAD_FIRST));
        } else {
            // A key that is no character of a text, so the text is another than the one scanned. Better none.
            typed.append(MISSING);
        }
    }
}
