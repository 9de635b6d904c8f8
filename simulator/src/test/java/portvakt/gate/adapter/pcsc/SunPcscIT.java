package portvakt.gate.adapter.pcsc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import javax.smartcardio.Card;
import javax.smartcardio.CardException;
import javax.smartcardio.CardTerminal;
import javax.smartcardio.CommandAPDU;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import portvakt.protocol.Uid;
import portvakt.sim.device.PcscDaemon;
import portvakt.sim.device.UidCard;
import portvakt.sim.device.VpcdSlot;

/** A card that the JDK saw being removed costs the real daemon no handle for ever, though the JDK lets go of none of them. */
@Timeout(180)
class SunPcscIT {

    private static final int HANDLES_MAX = 3;
    private static final long WAIT_MAX_MS = 10_000;

    @TempDir
    private Path directory;

    @Test
    void givesBackTheHandlesOfRemovedCards() throws Exception {
        try (PcscDaemon daemon = PcscDaemon.reserve(directory, "Portvakt PICC", Duration.ofMinutes(2));
                VpcdSlot slot = new VpcdSlot(daemon.slotPort())) {
            daemon.withOptions("--max-card-handle-per-reader", "" + HANDLES_MAX);
            daemon.start();
            SunPcsc pcsc = SunPcsc.opened();
            CardTerminal reader = pcsc.readers().getFirst();

            for (int removed = 0; removed < HANDLES_MAX + 2; removed++) {
                slot.insert(UidCard.desfire(new Uid("04a1b2c3d4e5f6")));
                assertThat(reader.waitForCardPresent(WAIT_MAX_MS)).isTrue();
                Card card = reader.connect("*");
                slot.pullOut();
                assertThat(reader.waitForCardAbsent(WAIT_MAX_MS)).isTrue();
                assertThatThrownBy(() -> card.getBasicChannel().transmit(new CommandAPDU(0xff, 0xca, 0, 0, 256)))
                        .isInstanceOf(CardException.class)
                        .hasMessageContaining("SCARD_W_REMOVED_CARD");

                pcsc.release(card, false);
            }
        }
    }
}
