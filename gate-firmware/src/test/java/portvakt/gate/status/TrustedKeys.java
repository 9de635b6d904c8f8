package portvakt.gate.status;

import java.security.PublicKey;
import java.util.List;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;
import portvakt.protocol.sign.KeyId;

/** The public keys whose signature counts for one list. Immutable. */
public record TrustedKeys(List<PublicKey> keys) implements HeadProof {

    public TrustedKeys {
        keys = List.copyOf(keys);
    }

    @Override
    public ListHead proveNew(byte[] headBytes) throws ListRefusedException {
        return prove(headBytes);
    }

    @Override
    public ListHead proveStored(byte[] headBytes) throws ListRefusedException {
        return prove(headBytes);
    }

    /** @throws ListRefusedException unless the bytes are a head that one of the keys has signed */
    ListHead prove(byte[] headBytes) throws ListRefusedException {
        ListHead head;
        try {
            head = ListHead.parse(headBytes);
        } catch (MalformedListException e) {
            throw new ListRefusedException(ListRefusal.MALFORMED, e.getMessage());
        }
        for (PublicKey key : keys) {
            if (KeyId.of(key).equals(head.keyId()) && ListHead.isSignedBy(key, headBytes)) {
                return head;
            }
        }
        throw new ListRefusedException(
                ListRefusal.BAD_SIGNATURE,
                "key " + head.keyId().hex() + " is not trusted here, or its signature is wrong");
    }
}
