package portvakt.sim.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import portvakt.gate.access.CardRead;
import portvakt.gate.adapter.pcsc.ChipField;
import portvakt.gate.adapter.pcsc.DesfireLayout;
import portvakt.gate.adapter.pcsc.FileField;
import portvakt.gate.adapter.pcsc.KeyDiversification;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;

/**
 * Makes a site's own DESFire cards, and tells the gate how to read them. All keys are drawn when the simulation runs. The file:
 *
 * <pre>
 *  0  card number, ASCII                    16 bytes
 * 16  expiry yyyyMMdd, BCD                   4
 * 20  organisation number of the employer    9
 * 32  holder's name, UTF-8                  32
 * 64  employer's name, UTF-8                32
 * </pre>
 */
public final class SiteCardIssuer {

    private static final String APPLICATION_ID = "3042f5";
    private static final byte[] SYSTEM = "Portvakt".getBytes(StandardCharsets.US_ASCII);
    private static final int KEY_NUMBER = 1;
    private static final int UID_KEY_NUMBER = 2;
    private static final int FILE_NUMBER = 1;
    private static final int FILE_BYTES = 96;

    private final byte[] master = new byte[16];
    private final byte[] uidKey = new byte[16];
    private final DesfireLayout.Authentication authentication;
    private final DesfireLayout.Communication communication;
    private final RandomGenerator random;

    public SiteCardIssuer(
            DesfireLayout.Authentication authentication,
            DesfireLayout.Communication communication,
            RandomGenerator random) {
        this.authentication = authentication;
        this.communication = communication;
        this.random = random;
        random.nextBytes(master);
        random.nextBytes(uidKey);
    }

    /** A card that always shows its UID. */
    public DesfireCard card(Uid uid, CardNumber number, LocalDate expiresOn, CardRead.Holder holder) {
        return card(uid, () -> uid, number, expiresOn, holder);
    }

    /** A card that shows strangers a UID drawn anew each time. */
    public DesfireCard cardDrawingUids(Uid uid, CardNumber number, LocalDate expiresOn, CardRead.Holder holder) {
        return card(uid, () -> new Uid("08%06x".formatted(random.nextInt(1 << 24))), number, expiresOn, holder);
    }

    private DesfireCard card(
            Uid uid, Supplier<Uid> shown, CardNumber number, LocalDate expiresOn, CardRead.Holder holder) {
        byte[] file = new byte[FILE_BYTES];
        put(file, 0, 16, number.digits());
        System.arraycopy(HexFormat.of().parseHex(expiresOn.format(DateTimeFormatter.BASIC_ISO_DATE)), 0, file, 16, 4);
        put(file, 20, 9, holder.employerOrganisationNumber());
        put(file, 32, 32, holder.name());
        put(file, 64, 32, holder.employerName());
        byte[] applicationId = HexFormat.of().parseHex(APPLICATION_ID);
        return new DesfireCard(
                authentication == DesfireLayout.Authentication.AES
                        ? DesfireCard.Generation.EV1
                        : DesfireCard.Generation.EV2,
                uid,
                shown,
                applicationId,
                Map.of( // looked up, never walked
                        KEY_NUMBER,
                        CardCipher.diversified(master, uid.bytes(), applicationId, SYSTEM),
                        UID_KEY_NUMBER,
                        uidKey),
                new DesfireCard.Contents(
                        FILE_NUMBER,
                        KEY_NUMBER,
                        communication == DesfireLayout.Communication.MAC
                                ? DesfireCard.Protection.MAC
                                : DesfireCard.Protection.FULL,
                        file),
                random);
    }

    private static void put(byte[] file, int at, int length, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(
                Arrays.copyOf(bytes, Math.min(length, bytes.length)), 0, file, at, Math.min(length, bytes.length));
    }

    /** The layout as the gate's setting; the keys are written to files in {@code directory}, for their owner alone. */
    public DesfireLayout layout(Path directory) throws IOException {
        Files.createDirectories(directory);
        return new DesfireLayout(
                APPLICATION_ID,
                authentication,
                KEY_NUMBER,
                written(directory.resolve("site.key"), master),
                Optional.of(
                        new KeyDiversification(null, Optional.of(HexFormat.of().formatHex(SYSTEM)))),
                Optional.of(new DesfireLayout.UidKey(UID_KEY_NUMBER, written(directory.resolve("uid.key"), uidKey))),
                FILE_NUMBER,
                communication,
                new DesfireLayout.Fields(
                        FileField.text(0, 16, ChipField.Encoding.ASCII),
                        Optional.of(new FileField(16, 4, ChipField.Encoding.BCD, Optional.of("yyyyMMdd"))),
                        Optional.of(FileField.text(32, 32, ChipField.Encoding.UTF8)),
                        Optional.of(FileField.text(64, 32, ChipField.Encoding.UTF8)),
                        Optional.of(FileField.text(20, 9, ChipField.Encoding.ASCII))));
    }

    private static String written(Path file, byte[] key) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, HexFormat.of().formatHex(key) + "\n");
        return file.toString();
    }
}
