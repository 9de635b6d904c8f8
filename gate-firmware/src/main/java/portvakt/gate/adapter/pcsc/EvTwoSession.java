package portvakt.gate.adapter.pcsc;

import static portvakt.gate.adapter.pcsc.DesfireCommands.joined;

import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A session after AuthenticateEV2First (71h) of DESFire EV2, EV3 and Light (public in the data sheet MF2DLHX0 and in NXP AN12343 and
 * AN12196): a key to encrypt, a key to seal, a transaction identifier that the card gives, and a counter of commands. Each seal covers
 * identifier and counter, so an answer proves in its own place alone.
 */
final class EvTwoSession implements DesfireSession {

    private static final int TRANSACTION_BYTES = 4;
    private static final int OPENING_BYTES = 32;
    private static final byte STATUS_OK = 0;
    private static final byte[] NO_IV = new byte[AesKey.BLOCK_BYTES];

    private final DesfireCommands card;
    private final Keys keys;
    private final byte[] transaction;
    private int counter;

    EvTwoSession(DesfireCommands card, Keys keys, byte[] transaction) {
        this.card = card;
        this.keys = keys;
        this.transaction = transaction;
    }

    /** KSesAuthENC and KSesAuthMAC. */
    record Keys(AesKey encryption, AesKey mac) {

        /** AN12196, 4.6.2 steps 25 to 28: CMAC of two vectors made of both numbers. */
        static Keys of(AesKey key, byte[] gateNumber, byte[] cardNumber) {
            byte[] mixed = Arrays.copyOfRange(gateNumber, 2, 8);
            for (int i = 0; i < mixed.length; i++) {
                mixed[i] ^= cardNumber[i];
            }
            byte[] context = joined(
                    Arrays.copyOf(gateNumber, 2),
                    mixed,
                    Arrays.copyOfRange(cardNumber, 6, 16),
                    Arrays.copyOfRange(gateNumber, 8, 16));
            byte[] first = {(byte) 0xa5, 0x5a, 0, 1, 0, (byte) 0x80};
            byte[] second = {0x5a, (byte) 0xa5, 0, 1, 0, (byte) 0x80};
            return new Keys(
                    new AesKey(key.cmac(joined(first, context))), new AesKey(key.cmac(joined(second, context))));
        }
    }

    static EvTwoSession open(DesfireCommands card, int keyNumber, AesKey key, RandomGenerator random)
            throws CardGoneException, NotAuthenticException {
        // No capabilities of the gate are told: length 0.
        byte[] challenge = DesfireSession.challenge(
                card.send(DesfireCommands.AUTHENTICATE_EV2_FIRST, new byte[] {(byte) keyNumber, 0}));
        byte[] cardNumber = key.decrypt(NO_IV, challenge);
        byte[] gateNumber = DesfireSession.drawn(random);
        DesfireCommands.Reply reply = card.send(
                DesfireCommands.MORE, key.encrypt(NO_IV, joined(gateNumber, DesfireSession.turned(cardNumber))));
        DesfireSession.demandAccepted(reply, OPENING_BYTES);
        byte[] opening = key.decrypt(NO_IV, reply.data());
        DesfireSession.demandSame(
                DesfireSession.turned(gateNumber),
                Arrays.copyOfRange(opening, TRANSACTION_BYTES, TRANSACTION_BYTES + RANDOM_BYTES),
                "it does not give back the gate's number: it has not the key, or plays back an old answer");
        return new EvTwoSession(card, Keys.of(key, gateNumber, cardNumber), Arrays.copyOf(opening, TRANSACTION_BYTES));
    }

    @Override
    public Optional<byte[]> cardUid() throws CardGoneException, NotAuthenticException {
        DesfireCommands.Reply reply =
                card.send(DesfireCommands.GET_CARD_UID, seal((byte) DesfireCommands.GET_CARD_UID, new byte[0]));
        if (!reply.ok()) {
            return Optional.empty();
        }
        return Optional.of(opened(proved(reply.data()), UID_BYTES));
    }

    @Override
    public Optional<byte[]> readData(int file, int offset, int length, DesfireLayout.Communication communication)
            throws CardGoneException, NotAuthenticException {
        byte[] header = DesfireSession.readHeader(file, offset, length);
        DesfireCommands.Reply reply = card.sendForAll(
                DesfireCommands.READ_DATA, joined(header, seal((byte) DesfireCommands.READ_DATA, header)));
        if (!reply.ok()) {
            return Optional.empty();
        }
        byte[] answer = proved(reply.data());
        return Optional.of(
                switch (communication) {
                    case MAC -> exactly(answer, length);
                    case FULL -> opened(answer, length);
                });
    }

    /** The seal of a command; counts it. */
    private byte[] seal(byte command, byte[] header) {
        byte[] mac = mac(command, header);
        counter++;
        return mac;
    }

    private byte[] proved(byte[] answer) throws NotAuthenticException {
        if (answer.length < MAC_BYTES) {
            throw new NotAuthenticException("its answer has no seal");
        }
        byte[] data = Arrays.copyOf(answer, answer.length - MAC_BYTES);
        DesfireSession.demandSame(
                mac(STATUS_OK, data),
                Arrays.copyOfRange(answer, data.length, answer.length),
                "the seal of its answer does not prove");
        return data;
    }

    /** Every second byte of the CMAC over code, counter, identifier and content. */
    private byte[] mac(byte code, byte[] content) {
        byte[] whole = keys.mac().cmac(joined(new byte[] {code}, counterBytes(), transaction, content));
        byte[] mac = new byte[MAC_BYTES];
        for (int i = 0; i < MAC_BYTES; i++) {
            mac[i] = whole[2 * i + 1];
        }
        return mac;
    }

    private byte[] counterBytes() {
        return DesfireCommands.littleEndian(counter, 2);
    }

    private byte[] opened(byte[] cryptogram, int length) throws NotAuthenticException {
        if (cryptogram.length != (length / AesKey.BLOCK_BYTES + 1) * AesKey.BLOCK_BYTES) {
            throw new NotAuthenticException("its encrypted answer has " + cryptogram.length + " bytes");
        }
        byte[] vector =
                Arrays.copyOf(joined(new byte[] {0x5a, (byte) 0xa5}, transaction, counterBytes()), AesKey.BLOCK_BYTES);
        byte[] plain = keys.encryption().decrypt(keys.encryption().encrypt(NO_IV, vector), cryptogram);
        byte[] data = Arrays.copyOf(plain, length);
        DesfireSession.demandSame(AesKey.padded(data), plain, "its encrypted answer is not padded as it must be");
        return data;
    }

    private static byte[] exactly(byte[] data, int length) throws NotAuthenticException {
        if (data.length != length) {
            throw new NotAuthenticException("its answer has " + data.length + " bytes in place of " + length);
        }
        return data;
    }
}
