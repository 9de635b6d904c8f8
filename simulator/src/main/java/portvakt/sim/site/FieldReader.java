package portvakt.sim.site;

import java.util.Optional;
import java.util.function.Consumer;
import portvakt.gate.access.CardRead;
import portvakt.gate.adapter.pcsc.CardProbe;
import portvakt.gate.adapter.pcsc.ChipLayout;
import portvakt.gate.adapter.pcsc.PcscReaderConfig;
import portvakt.gate.port.CardReader;
import portvakt.gate.port.ReaderSignal;
import portvakt.protocol.config.ConfigFile;
import portvakt.sim.device.VirtualCard;

/**
 * A contactless reader without a daemon in between: a card laid on it is read by the gate's own probe, APDU for APDU, on the
 * thread of whoever shows it. Where the daemon belongs into the picture, take {@code PcscDaemon} and the gate's PC/SC reader.
 */
final class FieldReader implements CardReader {

    private final String name;
    private final CardProbe probe;
    private volatile Consumer<ReaderSignal> inbox = _ -> {};

    FieldReader(String name, Optional<ChipLayout> layout) {
        this.name = name;
        try {
            this.probe = CardProbe.of(layout, PcscReaderConfig.defaults().acceptedCardNumbers());
        } catch (ConfigFile.Invalid e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Lays a card on the reader. */
    void present(VirtualCard card) {
        long startNs = System.nanoTime();
        card.powerOn();
        show(probe.read(card::answer), System.nanoTime() - startNs);
    }

    /** Shows what no chip says: a code, two cards at once. */
    void show(CardRead read, long readNs) {
        inbox.accept(new ReaderSignal.Presented(name, read, readNs));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void start(Consumer<ReaderSignal> inbox) {
        this.inbox = inbox;
        inbox.accept(new ReaderSignal.Ready(name, "simulated reader"));
    }

    @Override
    public void close() {
        inbox = _ -> {};
    }
}
