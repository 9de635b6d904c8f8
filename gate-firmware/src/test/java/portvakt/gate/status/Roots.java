package portvakt.gate.status;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import portvakt.protocol.sign.RootKeys;
import portvakt.protocol.sign.Trust;
import portvakt.protocol.sign.TrustFiles;

/** A root key, and the trust files that it signs. */
public final class Roots {

    private static final Instant ISSUED = Instant.parse("2026-03-02T07:00:00Z");

    private final KeyPair root = pair();

    static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public RootKeys keys() {
        return new RootKeys(List.of(root.getPublic()), 1);
    }

    public byte[] file(long version, Map<String, Integer> epochs, Trust.Key... keys) {
        return TrustFiles.sign(new Trust(version, ISSUED, List.of(keys), epochs), List.of(root));
    }

    /** A file by which each key signs every list and all documents, in the first epoch. */
    public byte[] trusting(long version, PublicKey... keys) {
        return file(version, Map.of(), Stream.of(keys).map(Roots::everything).toArray(Trust.Key[]::new));
    }

    /** The same with epochs. */
    public byte[] trusting(long version, Map<String, Integer> epochs, PublicKey... keys) {
        return file(version, epochs, Stream.of(keys).map(Roots::everything).toArray(Trust.Key[]::new));
    }

    /** A file by which one key has retired and another signs everything. */
    public byte[] rotated(long version, Map<String, Integer> epochs, PublicKey retired, PublicKey active) {
        return file(version, epochs, everything(retired).asRetired(), everything(active));
    }

    static Trust.Key everything(PublicKey key) {
        return Trust.Key.of(key, List.of(Trust.EVERY_LIST), true);
    }

    /** A gate's trust at its first start. */
    public TrustReplica.Start start(PublicKey... keys) {
        return new TrustReplica.Start(keys(), trusting(1, keys));
    }
}
