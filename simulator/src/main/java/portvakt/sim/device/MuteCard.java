package portvakt.sim.device;

/** A card that is there and says nothing: a broken chip, or two cards drowning each other. */
public final class MuteCard implements VirtualCard {

    @Override
    public byte[] atr() {
        // Begins with none of the two bytes that an ATR may begin with (ISO 7816-3, TS), as noise would.
        return new byte[] {0x55, 0x55};
    }

    @Override
    public void powerOn() {
        // Nothing to forget.
    }

    @Override
    public byte[] answer(byte[] command) {
        return new byte[0];
    }
}
