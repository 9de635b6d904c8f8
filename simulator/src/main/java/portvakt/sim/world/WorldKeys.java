package portvakt.sim.world;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.NamedParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import portvakt.gate.status.TrustReplica;
import portvakt.protocol.sign.RootKeys;
import portvakt.protocol.sign.Trust;
import portvakt.protocol.sign.TrustFiles;
import portvakt.server.adapter.issuer.ListKeys;

/**
 * The keys of all worlds: a root, a few that sign one after the other, the list's secret. The same ones in each JVM, since what a torn
 * write leaves depends on every byte.
 */
final class WorldKeys {

    static final String LIST = "hms-kort";
    /** The site's own list. */
    static final String SITE_LIST = "site-oslo";

    static final int SIGNERS = 4;

    private static final long SEED = 20_260_601;
    private static final int SECRET_BYTES = 16;
    private static final WorldKeys ONLY = new WorldKeys(new Dice(SEED));

    private final KeyPair root;
    private final List<KeyPair> signers = new ArrayList<>();
    private final KeyPair thief;
    private final byte[] secret = new byte[SECRET_BYTES];
    private final byte[] siteSecret = new byte[SECRET_BYTES];

    private WorldKeys(Dice dice) {
        this.root = pair(dice);
        for (int i = 0; i < SIGNERS; i++) {
            signers.add(pair(dice));
        }
        dice.fill(secret);
        thief = pair(dice);
        dice.fill(siteSecret);
    }

    /** Also has this JVM reckon signatures by {@link KnownSignatures}. */
    static WorldKeys get() {
        KnownSignatures.install();
        return ONLY;
    }

    private static KeyPair pair(Dice dice) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(NamedParameterSpec.ED25519, new RepeatableRandom(dice));
            KeyPair pair = generator.generateKeyPair();
            KnownSignatures.know(pair.getPrivate(), pair.getPublic());
            return pair;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has Ed25519", e);
        }
    }

    /** @param signer from 0, in their order */
    ListKeys list(int signer) {
        return ListKeys.of(signers.get(signer), secret);
    }

    ListKeys siteList(int signer) {
        return ListKeys.of(signers.get(signer), siteSecret);
    }

    KeyPair signer(int number) {
        return signers.get(number);
    }

    /** One that nobody trusts. */
    KeyPair thief() {
        return thief;
    }

    byte[] secret() {
        return secret.clone();
    }

    byte[] siteSecret() {
        return siteSecret.clone();
    }

    /** What a gate is enrolled with. */
    TrustReplica.Start start() {
        return start(trustFile(0, 0, 1));
    }

    /** What a gate is enrolled with when that trust file is in force. */
    TrustReplica.Start start(byte[] trustFile) {
        return new TrustReplica.Start(new RootKeys(List.of(root.getPublic()), 1), trustFile);
    }

    /**
     * A trust file in force after some rotations.
     *
     * @param signer  which signs now
     * @param removed so many of the earlier ones do not count any more; the rest of them have retired
     * @param epoch   of the list
     */
    byte[] trustFile(int signer, int removed, int epoch) {
        List<Trust.Key> keys = new ArrayList<>();
        for (int i = removed; i <= signer; i++) {
            Trust.Key key = Trust.Key.of(signers.get(i).getPublic(), List.of(Trust.EVERY_LIST), true);
            keys.add(i == signer ? key : key.asRetired());
        }
        return TrustFiles.sign(
                new Trust(
                        signer + 1L,
                        SimTime.BEGIN.plus(Duration.ofMinutes(signer)),
                        keys,
                        Map.of(LIST, epoch, SITE_LIST, epoch)),
                List.of(root));
    }
}
