package portvakt.sim.world;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Java's own Ed25519 and ECDSA, which remember what they have signed here: a signature that was made in this JVM by the same key over the
 * same bytes is good, and need not be reckoned again by each gate. Every other one is. It is what a simulation spends most of its time on
 * else. Worlds on several threads share it. ECDSA needs a random number for each signature; it is drawn by the bytes to sign, so that a run
 * repeats itself.
 */
final class KnownSignatures extends Provider {

    private static final long serialVersionUID = 1L;
    private static final String NAME = "portvakt-known-signatures";
    private static final String EDWARDS = "Ed25519";
    private static final String ECDSA = "SHA256withECDSA";
    private static final String REAL = "SunEC";
    private static final int KEPT_MAX = 20_000;

    /** Public key of each private one that was made here. */
    private static final Map<String, PublicKey> PAIRS = new ConcurrentHashMap<>(); // looked up, never walked

    private static final Map<String, byte[]> SIGNED = new ConcurrentHashMap<>(); // looked up, never walked

    private static final Set<String> PUBLIC = ConcurrentHashMap.newKeySet(); // looked up, never walked

    private KnownSignatures() {
        super(NAME, "1", "signatures that are remembered");
        provide(EDWARDS);
        provide(ECDSA);
    }

    private void provide(String algorithm) {
        putService(new Service(this, "Signature", algorithm, Spi.class.getName(), null, null) {
            @Override
            public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
                return new Spi(algorithm);
            }

            /** Whatever else this JVM does with other keys, TLS for one, is Java's own matter. */
            @Override
            public boolean supportsParameter(Object key) {
                return key instanceof PrivateKey own && PAIRS.containsKey(hex(own.getEncoded()))
                        || key instanceof PublicKey its && PUBLIC.contains(hex(its.getEncoded()));
            }
        });
    }

    /** For this whole JVM, from now on. */
    static synchronized void install() {
        if (Security.getProvider(NAME) == null) {
            Security.insertProviderAt(new KnownSignatures(), 1);
        }
    }

    static void know(PrivateKey own, PublicKey its) {
        PAIRS.put(hex(own.getEncoded()), its);
        PUBLIC.add(hex(its.getEncoded()));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static final class Spi extends SignatureSpi {
        private final String algorithm;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private PrivateKey own;
        private PublicKey its;

        Spi(String algorithm) {
            this.algorithm = algorithm;
        }

        @Override
        protected void engineInitVerify(PublicKey key) {
            its = key;
            own = null;
            bytes.reset();
        }

        @Override
        protected void engineInitSign(PrivateKey key) {
            own = key;
            its = null;
            bytes.reset();
        }

        @Override
        protected void engineUpdate(byte one) {
            bytes.write(one);
        }

        @Override
        protected void engineUpdate(byte[] some, int offset, int length) {
            bytes.write(some, offset, length);
        }

        private Signature real() throws SignatureException {
            try {
                return Signature.getInstance(algorithm, REAL);
            } catch (GeneralSecurityException e) {
                throw new SignatureException("every Java has " + algorithm, e);
            }
        }

        private static SecureRandom drawnBy(byte[] message) throws SignatureException {
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(message);
                return new RepeatableRandom(new Dice(ByteBuffer.wrap(hash).getLong()));
            } catch (NoSuchAlgorithmException e) {
                throw new SignatureException("every Java has SHA-256", e);
            }
        }

        @Override
        protected byte[] engineSign() throws SignatureException {
            byte[] message = bytes.toByteArray();
            bytes.reset();
            PublicKey whose = PAIRS.get(hex(own.getEncoded()));
            if (whose == null) {
                throw new SignatureException("no key that was made here");
            }
            // The same key and bytes have the same signature (RFC 8032 § 5.1.6): each run begins with the same trust
            // file.
            byte[] known = SIGNED.get(name(whose, message));
            if (known != null) {
                return known.clone();
            }
            try {
                Signature signature = real();
                signature.initSign(own, drawnBy(message));
                signature.update(message);
                byte[] signed = signature.sign();
                if (SIGNED.size() > KEPT_MAX) {
                    SIGNED.clear();
                }
                SIGNED.put(name(whose, message), signed.clone());
                return signed;
            } catch (InvalidKeyException e) {
                throw new SignatureException("no key to sign with", e);
            }
        }

        private static String name(PublicKey key, byte[] message) {
            return hex(key.getEncoded()) + hex(message);
        }

        @Override
        protected boolean engineVerify(byte[] signed) throws SignatureException {
            byte[] message = bytes.toByteArray();
            bytes.reset();
            if (Arrays.equals(SIGNED.get(name(its, message)), signed)) {
                return true;
            }
            try {
                Signature signature = real();
                signature.initVerify(its);
                signature.update(message);
                return signature.verify(signed);
            } catch (InvalidKeyException e) {
                throw new SignatureException("no key to verify with", e);
            }
        }

        @Override
        @Deprecated
        protected void engineSetParameter(String name, Object value) {
            throw new UnsupportedOperationException(name);
        }

        @Override
        @Deprecated
        protected Object engineGetParameter(String name) {
            throw new UnsupportedOperationException(name);
        }
    }
}
