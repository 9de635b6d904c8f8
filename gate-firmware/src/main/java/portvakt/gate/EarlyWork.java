package portvakt.gate;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.adapter.gpio.RaspberryPi;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.TrustFile;

/**
 * What each start needs whatever the settings say, begun while these are being read: a board has several processors, and a start
 * uses one. Nothing depends on it: what is not done here is done where it is needed.
 */
final class EarlyWork {

    private static final Logger LOG = LoggerFactory.getLogger(EarlyWork.class);

    private EarlyWork() {}

    /** Returns at once. */
    static void begin() {
        Thread.ofPlatform().daemon().name("early-work").start(EarlyWork::work);
    }

    private static void work() {
        try {
            RaspberryPi.look();
            TrustFile.getDefaultInstance();
            EventFacts.getDefaultInstance();
            signAndProve("Ed25519", "Ed25519");
            signAndProve("EC", "SHA256withECDSA");
            SSLContext.getInstance("TLSv1.3").init(null, new TrustManager[0], null);
        } catch (GeneralSecurityException | RuntimeException | LinkageError e) {
            // It will come again where it matters, with a remedy.
            LOG.debug("Early work ended early", e);
        }
    }

    /** The tables of a curve are made at its first use. */
    private static void signAndProve(String keyAlgorithm, String algorithm) throws GeneralSecurityException {
        KeyPair keys = KeyPairGenerator.getInstance(keyAlgorithm).generateKeyPair();
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(keys.getPrivate());
        byte[] signed = signature.sign();
        signature.initVerify(keys.getPublic());
        signature.verify(signed);
    }
}
