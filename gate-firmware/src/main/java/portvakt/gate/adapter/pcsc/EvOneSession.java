package portvakt.gate.adapter.pcsc;

import static portvakt.gate.adapter.pcsc.DesfireCommands.joined;

import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;

/**
 * A session after AuthenticateAES (AAh) of DESFire EV1. Every block that either side encrypts or seals is chained to the one before by
 * one initialisation vector, so nothing can be left out, repeated or moved.
 */
final class EvOneSession implements DesfireSession {

    private static final int CRC_BYTES = 4;
    private static final byte STATUS_OK = 0;

    private final DesfireCommands card;
    private final AesKey key;
    private byte[] iv = new byte[AesKey.BLOCK_BYTES];

    private EvOneSession(DesfireCommands card, AesKey key) {
        this.card = card;
        this.key = key;
    }

    static EvOneSession open(DesfireCommands card, int keyNumber, AesKey key, RandomGenerator random)
            throws CardGoneException, NotAuthenticException {
        byte[] challenge =
                DesfireSession.challenge(card.send(DesfireCommands.AUTHENTICATE_AES, new byte[] {(byte) keyNumber}));
        byte[] cardNumber = key.decrypt(new byte[AesKey.BLOCK_BYTES], challenge);
        byte[] gateNumber = DesfireSession.drawn(random);
        byte[] answer = key.encrypt(challenge, joined(gateNumber, DesfireSession.turned(cardNumber)));
        DesfireCommands.Reply reply = card.send(DesfireCommands.MORE, answer);
        DesfireSession.demandAccepted(reply, RANDOM_BYTES);
        byte[] lastBlock = Arrays.copyOfRange(answer, AesKey.BLOCK_BYTES, 2 * AesKey.BLOCK_BYTES);
        DesfireSession.demandSame(
                DesfireSession.turned(gateNumber),
                key.decrypt(lastBlock, reply.data()),
                "it does not give back the gate's number: it has not the key, or plays back an old answer");
        return new EvOneSession(card, sessionKey(gateNumber, cardNumber));
    }

    /** The first and the last four bytes of both numbers, in turns. */
    static AesKey sessionKey(byte[] gateNumber, byte[] cardNumber) {
        return new AesKey(joined(
                Arrays.copyOf(gateNumber, 4),
                Arrays.copyOf(cardNumber, 4),
                Arrays.copyOfRange(gateNumber, 12, 16),
                Arrays.copyOfRange(cardNumber, 12, 16)));
    }

    @Override
    public Optional<byte[]> cardUid() throws CardGoneException, NotAuthenticException {
        seal(new byte[] {(byte) DesfireCommands.GET_CARD_UID});
        DesfireCommands.Reply reply = card.send(DesfireCommands.GET_CARD_UID, new byte[0]);
        return reply.ok() ? Optional.of(opened(reply.data(), UID_BYTES)) : Optional.empty();
    }

    @Override
    public Optional<byte[]> readData(int file, int offset, int length, DesfireLayout.Communication communication)
            throws CardGoneException, NotAuthenticException {
        byte[] header = DesfireSession.readHeader(file, offset, length);
        seal(joined(new byte[] {(byte) DesfireCommands.READ_DATA}, header));
        DesfireCommands.Reply reply = card.sendForAll(DesfireCommands.READ_DATA, header);
        if (!reply.ok()) {
            return Optional.empty();
        }
        return Optional.of(
                switch (communication) {
                    case MAC -> proved(reply.data(), length);
                    case FULL -> opened(reply.data(), length);
                });
    }

    /** Moves the chain on over what is said; not sent along with these commands. */
    private byte[] seal(byte[] said) {
        iv = key.cmac(iv, said);
        return iv;
    }

    private byte[] proved(byte[] answer, int length) throws NotAuthenticException {
        if (answer.length != length + MAC_BYTES) {
            throw new NotAuthenticException(
                    "its answer has " + answer.length + " bytes in place of " + length + " and the seal");
        }
        byte[] data = Arrays.copyOf(answer, length);
        byte[] mac = seal(joined(data, new byte[] {STATUS_OK}));
        DesfireSession.demandSame(
                Arrays.copyOf(mac, MAC_BYTES),
                Arrays.copyOfRange(answer, length, answer.length),
                "the seal of its answer does not prove");
        return data;
    }

    /** Decrypts data, their CRC-32 over data and status, and zeros up to the block. */
    private byte[] opened(byte[] answer, int length) throws NotAuthenticException {
        int blocks = (length + CRC_BYTES + AesKey.BLOCK_BYTES - 1) / AesKey.BLOCK_BYTES;
        if (answer.length != blocks * AesKey.BLOCK_BYTES) {
            throw new NotAuthenticException("its encrypted answer has " + answer.length + " bytes");
        }
        byte[] plain = key.decrypt(iv, answer);
        iv = Arrays.copyOfRange(answer, answer.length - AesKey.BLOCK_BYTES, answer.length);
        byte[] data = Arrays.copyOf(plain, length);
        byte[] expected = Arrays.copyOf(joined(data, crc(data)), plain.length);
        DesfireSession.demandSame(expected, plain, "its encrypted answer does not prove");
        return data;
    }

    /** CRC-32 without the final inversion, least significant byte first. */
    private static byte[] crc(byte[] data) {
        CRC32 crc = new CRC32();
        crc.update(data);
        crc.update(STATUS_OK);
        return DesfireCommands.littleEndian((int) ~crc.getValue(), CRC_BYTES);
    }
}
