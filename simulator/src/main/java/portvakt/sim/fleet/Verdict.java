package portvakt.sim.fleet;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import portvakt.gate.status.SealedList;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.list.ListHead;
import portvakt.protocol.list.MalformedListException;
import portvakt.server.port.Lists;

/**
 * What the gates were found to answer.
 *
 * @param gates   of the fleet
 * @param present of them with exactly the issuer's set: epoch, version, count and root
 * @param asked   questions for a card's status
 * @param wrong   answers that are not what the register says
 * @param faults  the first few of what is wrong, and all that a gate refused or alarmed of
 */
record Verdict(int gates, int present, long asked, long wrong, List<String> faults) {

    /** So many gates are asked for every card, the others for some each. */
    static final int ASKED_ALL = 10;

    private static final int SOME = 1_000;
    private static final int FAULTS_MAX = 10;

    boolean isGood() {
        return present == gates && wrong == 0 && faults.isEmpty();
    }

    /** Both of two times. */
    Verdict and(Verdict later) {
        List<String> both = new ArrayList<>(faults);
        both.addAll(later.faults);
        return new Verdict(
                gates,
                Math.min(present, later.present),
                asked + later.asked,
                wrong + later.wrong,
                both.stream().distinct().toList());
    }

    /** Asks the gates; nothing may change meanwhile. */
    static Verdict of(List<FleetGate> gates, Lists.PublishedList issued, FirmCards cards) {
        ListHead head = parse(issued);
        List<CardNumber> all = cards.all();
        int step = Math.max(1, all.size() / SOME);
        List<String> faults = new ArrayList<>();
        int present = 0;
        long asked = 0;
        long wrong = 0;
        for (int number = 0; number < gates.size(); number++) {
            FleetGate gate = gates.get(number);
            gate.complaints().forEach(what -> note(faults, gate, what));
            Optional<SealedList> list = gate.deciding();
            if (list.isEmpty() || !isSame(list.get().head(), head)) {
                note(faults, gate, "has not the list that was issued: " + gate.describe());
                continue;
            }
            present++;
            // The others begin at different cards, so that together they are asked for all.
            for (int at = number < ASKED_ALL ? 0 : number % step;
                    at < all.size();
                    at += number < ASKED_ALL ? 1 : step) {
                CardNumber card = all.get(at);
                Optional<CardStatus> answer = list.get().statusOf(card);
                asked++;
                if (!answer.equals(Optional.of(cards.status(card)))) {
                    wrong++;
                    note(faults, gate, "says " + answer + " of a card that is " + cards.status(card));
                }
            }
        }
        return new Verdict(gates.size(), present, asked, wrong, faults);
    }

    private static void note(List<String> faults, FleetGate gate, String what) {
        if (faults.size() < FAULTS_MAX) {
            faults.add(gate.name() + " " + what);
        }
    }

    private static boolean isSame(ListHead one, ListHead other) {
        return one.epoch() == other.epoch()
                && one.version() == other.version()
                && one.count() == other.count()
                && one.rootHex().equals(other.rootHex());
    }

    private static ListHead parse(Lists.PublishedList issued) {
        try {
            return ListHead.parse(HexFormat.of().parseHex(issued.headHex()));
        } catch (MalformedListException e) {
            throw new IllegalStateException("the server's own head is malformed", e);
        }
    }
}
