package portvakt.server.adapter.issuer;

import java.io.IOException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import portvakt.protocol.list.CardKeys;
import portvakt.protocol.sign.KeyId;
import portvakt.server.adapter.keys.ServerKeys;

/**
 * The keys of a list: the Ed25519 pair that signs its heads, one for all lists of a server, and the secret under which card numbers
 * stand in it, its own. Immutable.
 */
public final class ListKeys {

    private final KeyPair pair;
    private final byte[] secret;

    private ListKeys(KeyPair pair, byte[] secret) {
        this.pair = pair;
        this.secret = secret.clone();
    }

    /** What a running server signs the list with; its secret is made at the first asking. */
    public static ListKeys of(ServerKeys keys, String list) throws IOException {
        return new ListKeys(keys.pair(), keys.secret(list));
    }

    /** Given ones. @param pair Ed25519 */
    public static ListKeys of(KeyPair pair, byte[] secret) {
        return new ListKeys(pair, secret);
    }

    PrivateKey privateKey() {
        return pair.getPrivate();
    }

    public PublicKey publicKey() {
        return pair.getPublic();
    }

    public KeyId keyId() {
        return KeyId.of(pair.getPublic());
    }

    /** A fresh instance, for one thread. */
    public CardKeys cardKeys() {
        return new CardKeys(secret);
    }
}
