package portvakt.sim.rig;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.SplittableRandom;
import portvakt.gate.access.CardRead;
import portvakt.gate.adapter.pcsc.ChipLayout;
import portvakt.protocol.CardNumber;
import portvakt.protocol.Uid;
import portvakt.sim.device.ClassicChip;
import portvakt.sim.device.SimulatedIssuer;

/** HSE cards of one issuer, each valid for a year. The holder is invented, and so is the employer. */
final class Cards {

    private static final CardRead.Holder HOLDER =
            new CardRead.Holder("Åse Brekke Sørli", "Fjellmur Entreprenør AS", "999888777");

    private final SimulatedIssuer issuer;

    Cards() {
        this(new SimulatedIssuer(new SplittableRandom(20_260_101)));
    }

    /** Cards whose chips the gates of that issuer can read. */
    Cards(SimulatedIssuer issuer) {
        this.issuer = issuer;
    }

    /** How a gate reads them. @param keyFolder the sector keys are written there */
    ChipLayout layout(Path keyFolder) throws IOException {
        return issuer.layout(keyFolder);
    }

    ClassicChip card(CardNumber number) {
        Uid uid = new Uid("04%012x".formatted(Long.parseLong(number.digits())));
        return issuer.card(uid, number, LocalDate.now().plusYears(1), HOLDER);
    }
}
