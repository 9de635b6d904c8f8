package portvakt.gate.adapter.pcsc;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * An AES-128 key, and what is done with it: CBC without padding, and CMAC (NIST SP 800-38B, RFC 4493), which the JDK does not
 * have. Immutable, for any thread. Never printed.
 */
final class AesKey {

    static final int BYTES = 16;
    static final int BLOCK_BYTES = 16;

    /** The polynomial of the field with 2^128 elements, reduced (SP 800-38B, 5.3). */
    private static final int R128 = 0x87;

    private final SecretKeySpec key;

    AesKey(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("an AES-128 key has " + BYTES + " bytes, not " + bytes.length);
        }
        key = new SecretKeySpec(bytes, "AES");
    }

    byte[] encrypt(byte[] iv, byte[] plain) {
        return cbc(Cipher.ENCRYPT_MODE, iv, plain);
    }

    byte[] decrypt(byte[] iv, byte[] cryptogram) {
        return cbc(Cipher.DECRYPT_MODE, iv, cryptogram);
    }

    private byte[] cbc(int mode, byte[] iv, byte[] blocks) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
            cipher.init(mode, key, new IvParameterSpec(iv));
            return cipher.doFinal(blocks);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-CBC of " + blocks.length + " bytes failed", e);
        }
    }

    /** @return all 16 bytes */
    byte[] cmac(byte[] message) {
        return cmac(new byte[BLOCK_BYTES], message);
    }

    /** CMAC that goes on from an earlier one: its chain begins with {@code iv} in place of zeros. */
    byte[] cmac(byte[] iv, byte[] message) {
        boolean whole = message.length > 0 && message.length % BLOCK_BYTES == 0;
        byte[] padded = whole ? message.clone() : padded(message);
        return chained(iv, padded, whole);
    }

    /** The last step, for messages padded by other rules: whole blocks, of which the last is masked by subkey K1 or K2. */
    byte[] chained(byte[] iv, byte[] blocks, boolean firstSubkey) {
        byte[] subkey = doubled(encrypt(new byte[BLOCK_BYTES], new byte[BLOCK_BYTES]));
        if (!firstSubkey) {
            subkey = doubled(subkey);
        }
        int last = blocks.length - BLOCK_BYTES;
        for (int i = 0; i < BLOCK_BYTES; i++) {
            blocks[last + i] ^= subkey[i];
        }
        byte[] chain = encrypt(iv, blocks);
        return Arrays.copyOfRange(chain, last, chain.length);
    }

    /** ISO/IEC 9797-1 method 2: one bit, then zeros, up to the next whole block. */
    static byte[] padded(byte[] message) {
        byte[] padded = Arrays.copyOf(message, (message.length / BLOCK_BYTES + 1) * BLOCK_BYTES);
        padded[message.length] = (byte) 0x80;
        return padded;
    }

    /** Times x in the field. */
    private static byte[] doubled(byte[] block) {
        byte[] out = new byte[BLOCK_BYTES];
        int carry = 0;
        for (int i = BLOCK_BYTES - 1; i >= 0; i--) {
            int shifted = (block[i] & 0xff) << 1 | carry;
            out[i] = (byte) shifted;
            carry = shifted >> 8;
        }
        if (carry == 1) {
            out[BLOCK_BYTES - 1] ^= (byte) R128;
        }
        return out;
    }

    @Override
    public String toString() {
        return "AesKey[…]";
    }
}
