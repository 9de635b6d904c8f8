package portvakt.gate.adapter.pcsc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import portvakt.gate.access.CardRead;
import portvakt.gate.adapter.pcsc.ChipField.Encoding;
import portvakt.gate.adapter.pcsc.DesfireLayout.Authentication;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;

/** Cards that were recorded, through a real PC/SC daemon or by others, are read today as they were then. */
class RecordedCardsTest {

    /** Of the recordings. Keys are drawn from it again, so that none has to be kept. */
    private static final long SEED = 7;

    private static final Pattern SEVEN_DIGITS = Pattern.compile("[0-9]{7}");
    private static final Uid UID = new Uid("04a1b2c3d4e5f6");
    private static final CardNumber NUMBER = new CardNumber("4388261");
    private static final Optional<LocalDate> EXPIRES_ON = Optional.of(LocalDate.of(2027, 3, 31));
    private static final Optional<CardRead.Holder> HOLDER =
            Optional.of(new CardRead.Holder("Åse Brekke Sørli", "Fjellmur Entreprenør AS", "999888777"));

    @TempDir
    private Path folder;

    @Test
    void aClassicCard() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        byte[][] keysA = new byte[16][6];
        for (byte[] key : keysA) {
            random.nextBytes(key);
            // Key B of the same sector.
            random.nextBytes(new byte[6]);
        }
        List<ChipLayout.SectorKey> keys = List.of(sector(1, keysA[1]), sector(2, keysA[2]), sector(3, keysA[3]));
        ChipLayout layout = new ChipLayout(
                keys,
                new ChipLayout.Fields(
                        ChipField.text(4, 0, 16, Encoding.ASCII),
                        Optional.of(new ChipField(5, 0, 4, Encoding.BCD, Optional.of("yyyyMMdd"))),
                        Optional.of(ChipField.text(8, 0, 32, Encoding.UTF8)),
                        Optional.of(ChipField.text(12, 0, 32, Encoding.UTF8)),
                        Optional.of(ChipField.text(5, 4, 9, Encoding.ASCII))));
        ReplayCard card = ReplayCard.of("virtual-classic.apdu");

        assertThat(card.kind()).hasToString("MIFARE Classic 1K, ISO 14443 A part 3");
        assertThat(read(CardProbe.of(Optional.of(layout), SEVEN_DIGITS), card, ReaderProfile.STANDARD))
                .isEqualTo(new CardRead.ChipData(NUMBER, UID, EXPIRES_ON, HOLDER));
    }

    @ParameterizedTest
    @EnumSource(Authentication.class)
    void aSitesOwnCard(Authentication authentication) throws Exception {
        byte[] siteKey = new byte[16];
        new SplittableRandom(SEED).nextBytes(siteKey);
        String dump = authentication == Authentication.AES ? "virtual-desfire-aes.apdu" : "virtual-desfire-ev2.apdu";
        ReplayCard card = ReplayCard.of(dump);

        assertThat(read(probe(authentication, siteKey), card, ReaderProfile.STANDARD))
                .isEqualTo(new CardRead.AuthenticatedChip(NUMBER, UID, EXPIRES_ON, HOLDER));
    }

    /** A tag of another kind with a processor is somebody else's: its UID is all that it says. */
    @Test
    void aTagWithoutTheApplication() throws Exception {
        ChipLayout layout = new ChipLayout(
                List.of(sector(1, new byte[6])),
                new ChipLayout.Fields(
                        ChipField.text(4, 0, 16, Encoding.ASCII),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
        CardProbe probe = new CardProbe(
                Optional.of(new DesfireProbe(
                        layout(Authentication.EV2),
                        new AesKey(new byte[16]),
                        Optional.empty(),
                        new SplittableRandom(1))),
                Optional.of(CardProbe.Chip.of(layout)),
                SEVEN_DIGITS);

        assertThat(read(probe, ReplayCard.of("acr1252-ntag424.apdu"), ReaderProfile.ACR1252U))
                .isEqualTo(new CardRead.UidOnly(new Uid("04c474fa967380")));
    }

    /** These readers take the kind of key as the key's number. */
    @Test
    void aReaderThatNumbersKeysByTheirKind() throws Exception {
        ChipLayout layout = new ChipLayout(
                List.of(sector(1, new byte[6])),
                new ChipLayout.Fields(
                        ChipField.text(4, 0, 16, Encoding.ASCII),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));

        assertThat(read(
                        CardProbe.of(Optional.of(layout), SEVEN_DIGITS),
                        ReplayCard.of("identiv-sdi010-load-key.apdu"),
                        ReaderProfile.IDENTIV))
                .isInstanceOf(CardRead.UidOnly.class);
    }

    private static CardRead read(CardProbe probe, ReplayCard card, ReaderProfile profile) {
        CardRead read = probe.read(card, card.kind(), profile.keyPlace());
        assertThat(card.finished()).as("all of the dump was played").isTrue();
        return read;
    }

    private CardProbe probe(Authentication authentication, byte[] siteKey) {
        return new CardProbe(
                Optional.of(new DesfireProbe(
                        layout(authentication), new AesKey(siteKey), Optional.empty(), new SplittableRandom(SEED))),
                Optional.empty(),
                SEVEN_DIGITS);
    }

    private static DesfireLayout layout(Authentication authentication) {
        return new DesfireLayout(
                "3042f5",
                authentication,
                1,
                "not read here",
                Optional.of(
                        new KeyDiversification(null, Optional.of(HexFormat.of().formatHex("Portvakt".getBytes())))),
                Optional.empty(),
                1,
                DesfireLayout.Communication.MAC,
                new DesfireLayout.Fields(
                        FileField.text(0, 16, Encoding.ASCII),
                        Optional.of(new FileField(16, 4, Encoding.BCD, Optional.of("yyyyMMdd"))),
                        Optional.of(FileField.text(32, 32, Encoding.UTF8)),
                        Optional.of(FileField.text(64, 32, Encoding.UTF8)),
                        Optional.of(FileField.text(20, 9, Encoding.ASCII))));
    }

    private ChipLayout.SectorKey sector(int sector, byte[] key) throws Exception {
        Path file = folder.resolve("sector-" + sector);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, HexFormat.of().formatHex(key));
        return new ChipLayout.SectorKey(sector, ChipLayout.KeyType.A, file.toString());
    }
}
