package portvakt.gate.adapter.pcsc;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where a MIFARE Classic chip keeps what the gate wants to know, and the keys that open it. A setting, because neither layout
 * nor keys of HSE cards are public: the operator gets both from the issuer. Immutable.
 *
 * @param keys   one for each sector that a field lies in
 * @param fields what to read
 */
public record ChipLayout(List<SectorKey> keys, Fields fields) {

    /** @throws IllegalArgumentException with a message for the installer, if a part is missing or a sector has no key or two */
    public ChipLayout {
        if (keys == null || keys.isEmpty() || fields == null) {
            throw new IllegalArgumentException(
                    "a chip layout needs \"keys\" and \"fields\"; leave the whole layout out to " + "read UIDs only");
        }
        keys = List.copyOf(keys);
        Set<Integer> opened = new HashSet<>(); // looked up, never walked
        for (SectorKey key : keys) {
            if (!opened.add(key.sector())) {
                throw new IllegalArgumentException(
                        "sector " + key.sector() + " has two keys; give the one to read with");
            }
        }
        fields.all()
                .flatMap(field -> field.blocks().stream())
                .map(ClassicBlocks::sectorOf)
                .filter(sector -> !opened.contains(sector))
                .findFirst()
                .ifPresent(sector -> {
                    throw new IllegalArgumentException(
                            "a field lies in sector " + sector + ", which has no key in \"keys\"");
                });
    }

    /** Which of a sector's two keys. */
    public enum KeyType {
        A(0x60),
        B(0x61);

        private final int code;

        KeyType(int code) {
            this.code = code;
        }

        /** As the authenticate command names it (PC/SC part 3, 3.2.2.1.6). */
        int code() {
            return code;
        }
    }

    /**
     * @param sector  0 to 39
     * @param keyFile a file outside the settings, see {@link KeyFile}
     */
    public record SectorKey(int sector, KeyType keyType, String keyFile) {
        public SectorKey {
            if (sector < 0 || sector > ClassicBlocks.SECTOR_MAX) {
                throw new IllegalArgumentException(
                        "sector " + sector + ": a chip has sectors 0 to " + ClassicBlocks.SECTOR_MAX);
            }
            if (keyType == null || keyFile == null || keyFile.isBlank()) {
                throw new IllegalArgumentException(
                        "the key of sector " + sector + " needs \"keyType\" (A or B) and \"keyFile\"");
            }
        }
    }

    /** Only the card number is a must. */
    public record Fields(
            ChipField cardNumber,
            Optional<ChipField> expiresOn,
            Optional<ChipField> holderName,
            Optional<ChipField> employerName,
            Optional<ChipField> employerOrganisationNumber) {

        public Fields {
            if (cardNumber == null) {
                throw new IllegalArgumentException("\"fields\" needs \"cardNumber\"");
            }
            if (expiresOn.isPresent() && expiresOn.get().format().isEmpty()) {
                throw new IllegalArgumentException("\"expiresOn\" needs \"format\", for example yyyyMMdd");
            }
        }

        Stream<ChipField> all() {
            return Stream.concat(
                    Stream.of(cardNumber),
                    Stream.of(expiresOn, holderName, employerName, employerOrganisationNumber)
                            .flatMap(Optional::stream));
        }
    }
}
