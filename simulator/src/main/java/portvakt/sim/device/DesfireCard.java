package portvakt.sim.device;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import portvakt.protocol.Uid;

/**
 * A MIFARE DESFire card with one application of AES keys and one file, the card's side of it: authenticates by AuthenticateAES (EV1) or
 * AuthenticateEV2First (EV2) and answers under that proof, in frames of 59 bytes. Written against the same public documents as the
 * gate's side and with none of its code: its cipher is another library's.
 *
 * <pre>
 *            select            challenge             answered
 *   ┌──────┐ ──────► ┌──────────┐ ────► ┌───────────┐ ────► ┌──────────────┐
 *   │ idle │         │ selected │       │ challenged│       │ authenticated│
 *   └──────┘         └──────────┘ ◄──── └───────────┘       └──────────────┘
 *                        ▲  wrong answer                      │
 *                        └────────────────────────────────────┘ any error
 * </pre>
 */
public final class DesfireCard implements VirtualCard {

    /** Which generation of the chip. */
    public enum Generation {
        EV1,
        EV2
    }

    /** How the file is protected on its way. */
    public enum Protection {
        MAC,
        FULL
    }

    /** The ATR that readers make up for a DESFire card. */
    private static final byte[] ATR = HexFormat.of().parseHex("3b8180018080");

    private static final int FRAME_BYTES = 59;
    private static final int MORE = 0xaf;
    private static final int OK = 0x00;
    private static final int ILLEGAL_COMMAND = 0x1c;
    private static final int NO_SUCH_KEY = 0x40;
    private static final int LENGTH_ERROR = 0x7e;
    private static final int PERMISSION_DENIED = 0x9d;
    private static final int APPLICATION_NOT_FOUND = 0xa0;
    private static final int AUTHENTICATION_ERROR = 0xae;
    private static final int BOUNDARY_ERROR = 0xbe;
    private static final int FILE_NOT_FOUND = 0xf0;

    private final Generation generation;
    private final Uid uid;
    private final Supplier<Uid> shownUids;
    private final byte[] applicationId;
    private final Map<Integer, byte[]> keys;
    private final Contents file;
    private final RandomGenerator random;

    private Uid shown;
    private boolean selected;
    private Optional<Challenge> challenge = Optional.empty();
    private Optional<Session> session = Optional.empty();
    private byte[] unsent = new byte[0];

    /** @param readKey the number of the key that reads it */
    public record Contents(int number, int readKey, Protection protection, byte[] bytes) {}

    private record Challenge(int keyNumber, int command, byte[] number, byte[] cryptogram) {}

    /** @param shownUids the UID that the card shows each time that it comes into a field */
    public DesfireCard(
            Generation generation,
            Uid uid,
            Supplier<Uid> shownUids,
            byte[] applicationId,
            Map<Integer, byte[]> keys,
            Contents file,
            RandomGenerator random) {
        this.generation = generation;
        this.uid = uid;
        this.shownUids = shownUids;
        this.shown = shownUids.get();
        this.applicationId = applicationId.clone();
        this.keys = Map.copyOf(keys);
        this.file = file;
        this.random = random;
    }

    @Override
    public byte[] atr() {
        return ATR.clone();
    }

    @Override
    public void powerOn() {
        shown = shownUids.get();
        selected = false;
        forget();
    }

    private void forget() {
        challenge = Optional.empty();
        session = Optional.empty();
        unsent = new byte[0];
    }

    @Override
    public byte[] answer(byte[] apdu) {
        if (StorageCommand.of(apdu) instanceof StorageCommand.GetUid) {
            return Sw.answer(shown.bytes(), Sw.SUCCESS);
        }
        if (apdu.length < 5 || apdu[0] != (byte) 0x90 || apdu[2] != 0 || apdu[3] != 0) {
            return Sw.only(Sw.FAILED);
        }
        int length = apdu.length == 5 ? 0 : apdu[4] & 0xff;
        if (apdu.length != 5 && apdu.length != length + 6) {
            return status(LENGTH_ERROR);
        }
        byte[] data = Arrays.copyOfRange(apdu, 5, 5 + length);
        byte[] answer = dispatch(apdu[1] & 0xff, data);
        int code = answer[answer.length - 1] & 0xff;
        if (code != OK && code != MORE) {
            forget();
        }
        return answer;
    }

    private byte[] dispatch(int command, byte[] data) {
        if (command == MORE) {
            return challenge.isPresent() ? answered(challenge.get(), data) : nextFrame();
        }
        challenge = Optional.empty();
        unsent = new byte[0];
        return switch (command) {
            case 0x5a -> select(data);
            case 0xaa -> data.length == 1 ? challenge(command, data[0] & 0xff) : status(LENGTH_ERROR);
            case 0x71 ->
                generation == Generation.EV1
                        ? status(ILLEGAL_COMMAND)
                        : data.length == 2 && data[1] == 0 ? challenge(command, data[0] & 0xff) : status(LENGTH_ERROR);
            case 0x51 -> session.map(open -> told(open, data)).orElse(status(AUTHENTICATION_ERROR));
            case 0xbd -> session.map(open -> read(open, data)).orElse(status(AUTHENTICATION_ERROR));
            default -> status(ILLEGAL_COMMAND);
        };
    }

    private byte[] select(byte[] id) {
        forget();
        selected = Arrays.equals(id, applicationId);
        return status(selected ? OK : APPLICATION_NOT_FOUND);
    }

    private byte[] challenge(int command, int keyNumber) {
        session = Optional.empty();
        if (!selected || !keys.containsKey(keyNumber)) {
            return status(NO_SUCH_KEY);
        }
        byte[] number = new byte[CardCipher.BLOCK];
        random.nextBytes(number);
        byte[] cryptogram = new CardCipher(keys.get(keyNumber)).encrypt(new byte[CardCipher.BLOCK], number);
        challenge = Optional.of(new Challenge(keyNumber, command, number, cryptogram));
        return frame(cryptogram, MORE);
    }

    /** The reader's number and the card's, turned by a byte. */
    private byte[] answered(Challenge open, byte[] answer) {
        challenge = Optional.empty();
        if (answer.length != 2 * CardCipher.BLOCK) {
            return status(LENGTH_ERROR);
        }
        boolean chained = open.command() == 0xaa;
        CardCipher key = new CardCipher(keys.get(open.keyNumber()));
        byte[] plain = key.decrypt(chained ? open.cryptogram() : new byte[CardCipher.BLOCK], answer);
        byte[] reader = Arrays.copyOf(plain, CardCipher.BLOCK);
        if (!Arrays.equals(turned(open.number()), Arrays.copyOfRange(plain, CardCipher.BLOCK, plain.length))) {
            return status(AUTHENTICATION_ERROR);
        }
        if (chained) {
            session = Optional.of(new Session.First(open.keyNumber(), key.firstSessionKey(reader, open.number())));
            byte[] last = Arrays.copyOfRange(answer, CardCipher.BLOCK, answer.length);
            return frame(key.encrypt(last, turned(reader)), OK);
        }
        byte[] transaction = new byte[4];
        random.nextBytes(transaction);
        session = Optional.of(new Session.Second(open.keyNumber(), key, reader, open.number(), transaction));
        byte[] opening = Arrays.copyOf(transaction, 2 * CardCipher.BLOCK);
        System.arraycopy(turned(reader), 0, opening, 4, CardCipher.BLOCK);
        return frame(key.encrypt(new byte[CardCipher.BLOCK], opening), OK);
    }

    private byte[] told(Session open, byte[] mac) {
        if (!open.takes(0x51, new byte[0], mac)) {
            return status(AUTHENTICATION_ERROR);
        }
        return frame(open.sealed(uid.bytes(), Protection.FULL), OK);
    }

    private byte[] read(Session open, byte[] data) {
        if (data.length < 7) {
            return status(LENGTH_ERROR);
        }
        byte[] header = Arrays.copyOf(data, 7);
        if (!open.takes(0xbd, header, Arrays.copyOfRange(data, 7, data.length))) {
            return status(AUTHENTICATION_ERROR);
        }
        int offset = little(header, 1);
        int length = little(header, 4);
        if (header[0] != file.number()) {
            return status(FILE_NOT_FOUND);
        }
        if (open.keyNumber() != file.readKey()) {
            return status(PERMISSION_DENIED);
        }
        if (offset + length > file.bytes().length) {
            return status(BOUNDARY_ERROR);
        }
        unsent = open.sealed(Arrays.copyOfRange(file.bytes(), offset, offset + length), file.protection());
        return nextFrame();
    }

    private byte[] nextFrame() {
        if (unsent.length == 0) {
            return status(ILLEGAL_COMMAND);
        }
        byte[] now = Arrays.copyOf(unsent, Math.min(FRAME_BYTES, unsent.length));
        unsent = Arrays.copyOfRange(unsent, now.length, unsent.length);
        return frame(now, unsent.length == 0 ? OK : MORE);
    }

    private static byte[] turned(byte[] number) {
        byte[] out = new byte[number.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = number[(i + 1) % out.length];
        }
        return out;
    }

    private static int little(byte[] bytes, int at) {
        return bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16;
    }

    private static byte[] frame(byte[] data, int code) {
        return Sw.answer(data, 0x9100 | code);
    }

    private static byte[] status(int code) {
        return frame(new byte[0], code);
    }

    /** What both say after the authentication. */
    private sealed interface Session {
        int keyNumber();

        /** Whether a command may come now and like this. */
        boolean takes(int command, byte[] header, byte[] mac);

        byte[] sealed(byte[] data, Protection protection);

        /** EV1: everything that is encrypted or sealed goes on from the last block. */
        final class First implements Session {
            private final int keyNumber;
            private final CardCipher key;
            private byte[] iv = new byte[CardCipher.BLOCK];

            First(int keyNumber, CardCipher key) {
                this.keyNumber = keyNumber;
                this.key = key;
            }

            @Override
            public int keyNumber() {
                return keyNumber;
            }

            @Override
            public boolean takes(int command, byte[] header, byte[] mac) {
                byte[] said = new byte[1 + header.length];
                said[0] = (byte) command;
                System.arraycopy(header, 0, said, 1, header.length);
                iv = key.cmac(iv, said);
                return mac.length == 0;
            }

            @Override
            public byte[] sealed(byte[] data, Protection protection) {
                byte[] withStatus = Arrays.copyOf(data, data.length + 1);
                if (protection == Protection.MAC) {
                    iv = key.cmac(iv, withStatus);
                    byte[] out = Arrays.copyOf(data, data.length + 8);
                    System.arraycopy(iv, 0, out, data.length, 8);
                    return out;
                }
                CRC32 crc = new CRC32();
                crc.update(withStatus);
                long value = crc.getValue() ^ 0xffffffffL;
                int blocks = (data.length + 4 + CardCipher.BLOCK - 1) / CardCipher.BLOCK;
                byte[] plain = Arrays.copyOf(data, blocks * CardCipher.BLOCK);
                for (int i = 0; i < 4; i++) {
                    plain[data.length + i] = (byte) (value >>> 8 * i);
                }
                byte[] out = key.encrypt(iv, plain);
                iv = Arrays.copyOfRange(out, out.length - CardCipher.BLOCK, out.length);
                return out;
            }
        }

        /** EV2: a counter and the card's identifier in each seal. */
        final class Second implements Session {
            private final int keyNumber;
            private final CardCipher encryption;
            private final CardCipher mac;
            private final byte[] transaction;
            private int counter;

            Second(int keyNumber, CardCipher key, byte[] reader, byte[] card, byte[] transaction) {
                this.keyNumber = keyNumber;
                this.encryption = key.secondSessionKey(0xa55a, reader, card);
                this.mac = key.secondSessionKey(0x5aa5, reader, card);
                this.transaction = transaction;
            }

            @Override
            public int keyNumber() {
                return keyNumber;
            }

            @Override
            public boolean takes(int command, byte[] header, byte[] seal) {
                boolean proved = Arrays.equals(seal, seal(command, header));
                counter++;
                return proved;
            }

            @Override
            public byte[] sealed(byte[] data, Protection protection) {
                byte[] content = protection == Protection.MAC ? data : encrypted(data);
                byte[] out = Arrays.copyOf(content, content.length + 8);
                System.arraycopy(seal(OK, content), 0, out, content.length, 8);
                return out;
            }

            private byte[] seal(int code, byte[] content) {
                byte[] said = new byte[7 + content.length];
                said[0] = (byte) code;
                said[1] = (byte) counter;
                said[2] = (byte) (counter >> 8);
                System.arraycopy(transaction, 0, said, 3, 4);
                System.arraycopy(content, 0, said, 7, content.length);
                byte[] whole = mac.cmac(new byte[CardCipher.BLOCK], said);
                byte[] half = new byte[8];
                for (int i = 1; i < whole.length; i += 2) {
                    half[i / 2] = whole[i];
                }
                return half;
            }

            private byte[] encrypted(byte[] data) {
                byte[] plain = Arrays.copyOf(data, (data.length / CardCipher.BLOCK + 1) * CardCipher.BLOCK);
                plain[data.length] = (byte) 0x80;
                byte[] start = new byte[CardCipher.BLOCK];
                start[0] = 0x5a;
                start[1] = (byte) 0xa5;
                System.arraycopy(transaction, 0, start, 2, 4);
                start[6] = (byte) counter;
                start[7] = (byte) (counter >> 8);
                return encryption.encrypt(encryption.encrypt(new byte[CardCipher.BLOCK], start), plain);
            }
        }
    }
}
