package portvakt.sim.bench;

import java.security.PublicKey;
import portvakt.gate.status.HeadProof;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;

/** Trusts one key, and costs what any trust costs: a signature for each head. What it does not prove ends the run. */
record OneSigner(PublicKey key) implements HeadProof {

    @Override
    public ListHead proveNew(byte[] headBytes) {
        if (!ListHead.isSignedBy(key, headBytes)) {
            throw new IllegalStateException("the bench did not sign this head");
        }
        try {
            return ListHead.parse(headBytes);
        } catch (MalformedListException e) {
            throw new IllegalStateException("the bench wrote a head that is none: " + e.getMessage(), e);
        }
    }

    @Override
    public ListHead proveStored(byte[] headBytes) {
        return proveNew(headBytes);
    }
}
