package portvakt.sim.device;

import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.params.KeyParameter;

/** The AES of a simulated card: BouncyCastle's block cipher, chained here, so that it shares no code with the gate's. Immutable. */
final class CardCipher {

    static final int BLOCK = 16;
    private static final BigInteger TOP = BigInteger.ONE.shiftLeft(8 * BLOCK);

    private final KeyParameter key;

    CardCipher(byte[] key) {
        this.key = new KeyParameter(key);
    }

    byte[] encrypt(byte[] iv, byte[] plain) {
        return chain(true, iv, plain);
    }

    byte[] decrypt(byte[] iv, byte[] cryptogram) {
        return chain(false, iv, cryptogram);
    }

    private byte[] chain(boolean forward, byte[] iv, byte[] in) {
        var aes = AESEngine.newInstance();
        aes.init(forward, key);
        byte[] out = new byte[in.length];
        byte[] before = iv.clone();
        for (int at = 0; at < in.length; at += BLOCK) {
            byte[] block = Arrays.copyOfRange(in, at, at + BLOCK);
            byte[] turned = new byte[BLOCK];
            aes.processBlock(forward ? xor(block, before) : block, 0, turned, 0);
            byte[] done = forward ? turned : xor(turned, before);
            System.arraycopy(done, 0, out, at, BLOCK);
            before = forward ? done : block;
        }
        return out;
    }

    /** CMAC of a message, its chain begun with {@code iv}. */
    byte[] cmac(byte[] iv, byte[] message) {
        boolean whole = message.length > 0 && message.length % BLOCK == 0;
        byte[] first = twice(encrypt(new byte[BLOCK], new byte[BLOCK]));
        byte[] blocks = whole ? message.clone() : Arrays.copyOf(message, (message.length / BLOCK + 1) * BLOCK);
        if (!whole) {
            blocks[message.length] = (byte) 0x80;
        }
        int last = blocks.length - BLOCK;
        byte[] masked = xor(Arrays.copyOfRange(blocks, last, blocks.length), whole ? first : twice(first));
        System.arraycopy(masked, 0, blocks, last, BLOCK);
        byte[] out = encrypt(iv, blocks);
        return Arrays.copyOfRange(out, last, out.length);
    }

    CardCipher firstSessionKey(byte[] reader, byte[] card) {
        byte[] session = new byte[BLOCK];
        System.arraycopy(reader, 0, session, 0, 4);
        System.arraycopy(card, 0, session, 4, 4);
        System.arraycopy(reader, 12, session, 8, 4);
        System.arraycopy(card, 12, session, 12, 4);
        return new CardCipher(session);
    }

    CardCipher secondSessionKey(int label, byte[] reader, byte[] card) {
        byte[] vector = new byte[2 * BLOCK];
        vector[0] = (byte) (label >> 8);
        vector[1] = (byte) label;
        vector[3] = 1;
        vector[5] = (byte) 0x80;
        System.arraycopy(reader, 0, vector, 6, 8);
        for (int i = 0; i < 6; i++) {
            vector[8 + i] ^= card[i];
        }
        System.arraycopy(card, 6, vector, 14, 10);
        System.arraycopy(reader, 8, vector, 24, 8);
        return new CardCipher(cmac(new byte[BLOCK], vector));
    }

    /** The key of one card, NXP AN10922: more than a block goes in, so it is a plain CMAC. */
    static byte[] diversified(byte[] master, byte[] uid, byte[] applicationId, byte[] system) {
        byte[] input = new byte[1 + uid.length + applicationId.length + system.length];
        input[0] = 1;
        System.arraycopy(uid, 0, input, 1, uid.length);
        System.arraycopy(applicationId, 0, input, 1 + uid.length, applicationId.length);
        System.arraycopy(system, 0, input, 1 + uid.length + applicationId.length, system.length);
        return new CardCipher(master).cmac(new byte[BLOCK], input);
    }

    private static byte[] twice(byte[] block) {
        BigInteger value = new BigInteger(1, block).shiftLeft(1);
        if (value.compareTo(TOP) >= 0) {
            value = value.subtract(TOP).xor(BigInteger.valueOf(0x87));
        }
        byte[] bytes = value.toByteArray();
        byte[] out = new byte[BLOCK];
        int from = Math.max(0, bytes.length - BLOCK);
        System.arraycopy(bytes, from, out, BLOCK - (bytes.length - from), bytes.length - from);
        return out;
    }

    private static byte[] xor(byte[] one, byte[] other) {
        byte[] out = new byte[BLOCK];
        for (int i = 0; i < BLOCK; i++) {
            out[i] = (byte) (one[i] ^ other[i]);
        }
        return out;
    }
}
