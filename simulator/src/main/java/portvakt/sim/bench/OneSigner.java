package portvakt.sim.bench;

import java.security.PublicKey;
import portvakt.gate.status.HeadProof;
import portvakt.gate.status.ListRefusal;
import portvakt.gate.status.ListRefusedException;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;

/** Trusts one key, and costs what any trust costs: a signature for each head. */
record OneSigner(PublicKey key) implements HeadProof {

    @Override
    public ListHead proveNew(byte[] headBytes) throws ListRefusedException {
        if (!ListHead.isSignedBy(key, headBytes)) {
            throw new ListRefusedException(ListRefusal.BAD_SIGNATURE, "the bench did not sign this head");
        }
        try {
            return ListHead.parse(headBytes);
        } catch (MalformedListException e) {
            throw new ListRefusedException(ListRefusal.MALFORMED, e.getMessage());
        }
    }

    @Override
    public ListHead proveStored(byte[] headBytes) throws ListRefusedException {
        return proveNew(headBytes);
    }
}
