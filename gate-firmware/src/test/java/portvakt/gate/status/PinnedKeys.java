package portvakt.gate.status;

import java.security.PublicKey;
import java.util.List;
import portvakt.protocol.sign.KeyId;
import portvakt.protocol.sign.SignedFacts;
import portvakt.protocol.v1.SignedDocument;

/** Keys whose signature under a document counts for as long as the program runs. Immutable. */
public record PinnedKeys(List<PublicKey> keys) implements DocumentProof {

    public PinnedKeys {
        keys = List.copyOf(keys);
    }

    @Override
    public KeyId proveNew(String type, SignedDocument document) throws ListRefusedException {
        for (PublicKey key : keys) {
            if (SignedFacts.isSignedBy(key, type, document)) {
                return KeyId.of(key);
            }
        }
        throw new ListRefusedException(
                ListRefusal.BAD_SIGNATURE, "this " + type + " is not signed by a key that is trusted here");
    }

    @Override
    public KeyId proveStored(String type, SignedDocument document) throws ListRefusedException {
        return proveNew(type, document);
    }

    @Override
    public boolean isTrusted(KeyId signer) {
        return keys.stream().map(KeyId::of).anyMatch(signer::equals);
    }
}
