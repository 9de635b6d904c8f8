package portvakt.gate.status;

import portvakt.protocol.list.ListHead;

/** Says which heads of a list count on this gate: the edge between storage and trust. Does no I/O. */
public interface HeadProof {

    /**
     * Proves a head that arrives.
     *
     * @throws ListRefusedException unless the bytes are a head, signed by a key that may sign something new now
     */
    ListHead proveNew(byte[] headBytes) throws ListRefusedException;

    /**
     * Proves a head that is on the disk already. A key that has retired since proves it still: what it signed was true.
     *
     * @throws ListRefusedException unless the bytes are a head, signed by a key that counts or counted for the list
     */
    ListHead proveStored(byte[] headBytes) throws ListRefusedException;
}
