package portvakt.sim.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import portvakt.gate.access.CardRead;
import portvakt.gate.adapter.pcsc.ChipField;
import portvakt.gate.adapter.pcsc.ChipLayout;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;

/**
 * Makes simulated HSE cards, and tells the gate how to read them.
 *
 * <p><b>The layout is invented.</b> What real HSE cards hold, where, and under which keys, is not public; nothing here follows
 * from a real card:
 *
 * <pre>
 * sector 1, block 4        card number, ASCII digits                 16 bytes
 *           block 5        expiry yyyyMMdd, BCD                       4 bytes
 *                          organisation number of the employer, ASCII, from byte 4 on   9 bytes
 * sector 2, blocks 8, 9    holder's name, UTF-8                      32 bytes
 * sector 3, blocks 12, 13  employer's name, UTF-8                    32 bytes
 * </pre>
 */
public final class SimulatedIssuer {

    private static final int NUMBER_BLOCK = 4;
    private static final int DATES_BLOCK = 5;
    private static final int EXPIRY_BYTES = 4;
    private static final int ORGANISATION_NUMBER_BYTES = 9;
    private static final int HOLDER_BLOCK = 8;
    private static final int EMPLOYER_BLOCK = 12;
    private static final int NAME_BYTES = 32;
    private static final List<Integer> SECTORS = List.of(1, 2, 3);

    private final SectorKeys keys;

    public SimulatedIssuer(RandomGenerator random) {
        this.keys = SectorKeys.drawn(random);
    }

    /** A card with all fields written; names longer than 32 bytes are cut. */
    public ClassicChip card(Uid uid, CardNumber number, LocalDate expiresOn, CardRead.Holder holder) {
        return new ClassicChip(uid, keys)
                .write(NUMBER_BLOCK, 0, padded(number.digits(), ClassicChip.BLOCK_BYTES))
                .write(DATES_BLOCK, 0, HexFormat.of().parseHex(expiresOn.format(DateTimeFormatter.BASIC_ISO_DATE)))
                .write(
                        DATES_BLOCK,
                        EXPIRY_BYTES,
                        padded(holder.employerOrganisationNumber(), ORGANISATION_NUMBER_BYTES))
                .write(HOLDER_BLOCK, 0, padded(holder.name(), NAME_BYTES))
                .write(EMPLOYER_BLOCK, 0, padded(holder.employerName(), NAME_BYTES));
    }

    /** A chip that this issuer's keys open, with whatever is to be written. */
    public ClassicChip blank(Uid uid) {
        return new ClassicChip(uid, keys);
    }

    /** The layout as the gate's setting; the keys are written to files in {@code directory}, for their owner alone. */
    public ChipLayout layout(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (int sector : SECTORS) {
            keys.writeKeyA(sector, keyFile(directory, sector));
        }
        return new ChipLayout(
                SECTORS.stream()
                        .map(sector -> new ChipLayout.SectorKey(
                                sector,
                                ChipLayout.KeyType.A,
                                keyFile(directory, sector).toString()))
                        .toList(),
                new ChipLayout.Fields(
                        ChipField.text(NUMBER_BLOCK, 0, ClassicChip.BLOCK_BYTES, ChipField.Encoding.ASCII),
                        Optional.of(new ChipField(
                                DATES_BLOCK, 0, EXPIRY_BYTES, ChipField.Encoding.BCD, Optional.of("yyyyMMdd"))),
                        Optional.of(ChipField.text(HOLDER_BLOCK, 0, NAME_BYTES, ChipField.Encoding.UTF8)),
                        Optional.of(ChipField.text(EMPLOYER_BLOCK, 0, NAME_BYTES, ChipField.Encoding.UTF8)),
                        Optional.of(ChipField.text(
                                DATES_BLOCK, EXPIRY_BYTES, ORGANISATION_NUMBER_BYTES, ChipField.Encoding.ASCII))));
    }

    private static Path keyFile(Path directory, int sector) {
        return directory.resolve("sector-" + sector + ".key");
    }

    /** The text in so many bytes, zeros behind it; cut between characters, so that what stays is still UTF-8. */
    private static byte[] padded(String text, int bytes) {
        String rest = text;
        while (rest.getBytes(StandardCharsets.UTF_8).length > bytes) {
            rest = rest.substring(0, rest.offsetByCodePoints(rest.length(), -1));
        }
        return Arrays.copyOf(rest.getBytes(StandardCharsets.UTF_8), bytes);
    }
}
