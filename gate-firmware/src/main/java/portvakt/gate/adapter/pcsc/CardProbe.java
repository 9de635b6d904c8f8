package portvakt.gate.adapter.pcsc;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.access.CardRead;
import portvakt.protocol.CardNumber;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Uid;
import portvakt.protocol.config.ConfigFile;

/**
 * Finds out what a presented card says: its UID and, if a {@link ChipLayout} is set and its keys open the chip, the chip's data.
 * Knows nothing of readers and time; one answer for each exchange of APDUs (PC/SC part 3, 3.2.2.1). Immutable, for any thread.
 *
 * <table>
 *   <caption>What becomes of a card</caption>
 *   <tr><td>has the site's DESFire application, proves its key, and its fields make sense</td>
 *       <td>{@code AuthenticatedChip}</td></tr>
 *   <tr><td>has the application, and does not prove its key, or its answers do not</td><td>{@code CARD_NOT_AUTHENTIC}</td></tr>
 *   <tr><td>opens with the sector keys, and its fields make sense</td><td>{@code ChipData}</td></tr>
 *   <tr><td>no layout set, or the keys do not open it (a foreign card, DESFire, a phone)</td>
 *       <td>{@code UidOnly}, or {@code UID_RANDOM} if its UID is drawn anew each time</td></tr>
 *   <tr><td>answers with another UID at the end of the read than at its beginning</td><td>{@code SEVERAL_CARDS}</td></tr>
 *   <tr><td>torn off, gives no UID, refuses a block of an opened sector, or its fields make no sense</td>
 *       <td>{@code CARD_UNREADABLE}</td></tr>
 * </table>
 *
 * <p>Several cards: PC/SC has no status for them. Readers run the anti-collision of ISO 14443-3 and show one card; which one may
 * change when a card is selected again in mid-read, and only then do data of one card get mixed with the UID of another.
 * So the UID is asked for twice, and only a change counts as several cards: other errors may be one card held badly.
 */
public final class CardProbe {

    private static final Logger LOG = LoggerFactory.getLogger(CardProbe.class);

    private static final byte[] GET_UID = {(byte) 0xff, (byte) 0xca, 0, 0, 0};
    private static final int SW_SUCCESS = 0x9000;

    private final Optional<DesfireProbe> desfire;
    private final Optional<Chip> chip;
    private final Pattern acceptedCardNumbers;

    CardProbe(Optional<DesfireProbe> desfire, Optional<Chip> chip, Pattern acceptedCardNumbers) {
        this.desfire = desfire;
        this.chip = chip;
        this.acceptedCardNumbers = acceptedCardNumbers;
    }

    /** A probe for chips with a layout, or for UIDs. @throws ConfigFile.Invalid if a key file cannot be used */
    public static CardProbe of(Optional<ChipLayout> layout, Pattern acceptedCardNumbers) throws ConfigFile.Invalid {
        return new CardProbe(
                Optional.empty(),
                layout.isPresent() ? Optional.of(Chip.of(layout.get())) : Optional.empty(),
                acceptedCardNumbers);
    }

    /** @throws ConfigFile.Invalid if a key file cannot be used */
    static CardProbe of(PcscReaderConfig config) throws ConfigFile.Invalid {
        return new CardProbe(
                config.desfire().isPresent()
                        ? Optional.of(DesfireProbe.of(config.desfire().get(), new SecureRandom()))
                        : Optional.empty(),
                config.chipLayout().isPresent()
                        ? Optional.of(Chip.of(config.chipLayout().get()))
                        : Optional.empty(),
                config.acceptedCardNumbers());
    }

    /** Reads one card of which nothing is known, under a reader that does as the standard says. */
    public CardRead read(Apdus card) {
        return read(card, new CardKind.Unknown(), ReaderProfile.STANDARD.keyPlace());
    }

    /**
     * Reads one card. Always an answer: what a card does wrong is an answer too.
     *
     * @param kind by its ATR; what a kind of card cannot answer it is not asked
     */
    CardRead read(Apdus card, CardKind kind, ReaderProfile.KeyPlace keyPlace) {
        try {
            Optional<Uid> uid = uid(card);
            if (uid.isEmpty()) {
                return unreadable();
            }
            if (desfire.isPresent() && !(kind instanceof CardKind.Storage)) {
                DesfireProbe probe = desfire.get();
                switch (probe.read(card, uid.get())) {
                    case DesfireProbe.Outcome.Proved proved -> {
                        return authenticatedChip(probe.layout(), proved);
                    }
                    case DesfireProbe.Outcome.NotAuthentic _ -> {
                        return new CardRead.Unreadable(DenialReason.CARD_NOT_AUTHENTIC);
                    }
                    case DesfireProbe.Outcome.Nameless _ -> {
                        return new CardRead.Unreadable(DenialReason.UID_RANDOM);
                    }
                    case DesfireProbe.Outcome.Damaged _ -> {
                        return unreadable();
                    }
                    case DesfireProbe.Outcome.Foreign _ -> LOG.debug("No application of the site on this card");
                }
            }
            return switch (contents(card, keyPlace)) {
                case Contents.Closed _ -> uidOnly(uid.get());
                case Contents.Damaged _ -> unreadable();
                case Contents.Blocks read -> chipData(card, uid.get(), read);
            };
        } catch (CardGoneException e) {
            LOG.debug("The card stopped answering: {}", e.getMessage());
            return unreadable();
        }
    }

    private static CardRead unreadable() {
        return new CardRead.Unreadable(DenialReason.CARD_UNREADABLE);
    }

    private static CardRead uidOnly(Uid uid) {
        return uid.isRandom() ? new CardRead.Unreadable(DenialReason.UID_RANDOM) : new CardRead.UidOnly(uid);
    }

    private static Optional<Uid> uid(Apdus card) throws CardGoneException {
        Answer answer = Answer.of(card.transceive(GET_UID.clone()));
        return switch (answer.data().length) {
            case 4, 7, 10 -> answer.successful() ? Optional.of(Uid.of(answer.data())) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private CardRead authenticatedChip(DesfireLayout layout, DesfireProbe.Outcome.Proved proved) {
        DesfireLayout.Fields fields = layout.fields();
        FileReading file = new FileReading(proved.content(), layout.readFrom());
        Optional<CardNumber> number =
                file.text(fields.cardNumber()).flatMap(text -> CardNumber.parse(text, acceptedCardNumbers));
        Optional<Expiry> expiry = fields.expiresOn().isEmpty()
                ? Optional.of(new Expiry(Optional.empty()))
                : file.text(fields.expiresOn().get())
                        .flatMap(text -> Expiry.of(text, fields.expiresOn().get()::date));
        if (number.isEmpty() || expiry.isEmpty()) {
            return unreadable();
        }
        return new CardRead.AuthenticatedChip(
                number.get(),
                proved.uid(),
                expiry.get().on(),
                holder(
                        fields.holderName().map(file::textOrEmpty),
                        fields.employerName().map(file::textOrEmpty),
                        fields.employerOrganisationNumber().map(file::textOrEmpty)));
    }

    /** @param from where in the file the content begins */
    private record FileReading(byte[] content, int from) {
        Optional<String> text(FileField field) {
            return field.text(content, from);
        }

        String textOrEmpty(FileField field) {
            return text(field).orElse("");
        }
    }

    private CardRead chipData(Apdus card, Uid uid, Contents.Blocks read) throws CardGoneException {
        Optional<Uid> again = uid(card);
        if (again.isPresent() && !again.get().equals(uid)) {
            return new CardRead.Unreadable(DenialReason.SEVERAL_CARDS);
        }
        ChipLayout.Fields fields = read.chip().fields();
        Optional<CardNumber> number =
                fields.cardNumber().text(read.blocks()).flatMap(text -> CardNumber.parse(text, acceptedCardNumbers));
        Optional<Expiry> expiry = expiry(fields.expiresOn(), read.blocks());
        if (number.isEmpty() || expiry.isEmpty()) {
            return unreadable();
        }
        return new CardRead.ChipData(
                number.get(),
                uid,
                expiry.get().on(),
                holder(
                        fields.holderName().map(field -> textOrEmpty(field, read.blocks())),
                        fields.employerName().map(field -> textOrEmpty(field, read.blocks())),
                        fields.employerOrganisationNumber().map(field -> textOrEmpty(field, read.blocks()))));
    }

    /** A chip's word on its expiry, which may be that there is none. */
    private record Expiry(Optional<LocalDate> on) {

        /** @return empty if something is written there that is no date: then nobody can say whether the card has expired */
        static Optional<Expiry> of(String text, Function<String, Optional<LocalDate>> date) {
            return text.isBlank()
                    ? Optional.of(new Expiry(Optional.empty()))
                    : date.apply(text).map(day -> new Expiry(Optional.of(day)));
        }
    }

    private static Optional<Expiry> expiry(Optional<ChipField> field, Map<Integer, byte[]> blocks) {
        return field.isEmpty()
                ? Optional.of(new Expiry(Optional.empty()))
                : field.get().text(blocks).flatMap(text -> Expiry.of(text, field.get()::date));
    }

    /** Each is there where the layout has such a field. */
    private static Optional<CardRead.Holder> holder(
            Optional<String> name, Optional<String> employer, Optional<String> organisationNumber) {
        return name.isEmpty() && employer.isEmpty() && organisationNumber.isEmpty()
                ? Optional.empty()
                : Optional.of(new CardRead.Holder(name.orElse(""), employer.orElse(""), organisationNumber.orElse("")));
    }

    private static String textOrEmpty(ChipField field, Map<Integer, byte[]> blocks) {
        return field.text(blocks).orElse("");
    }

    /** What the keys gave access to. */
    private sealed interface Contents {
        /** No layout is set, or the keys do not fit. */
        record Closed() implements Contents {}

        /** The keys fit, and yet a block could not be read. */
        record Damaged() implements Contents {}

        record Blocks(Chip chip, Map<Integer, byte[]> blocks) implements Contents {}
    }

    private Contents contents(Apdus card, ReaderProfile.KeyPlace keyPlace) throws CardGoneException {
        if (chip.isEmpty()) {
            return new Contents.Closed();
        }
        Chip wanted = chip.get();
        Map<Integer, byte[]> blocks = new HashMap<>(); // looked up, never walked
        Optional<OpenedBy> loaded = Optional.empty();
        for (Map.Entry<Integer, List<Integer>> sector : wanted.blocksBySector().entrySet()) {
            OpenedBy key = wanted.keys().get(sector.getKey());
            // Sectors with one key in common need it loaded only once: each command spared is some milliseconds at the
            // gate.
            if (loaded.filter(other -> key.isLoadedWith(other, keyPlace)).isEmpty()) {
                if (!successful(card, loadKey(key, keyPlace), "load the key of", sector.getKey())) {
                    return new Contents.Closed();
                }
                loaded = Optional.of(key);
            }
            int first = sector.getValue().getFirst();
            if (!successful(card, authenticate(first, key.type(), keyPlace), "authenticate for", sector.getKey())) {
                return new Contents.Closed();
            }
            for (int block : sector.getValue()) {
                Answer answer = Answer.of(card.transceive(readBlock(block)));
                if (!answer.successful() || answer.data().length != ClassicBlocks.BLOCK_BYTES) {
                    return new Contents.Damaged();
                }
                blocks.put(block, answer.data());
            }
        }
        return new Contents.Blocks(wanted, blocks);
    }

    private static boolean successful(Apdus card, byte[] command, String act, int sector) throws CardGoneException {
        Answer answer = Answer.of(card.transceive(command));
        if (!answer.successful()) {
            LOG.debug("Could not {} sector {}: SW {}", act, sector, Integer.toHexString(answer.sw()));
        }
        return answer.successful();
    }

    private static byte[] loadKey(OpenedBy key, ReaderProfile.KeyPlace place) {
        byte[] header = {
            (byte) 0xff,
            (byte) 0x82,
            (byte) place.structure(),
            (byte) place.loadAs(key.type()),
            (byte) key.bytes().length
        };
        return DesfireCommands.joined(header, key.bytes());
    }

    private static byte[] authenticate(int block, ChipLayout.KeyType type, ReaderProfile.KeyPlace place) {
        return new byte[] {
            (byte) 0xff, (byte) 0x86, 0, 0, 5, 1, 0, (byte) block, (byte) type.code(), (byte) place.useAs()
        };
    }

    private static byte[] readBlock(int block) {
        return new byte[] {(byte) 0xff, (byte) 0xb0, 0, (byte) block, ClassicBlocks.BLOCK_BYTES};
    }

    /** A card's answer, cut in two. */
    private record Answer(byte[] data, int sw) {
        static Answer of(byte[] response) {
            int end = response.length - 2;
            return new Answer(Arrays.copyOf(response, end), (response[end] & 0xff) << 8 | response[end + 1] & 0xff);
        }

        boolean successful() {
            return sw == SW_SUCCESS;
        }
    }

    /** A sector's key, read from its file. Never logged. */
    private record OpenedBy(ChipLayout.KeyType type, byte[] bytes) {
        /** Some readers keep keys A and B apart: there the same bytes as the other kind are another key. */
        boolean isLoadedWith(OpenedBy other, ReaderProfile.KeyPlace place) {
            return place.loadAs(type) == place.loadAs(other.type) && Arrays.equals(bytes, other.bytes);
        }

        @Override
        public String toString() {
            return "OpenedBy[…]";
        }
    }

    /** A layout, made ready: keys at hand and blocks in reading order. */
    record Chip(ChipLayout.Fields fields, Map<Integer, OpenedBy> keys, Map<Integer, List<Integer>> blocksBySector) {

        static Chip of(ChipLayout layout) throws ConfigFile.Invalid {
            Map<Integer, OpenedBy> keys = new TreeMap<>();
            for (ChipLayout.SectorKey key : layout.keys()) {
                keys.put(key.sector(), new OpenedBy(key.keyType(), KeyFile.sectorKey(Path.of(key.keyFile()))));
            }
            TreeSet<Integer> blocks = new TreeSet<>();
            layout.fields().all().forEach(field -> blocks.addAll(field.blocks()));
            Map<Integer, List<Integer>> bySector = new TreeMap<>();
            for (int block : blocks) {
                bySector.merge(ClassicBlocks.sectorOf(block), List.of(block), (before, one) -> {
                    List<Integer> both = new ArrayList<>(before);
                    both.addAll(one);
                    return List.copyOf(both);
                });
            }
            return new Chip(layout.fields(), keys, bySector);
        }
    }
}
