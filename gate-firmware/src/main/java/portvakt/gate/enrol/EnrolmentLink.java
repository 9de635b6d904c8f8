package portvakt.gate.enrol;

import portvakt.protocol.enrol.EnrolmentServer;

/** The way to a server that is not trusted yet: whatever comes over it is proved by what comes with it. Calls block for seconds. */
public interface EnrolmentLink {

    /** What the server says of itself. */
    EnrolmentServer server() throws EnrolmentFailedException;

    /**
     * Sends a sealed request.
     *
     * @return the sealed answer
     * @throws EnrolmentFailedException if it was refused, saying why, or the answer did not come
     */
    byte[] send(byte[] encapsulated, byte[] box) throws EnrolmentFailedException;
}
