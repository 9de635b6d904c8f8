package portvakt.sim.device;

import java.util.HexFormat;
import java.util.function.Supplier;
import portvakt.protocol.Uid;

/** A card that tells its UID and opens to no MIFARE Classic key: DESFire, a foreign card, or a phone. */
public final class UidCard implements VirtualCard {

    /** What a DESFire card's ATR looks like over PC/SC: no historical bytes but the ISO 14443-4 mark. */
    private static final byte[] DESFIRE_ATR = HexFormat.of().parseHex("3b8180018080");

    private final Supplier<Uid> uids;
    private Uid uid;

    private UidCard(Supplier<Uid> uids) {
        this.uids = uids;
        this.uid = uids.get();
    }

    /** A card whose UID stays. */
    public static UidCard desfire(Uid uid) {
        return new UidCard(() -> uid);
    }

    /** A chip that draws a UID anew each time the field is switched on (ISO 14443-3 random ID: 4 bytes, 08 first). */
    public static UidCard drawingUids(Supplier<Uid> uids) {
        return new UidCard(uids);
    }

    @Override
    public byte[] atr() {
        return DESFIRE_ATR.clone();
    }

    @Override
    public void powerOn() {
        uid = uids.get();
    }

    @Override
    public byte[] answer(byte[] command) {
        return StorageCommand.of(command) instanceof StorageCommand.GetUid
                ? Sw.answer(uid.bytes(), Sw.SUCCESS)
                : Sw.only(Sw.FAILED);
    }
}
