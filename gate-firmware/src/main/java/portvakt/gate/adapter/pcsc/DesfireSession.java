package portvakt.gate.adapter.pcsc;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What two that have proved a key to each other say from then on. Both generations begin alike: the card draws a number and sends it
 * encrypted, the gate sends its own and the card's turned by a byte, the card sends the gate's turned by a byte. Who can do that has
 * the key, and since both numbers are new, no recording does.
 *
 * <p>One card, one thread. An error ends the session.
 */
sealed interface DesfireSession permits EvOneSession, EvTwoSession {

    int RANDOM_BYTES = 16;
    int MAC_BYTES = 8;
    int UID_BYTES = 7;

    /**
     * @param random where the gate's number comes from: a source that nobody can foresee
     * @throws NotAuthenticException if the card does not have the key, or refuses this authentication
     */
    static DesfireSession open(
            DesfireCommands card,
            DesfireLayout.Authentication authentication,
            int keyNumber,
            AesKey key,
            RandomGenerator random)
            throws CardGoneException, NotAuthenticException {
        return switch (authentication) {
            case AES -> EvOneSession.open(card, keyNumber, key, random);
            case EV2 -> EvTwoSession.open(card, keyNumber, key, random);
        };
    }

    /** The card's true UID, also where it draws another for strangers. Empty if the card refuses. */
    Optional<byte[]> cardUid() throws CardGoneException, NotAuthenticException;

    /** Bytes of a file. Empty if the card refuses: no such file, or not under this key. */
    Optional<byte[]> readData(int file, int offset, int length, DesfireLayout.Communication communication)
            throws CardGoneException, NotAuthenticException;

    /** The first answer: the card's number, encrypted. */
    static byte[] challenge(DesfireCommands.Reply reply) throws NotAuthenticException {
        if (reply.sw() != DesfireCommands.MORE_FOLLOWS || reply.data().length != RANDOM_BYTES) {
            throw new NotAuthenticException("it refuses to begin (status " + Integer.toHexString(reply.sw()) + ", "
                    + reply.data().length + " bytes): no such key, or another kind of authentication");
        }
        return reply.data();
    }

    static void demandAccepted(DesfireCommands.Reply reply, int bytes) throws NotAuthenticException {
        if (!reply.ok() || reply.data().length != bytes) {
            throw new NotAuthenticException(
                    "it does not accept the gate's key (status " + Integer.toHexString(reply.sw()) + ")");
        }
    }

    static void demandSame(byte[] expected, byte[] got, String what) throws NotAuthenticException {
        if (!MessageDigest.isEqual(expected, got)) {
            throw new NotAuthenticException(what);
        }
    }

    static byte[] drawn(RandomGenerator random) {
        byte[] number = new byte[RANDOM_BYTES];
        random.nextBytes(number);
        return number;
    }

    /** The first byte behind the last. */
    static byte[] turned(byte[] number) {
        byte[] turned = Arrays.copyOfRange(number, 1, number.length + 1);
        turned[number.length - 1] = number[0];
        return turned;
    }

    static byte[] readHeader(int file, int offset, int length) {
        return DesfireCommands.joined(
                new byte[] {(byte) file},
                DesfireCommands.littleEndian(offset, 3),
                DesfireCommands.littleEndian(length, 3));
    }
}
