package portvakt.sim.demo;

import java.io.IOException;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import portvakt.gate.access.CardRead;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Uid;
import portvakt.protocol.pass.PassCode;
import portvakt.protocol.pass.PassRefusedException;
import portvakt.sim.device.UidCard;
import portvakt.sim.device.VirtualCard;
import portvakt.sim.site.SimulatedGate;
import portvakt.sim.site.SimulatedSite;

/** The cards of the demo, and the site they are shown at. Safe for any thread. */
final class Bench {

    private final SimulatedSite site;
    private final LocalDate today;
    private final Map<CardNumber, Workforce.Worker> workers = new TreeMap<>();

    Bench(SimulatedSite site, LocalDate today) {
        this.site = site;
        this.today = today;
        Workforce.workers(today).forEach(worker -> workers.put(worker.card(), worker));
    }

    Iterable<Workforce.Worker> workers() {
        return workers.values();
    }

    SimulatedSite site() {
        return site;
    }

    Optional<SimulatedGate> gate(String name) {
        return Optional.ofNullable(site.gates().get(name));
    }

    Set<String> gateNames() {
        return site.gates().keySet();
    }

    /** A worker's card; or, for a number that is nobody's here, a card of which only the number is known. */
    VirtualCard card(CardNumber number) {
        Workforce.Worker worker = workers.get(number);
        return worker == null
                ? site.issuer().card(strangersUid(number), number, today.plusYears(1), new CardRead.Holder("", "", ""))
                : site.issuer()
                        .card(
                                worker.uid(),
                                number,
                                worker.expiresOn(),
                                new CardRead.Holder(worker.name(), worker.employer(), worker.organisationNumber()));
    }

    private static Uid strangersUid(CardNumber number) {
        return new Uid("04%012x".formatted(Long.parseLong(number.digits())));
    }

    VirtualCard uidCard(String hex) {
        return UidCard.desfire(new Uid(hex.toLowerCase(Locale.ROOT)));
    }

    /** What the camera makes of a code that holds this text. */
    CardRead code(String text) {
        if (PassCode.isPass(text)) {
            try {
                return new CardRead.SignedPass(PassCode.read(text));
            } catch (PassRefusedException e) {
                return new CardRead.Unreadable(e.refusal().reason());
            }
        }
        return text.matches("[0-9]{7}")
                ? new CardRead.UnsignedCode(new CardNumber(text))
                : new CardRead.Unreadable(DenialReason.CODE_UNRECOGNISED);
    }

    CardRead fault(String name) {
        return new CardRead.Unreadable(
                switch (name) {
                    case "UNREADABLE" -> DenialReason.CARD_UNREADABLE;
                    case "SEVERAL_CARDS" -> DenialReason.SEVERAL_CARDS;
                    case "RANDOM_UID" -> DenialReason.UID_RANDOM;
                    default ->
                        throw new IllegalArgumentException("fault has to be UNREADABLE, SEVERAL_CARDS or RANDOM_UID.");
                });
    }

    SimulatedSite.Spread push(CardNumber card, CardStatus status) throws IOException, InterruptedException {
        return site.push(card, status);
    }
}
