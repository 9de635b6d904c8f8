package portvakt.gate.adapter.pcsc;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * In what the readers differ that this adapter knows: how a key gets into the reader, and how it is kept from beeping by itself. Chosen by
 * the reader's PC/SC name; {@code docs/readers.md} says where each fact comes from.
 */
public enum ReaderProfile {
    /** PC/SC part 3 to the letter: volatile memory, key number 0. */
    STANDARD("", KeyPlace.FIRST_VOLATILE, Optional.empty()),
    /** Two volatile keys, 0 and 1. Beeps at each card until told not to. */
    ACR122U("ACR122", KeyPlace.FIRST_VOLATILE, Optional.of("ff00520000")),
    /** Two volatile keys, 0 and 1. Its own buzzer setting is kept in the reader, so it is set once with the maker's tool. */
    ACR1252U("ACR1252", KeyPlace.FIRST_VOLATILE, Optional.empty()),
    /** Readers of ACS whose one volatile key, the session key, has number 20h; 0 to 1Fh stay in the reader for good. */
    ACS_SESSION_KEY("ACR128|ACR1251", new KeyPlace(0, 0x20, 0x20), Optional.empty()),
    /** The key number says what kind of key it is: 60h is key A, 61h key B. */
    IDENTIV("uTrust|SCL37|SCL01|SDI01|CLOUD [34][75]", KeyPlace.BY_KIND, Optional.empty()),
    OMNIKEY("OMNIKEY", KeyPlace.FIRST_VOLATILE, Optional.empty());

    private final Pattern names;
    private final KeyPlace keyPlace;
    private final Optional<String> silence;

    ReaderProfile(String names, KeyPlace keyPlace, Optional<String> silence) {
        this.names = Pattern.compile(names, Pattern.CASE_INSENSITIVE);
        this.keyPlace = keyPlace;
        this.silence = silence;
    }

    /** @return {@link #STANDARD} for a reader that is not known */
    static ReaderProfile of(String readerName) {
        return Arrays.stream(values())
                .filter(profile ->
                        profile != STANDARD && profile.names.matcher(readerName).find())
                .findFirst()
                .orElse(STANDARD);
    }

    KeyPlace keyPlace() {
        return keyPlace;
    }

    /** What keeps the reader from beeping at each card. Empty where no such command is known to be harmless. */
    Optional<byte[]> silence() {
        return silence.map(HexFormat.of()::parseHex);
    }

    /**
     * Where in the reader a key is put for the authentication that follows (PC/SC part 3, 3.2.2.1.4 and 3.2.2.1.6).
     *
     * @param structure P1 of LOAD KEY: 0 is volatile memory, 32 (20h) memory that outlives the power; 0 to 255
     * @param loadAs    P2 of LOAD KEY, the key number; 0 to 255, or {@value #KIND}: the kind of key, 60h or 61h
     * @param useAs     the key number that the authentication names; 0 to 255
     */
    public record KeyPlace(int structure, int loadAs, int useAs) {

        static final int KIND = -1;
        static final KeyPlace FIRST_VOLATILE = new KeyPlace(0, 0, 0);
        static final KeyPlace BY_KIND = new KeyPlace(0, KIND, 1);

        /** @throws IllegalArgumentException with a message for the installer */
        public KeyPlace {
            if (structure < 0 || structure > 0xff || loadAs < KIND || loadAs > 0xff || useAs < 0 || useAs > 0xff) {
                throw new IllegalArgumentException("structure " + structure + ", loadAs " + loadAs + ", useAs " + useAs
                        + ": each is one byte, 0 to 255; as the reader's manual has them in LOAD KEY and in "
                        + "GENERAL AUTHENTICATE");
            }
        }

        int loadAs(ChipLayout.KeyType type) {
            return loadAs == KIND ? type.code() : loadAs;
        }
    }
}
