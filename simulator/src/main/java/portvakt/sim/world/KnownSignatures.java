package portvakt.sim.world;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Java's own Ed25519, which remembers what it has signed here: a signature that was made in this JVM by the same key over the same bytes is
 * good, and need not be reckoned again by each gate. Every other one is. It is what a simulation spends most of its time on else. Worlds on
 * several threads share it.
 */
final class KnownSignatures extends Provider {

    private static final long serialVersionUID = 1L;
    private static final String NAME = "portvakt-known-signatures";
    private static final String ALGORITHM = "Ed25519";
    private static final String REAL = "SunEC";
    private static final int KEPT_MAX = 20_000;

    /** Public key of each private one that was made here. */
    private static final Map<String, PublicKey> PAIRS = new ConcurrentHashMap<>(); // looked up, never walked

    private static final Map<String, byte[]> SIGNED = new ConcurrentHashMap<>(); // looked up, never walked

    private KnownSignatures() {
        super(NAME, "1", "Ed25519 that remembers what it has signed");
        putService(new Service(this, "Signature", ALGORITHM, Spi.class.getName(), null, null) {
            @Override
            public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
                return new Spi();
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
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static final class Spi extends SignatureSpi {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private PrivateKey own;
        private PublicKey its;

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

        private static Signature real() throws SignatureException {
            try {
                return Signature.getInstance(ALGORITHM, REAL);
            } catch (GeneralSecurityException e) {
                throw new SignatureException("every Java has Ed25519", e);
            }
        }

        @Override
        protected byte[] engineSign() throws SignatureException {
            byte[] message = bytes.toByteArray();
            bytes.reset();
            PublicKey whose = PAIRS.get(hex(own.getEncoded()));
            try {
                Signature signature = real();
                signature.initSign(own);
                if (whose == null) {
                    signature.update(message);
                    return signature.sign();
                }
                // The same key and bytes have the same signature (RFC 8032 § 5.1.6): each run begins with the same
                // trust file.
                byte[] known = SIGNED.get(name(whose, message));
                if (known != null) {
                    return known.clone();
                }
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
