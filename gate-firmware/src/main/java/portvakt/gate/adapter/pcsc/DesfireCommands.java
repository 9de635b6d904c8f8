package portvakt.gate.adapter.pcsc;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * DESFire's native commands in the wrapping of ISO 7816-4: {@code 90 command 00 00 length data 00}, answered by data and
 * {@code 91 status}. One card, one thread.
 */
final class DesfireCommands {

    static final int SELECT_APPLICATION = 0x5a;
    static final int AUTHENTICATE_AES = 0xaa;
    static final int AUTHENTICATE_EV2_FIRST = 0x71;
    static final int MORE = 0xaf;
    static final int GET_CARD_UID = 0x51;
    static final int READ_DATA = 0xbd;

    static final int OK = 0x9100;
    static final int MORE_FOLLOWS = 0x91af;
    static final int NO_SUCH_KEY = 0x9140;
    static final int AUTHENTICATION_ERROR = 0x91ae;

    /** An answer in more frames than this is no answer that the gate asked for: 300 bytes come in six. */
    private static final int FRAMES_MAX = 8;

    private final Apdus card;

    DesfireCommands(Apdus card) {
        this.card = card;
    }

    /** @param sw SW1 and SW2 as one number */
    record Reply(byte[] data, int sw) {
        boolean ok() {
            return sw == OK;
        }
    }

    /** One command, one answer. */
    Reply send(int command, byte[] data) throws CardGoneException {
        byte[] apdu = new byte[data.length == 0 ? 5 : 6 + data.length];
        apdu[0] = (byte) 0x90;
        apdu[1] = (byte) command;
        if (data.length > 0) {
            apdu[4] = (byte) data.length;
            System.arraycopy(data, 0, apdu, 5, data.length);
        }
        byte[] answer = card.transceive(apdu);
        int end = answer.length - 2;
        return new Reply(Arrays.copyOf(answer, end), (answer[end] & 0xff) << 8 | answer[end + 1] & 0xff);
    }

    /** One command, and its answer from as many frames as it comes in. */
    Reply sendForAll(int command, byte[] data) throws CardGoneException {
        Reply reply = send(command, data);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int frame = 1; reply.sw() == MORE_FOLLOWS && frame < FRAMES_MAX; frame++) {
            all.writeBytes(reply.data());
            reply = send(MORE, new byte[0]);
        }
        all.writeBytes(reply.data());
        return new Reply(all.toByteArray(), reply.sw());
    }

    /** Least significant byte first, as DESFire counts. */
    static byte[] littleEndian(int value, int bytes) {
        byte[] out = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            out[i] = (byte) (value >> 8 * i);
        }
        return out;
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
