package portvakt.gate.status;

import portvakt.protocol.sign.KeyId;
import portvakt.protocol.v1.SignedDocument;

/** Says which signed documents count on this gate. Does no I/O. */
public interface DocumentProof {

    /**
     * Proves a document that arrives.
     *
     * @return the key that signed it
     * @throws ListRefusedException unless it is of this type and signed by a key that may sign something new now
     */
    KeyId proveNew(String type, SignedDocument document) throws ListRefusedException;

    /**
     * Proves a document that is on the disk already; a key that has retired since proves it still.
     *
     * @return the key that signed it
     */
    KeyId proveStored(String type, SignedDocument document) throws ListRefusedException;

    /** Whether a key counts or counted. What was signed by one that does not gives way to anything that proves. */
    boolean isTrusted(KeyId signer);
}
