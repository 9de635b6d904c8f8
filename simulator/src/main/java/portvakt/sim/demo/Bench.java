package portvakt.sim.demo;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import portvakt.gate.access.CardRead;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.protocol.Uid;
import portvakt.protocol.pass.HolderKind;
import portvakt.protocol.pass.Pass;
import portvakt.protocol.pass.PassCode;
import portvakt.protocol.pass.PassNumber;
import portvakt.protocol.pass.PassRefusedException;
import portvakt.server.ServerParts;
import portvakt.sim.device.UidCard;
import portvakt.sim.device.VirtualCard;
import portvakt.sim.site.GateEvent;
import portvakt.sim.site.SimulatedGate;
import portvakt.sim.site.SimulatedSite;
import portvakt.sim.site.Subscription;

/**
 * The cards of the demo, the site they are shown at, and who is doing so: whoever works the workbench by hand comes before the
 * workers that come and go by themselves. Safe for any thread.
 */
final class Bench {

    /** For so long after the last act of a hand the workers keep away from the gates. */
    static final Duration HANDS_FIRST = Duration.ofSeconds(30);

    private static final Duration PASS_VALID_FOR = Duration.ofHours(12);

    /** A pass of which the code may be shown. */
    record VisitorPass(String code, Instant validUntil) {}

    private final SimulatedSite site;
    private final LocalDate today;
    private final List<Workforce.Worker> workers;
    private final Map<CardNumber, Workforce.Worker> people = new TreeMap<>();
    private final Set<CardNumber> inside = new ConcurrentSkipListSet<>();
    private final Set<CardNumber> changedByHand = new ConcurrentSkipListSet<>();
    private final List<Runnable> bells = new CopyOnWriteArrayList<>();
    private final AtomicReference<Instant> handAt = new AtomicReference<>(Instant.EPOCH);
    /** Whoever goes through a gate from the card to the arm. Held by one worker, and for a moment by a hand. */
    private final Object passing = new Object();

    private volatile boolean workersActive;

    Bench(SimulatedSite site, LocalDate today) {
        this.site = site;
        this.today = today;
        this.workers = Workforce.workers(today);
        workers.forEach(worker -> people.put(worker.card(), worker));
        for (Workforce.Worker each : List.of(Workforce.expired(today), Workforce.suspended(today))) {
            people.put(each.card(), each);
        }
        for (SimulatedGate gate : site.gates().values()) {
            // Until the site ends, which the bench does not outlive.
            Subscription _ = gate.onEvent(event -> passed(gate.direction(), event));
            Subscription _ = gate.onChange(this::ring);
        }
    }

    private void passed(Direction direction, GateEvent event) {
        if (event.facts().hasAccessTaken()) {
            event.subject()
                    .flatMap(subject -> CardNumber.parse(subject.getCardNumber(), WorkbenchOrders.CARD))
                    .ifPresent(direction == Direction.IN ? inside::add : inside::remove);
        }
    }

    /** Those who come and go by themselves. */
    List<Workforce.Worker> workers() {
        return workers;
    }

    /** All whose cards are here, by number. */
    Map<CardNumber, Workforce.Worker> people() {
        return people;
    }

    boolean isExpired(Workforce.Worker worker) {
        return worker.expiresOn().isBefore(today);
    }

    /** Whose passage in was the last one seen. */
    Set<CardNumber> inside() {
        return new TreeSet<>(inside);
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

    /** How many the server counts on the site. */
    int onSite() {
        return parts().log().onSite(Optional.of(SimulatedSite.SITE)).size();
    }

    private ServerParts parts() {
        return site.server().parts();
    }

    /** A worker's card; or, for a number that is nobody's here, a card of which only the number is known. */
    VirtualCard card(CardNumber number) {
        Workforce.Worker worker = people.get(number);
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

    CardRead fault(WorkbenchOrders.Fault fault) {
        return new CardRead.Unreadable(
                switch (fault) {
                    case UNREADABLE -> DenialReason.CARD_UNREADABLE;
                    case SEVERAL_CARDS -> DenialReason.SEVERAL_CARDS;
                    case RANDOM_UID -> DenialReason.UID_RANDOM;
                });
    }

    /** Issues a visitor's pass for half a day, as the console's page does. */
    VisitorPass newPass(String note) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Pass pass = new Pass(
                SimulatedSite.SITE,
                PassNumber.random(new SecureRandom()),
                HolderKind.VISITOR,
                now.minusSeconds(60),
                now.plus(PASS_VALID_FOR));
        parts().passes().issue(pass, note, "workbench", now);
        return new VisitorPass(parts().passKeys().sign(pass).text(), pass.validUntil());
    }

    SimulatedSite.Spread push(CardNumber card, CardStatus status) throws IOException, InterruptedException {
        try {
            return site.push(card, status);
        } finally {
            ring();
        }
    }

    /** The same by hand: from then on nobody but hands changes this card. */
    SimulatedSite.Spread pushByHand(CardNumber card, CardStatus status) throws IOException, InterruptedException {
        changedByHand.add(card);
        return push(card, status);
    }

    boolean isChangedByHand(CardNumber card) {
        return changedByHand.contains(card);
    }

    /** Somebody is at the gates in person: workers keep away for a while, and one who is just going through is let go first. */
    void handActs() {
        handAt.set(Instant.now());
        synchronized (passing) {
            handAt.set(Instant.now());
        }
    }

    /** What a worker does at a gate. */
    @FunctionalInterface
    interface Going {
        void go() throws InterruptedException, IOException;
    }

    /** Lets a worker pass, unless a hand was at the gates a moment ago. @return whether it did */
    boolean unlessHandsAct(Going going) throws InterruptedException, IOException {
        synchronized (passing) {
            if (!workersActive || handAt.get().plus(HANDS_FIRST).isAfter(Instant.now())) {
                return false;
            }
            going.go();
            return true;
        }
    }

    boolean areWorkersActive() {
        return workersActive;
    }

    void setWorkersActive(boolean active) {
        workersActive = active;
        if (active) {
            // Whoever sends for them wants to see them.
            handAt.set(Instant.EPOCH);
        }
        ring();
    }

    /** Calls back when something has changed that the workbench shows; must not block. */
    Subscription onChange(Runnable bell) {
        bells.add(bell);
        return () -> bells.remove(bell);
    }

    private void ring() {
        bells.forEach(Runnable::run);
    }

    /** All of them, for a page. */
    List<SimulatedGate> gates() {
        return new ArrayList<>(site.gates().values());
    }
}
