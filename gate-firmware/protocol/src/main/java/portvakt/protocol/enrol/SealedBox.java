package portvakt.protocol.enrol;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * HPKE (RFC 9180) in base mode with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM: a message that only the owner of a
 * public key can read, and an answer that only they can have made. One message and one answer a box.
 *
 * <p>The answer is AES-256-GCM under the key exported for {@value #ANSWER} (RFC 9180 § 5.3), 12 random bytes of nonce before it.
 */
public final class SealedBox {

    private static final String CURVE = "secp256r1";
    private static final int COORDINATE_BYTES = 32;
    private static final int POINT_BYTES = 1 + 2 * COORDINATE_BYTES;
    private static final byte UNCOMPRESSED = 4;
    private static final int HASH_BYTES = 32;
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final String ANSWER = "portvakt enrolment answer";
    private static final byte[] NOTHING = {};

    /** {@code "KEM"} and the number of DHKEM(P-256, HKDF-SHA256). */
    private static final byte[] KEM_SUITE = {'K', 'E', 'M', 0, 0x10};
    /** {@code "HPKE"} and the numbers of the KEM, of HKDF-SHA256 and of AES-256-GCM. */
    private static final byte[] SUITE = {'H', 'P', 'K', 'E', 0, 0x10, 0, 1, 0, 2};

    private static final byte BASE_MODE = 0;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] encapsulated;
    private final SecretKey key;
    private final byte[] nonce;
    private final SecretKey exporter;

    private SealedBox(byte[] encapsulated, byte[] shared, byte[] info) throws GeneralSecurityException {
        this.encapsulated = encapsulated;
        byte[] context = joined(
                new byte[] {BASE_MODE},
                extract(SUITE, NOTHING, "psk_id_hash", NOTHING).getEncoded(),
                extract(SUITE, NOTHING, "info_hash", info).getEncoded());
        SecretKey secret = extract(SUITE, shared, "secret", NOTHING);
        this.key = new SecretKeySpec(expand(SUITE, secret, "key", context, KEY_BYTES), "AES");
        this.nonce = expand(SUITE, secret, "base_nonce", context, NONCE_BYTES);
        this.exporter = new SecretKeySpec(expand(SUITE, secret, "exp", context, HASH_BYTES), "Generic");
    }

    /**
     * For the sender.
     *
     * @param info what both sides know the box to be for
     * @throws GeneralSecurityException if the key is no P-256 key
     */
    public static SealedBox to(PublicKey recipient, byte[] info) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(CURVE));
        KeyPair own = generator.generateKeyPair();
        byte[] encapsulated = point(own.getPublic());
        return new SealedBox(
                encapsulated, shared(agreed(own.getPrivate(), recipient), encapsulated, point(recipient)), info);
    }

    /**
     * For the owner of the key.
     *
     * @throws GeneralSecurityException if {@code encapsulated} is no point of the curve
     */
    public static SealedBox from(byte[] encapsulated, KeyPair recipient, byte[] info) throws GeneralSecurityException {
        return new SealedBox(
                encapsulated.clone(),
                shared(
                        agreed(recipient.getPrivate(), publicKey(encapsulated)),
                        encapsulated,
                        point(recipient.getPublic())),
                info);
    }

    /** What the owner of the key needs to open it; goes with it in the clear. */
    public byte[] encapsulated() {
        return encapsulated.clone();
    }

    /** The message, sealed. Once a box: a second one would be under the same nonce. */
    public byte[] seal(byte[] message) throws GeneralSecurityException {
        return crypt(Cipher.ENCRYPT_MODE, key, nonce, message);
    }

    /** @throws GeneralSecurityException if it is not what was sealed for this key */
    public byte[] open(byte[] sealed) throws GeneralSecurityException {
        return crypt(Cipher.DECRYPT_MODE, key, nonce, sealed);
    }

    public byte[] sealAnswer(byte[] answer) throws GeneralSecurityException {
        byte[] once = new byte[NONCE_BYTES];
        RANDOM.nextBytes(once);
        return joined(once, crypt(Cipher.ENCRYPT_MODE, answerKey(), once, answer));
    }

    /** @throws GeneralSecurityException if nobody made it who could open the message */
    public byte[] openAnswer(byte[] sealed) throws GeneralSecurityException {
        if (sealed.length < NONCE_BYTES) {
            throw new GeneralSecurityException("an answer of " + sealed.length + " bytes");
        }
        return crypt(
                Cipher.DECRYPT_MODE,
                answerKey(),
                Arrays.copyOf(sealed, NONCE_BYTES),
                Arrays.copyOfRange(sealed, NONCE_BYTES, sealed.length));
    }

    private SecretKey answerKey() throws GeneralSecurityException {
        return new SecretKeySpec(export(ANSWER.getBytes(StandardCharsets.US_ASCII), KEY_BYTES), "AES");
    }

    byte[] export(byte[] context, int bytes) throws GeneralSecurityException {
        return expand(SUITE, exporter, "sec", context, bytes);
    }

    private static byte[] crypt(int mode, SecretKey key, byte[] nonce, byte[] text) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        return cipher.doFinal(text);
    }

    private static byte[] agreed(PrivateKey own, PublicKey other) throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(own);
        agreement.doPhase(other, true);
        return agreement.generateSecret();
    }

    private static byte[] shared(byte[] agreed, byte[] encapsulated, byte[] recipient) throws GeneralSecurityException {
        return expand(
                KEM_SUITE,
                extract(KEM_SUITE, NOTHING, "eae_prk", agreed),
                "shared_secret",
                joined(encapsulated, recipient),
                HASH_BYTES);
    }

    private static SecretKey extract(byte[] suite, byte[] salt, String label, byte[] input)
            throws GeneralSecurityException {
        HKDFParameterSpec.Builder spec = HKDFParameterSpec.ofExtract().addIKM(joined(mark(suite, label), input));
        if (salt.length > 0) {
            spec.addSalt(salt);
        }
        return new SecretKeySpec(hkdf().deriveData(spec.extractOnly()), "Generic");
    }

    private static byte[] expand(byte[] suite, SecretKey from, String label, byte[] info, int bytes)
            throws GeneralSecurityException {
        byte[] length = {(byte) (bytes >> Byte.SIZE), (byte) bytes};
        return hkdf().deriveData(HKDFParameterSpec.expandOnly(from, joined(length, mark(suite, label), info), bytes));
    }

    private static byte[] mark(byte[] suite, String label) {
        return joined("HPKE-v1".getBytes(StandardCharsets.US_ASCII), suite, label.getBytes(StandardCharsets.US_ASCII));
    }

    private static KDF hkdf() throws GeneralSecurityException {
        return KDF.getInstance("HKDF-SHA256");
    }

    /** SEC 1, uncompressed. */
    private static byte[] point(PublicKey key) throws GeneralSecurityException {
        if (!(key instanceof ECPublicKey ec) || !isOnCurve(ec.getParams())) {
            throw new InvalidKeyException("no P-256 key");
        }
        ByteBuffer point = ByteBuffer.allocate(POINT_BYTES).put(UNCOMPRESSED);
        for (BigInteger coordinate :
                new BigInteger[] {ec.getW().getAffineX(), ec.getW().getAffineY()}) {
            byte[] bytes = coordinate.toByteArray();
            int from = Math.max(0, bytes.length - COORDINATE_BYTES);
            point.put(new byte[COORDINATE_BYTES - (bytes.length - from)]).put(bytes, from, bytes.length - from);
        }
        return point.array();
    }

    private static PublicKey publicKey(byte[] point) throws GeneralSecurityException {
        if (point.length != POINT_BYTES || point[0] != UNCOMPRESSED) {
            throw new InvalidKeyException("no uncompressed point");
        }
        // Whether it lies on the curve is checked by the agreement.
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(
                        new ECPoint(
                                new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + COORDINATE_BYTES)),
                                new BigInteger(1, Arrays.copyOfRange(point, 1 + COORDINATE_BYTES, POINT_BYTES))),
                        curve()));
    }

    static boolean isOnCurve(ECParameterSpec given) throws GeneralSecurityException {
        ECParameterSpec ours = curve();
        return given.getCurve().equals(ours.getCurve()) && given.getGenerator().equals(ours.getGenerator());
    }

    private static ECParameterSpec curve() throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(CURVE));
        return parameters.getParameterSpec(ECParameterSpec.class);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
