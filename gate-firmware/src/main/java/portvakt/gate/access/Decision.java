package portvakt.gate.access;

import static portvakt.protocol.DenialReason.ANTI_PASSBACK;
import static portvakt.protocol.DenialReason.ASSURANCE_TOO_LOW;
import static portvakt.protocol.DenialReason.CLOCK_UNTRUSTED;
import static portvakt.protocol.DenialReason.CREDENTIAL_EXPIRED;
import static portvakt.protocol.DenialReason.CREDENTIAL_NOT_YET_VALID;
import static portvakt.protocol.DenialReason.CREDENTIAL_REVOKED;
import static portvakt.protocol.DenialReason.CREDENTIAL_SUSPENDED;
import static portvakt.protocol.DenialReason.LIST_DAMAGED;
import static portvakt.protocol.DenialReason.LIST_MISSING;
import static portvakt.protocol.DenialReason.LIST_TOO_OLD;
import static portvakt.protocol.DenialReason.LIST_UNCONFIRMED;
import static portvakt.protocol.DenialReason.PASS_OTHER_SITE;
import static portvakt.protocol.DenialReason.UNKNOWN_CARD;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import portvakt.protocol.Assurance;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.protocol.ListState;
import portvakt.protocol.pass.Pass;

/**
 * Decides who may pass. Pure and total: the same arguments give the same answer, and every read gets one.
 *
 * <p>Reasons in order: unreadable, a pass that does not prove, revoked or suspended on any list, a pass of another site, not yet
 * valid, expired, unknown card, assurance too low, entered twice, list missing,
 * damaged, too old or unconfirmed, clock untrusted. The first that applies is the one told. A listed card is refused whatever
 * else is unknown. It is the order in which {@link DenialReason} lists them, and flags stand in it too.
 *
 * <p>What the absence of a card from a list is worth depends on the list's state, and the policy says what is done in each
 * ({@link ListPolicy}). Of several lists the weakest counts, since each of them alone can refuse.
 *
 * <p>Leaving is never blocked: at a way out whoever the read names is let go, and the reason that would have refused an entry
 * becomes a flag. A read that names nobody is asked for again there too, since it could not be booked out; the button inside
 * and the fire release open without a card.
 */
public final class Decision {

    private final Iterable<? extends CardList> lists;
    private final Enrolments enrolments;
    private final Passes passes;
    private final AccessPolicy policy;
    private final Passback passback;
    private final GateTime time;
    private final List<AccessDecision.ListUsed> used = new ArrayList<>();
    private final SortedSet<DenialReason> refusals = new TreeSet<>();
    private final SortedSet<DenialReason> warnings = new TreeSet<>();
    private boolean clockRefuses;

    private Decision(
            Iterable<? extends CardList> lists,
            Enrolments enrolments,
            Passes passes,
            AccessPolicy policy,
            Passback passback,
            GateTime time) {
        this.lists = lists;
        this.enrolments = enrolments;
        this.passes = passes;
        this.policy = policy;
        this.passback = passback;
        this.time = time;
    }

    public static AccessDecision decide(
            CardRead read,
            Iterable<? extends CardList> lists,
            Enrolments enrolments,
            Passes passes,
            AccessPolicy policy,
            GateTime time) {
        return decide(read, lists, enrolments, passes, policy, new Passback(), time);
    }

    /** @param passback who is inside already; changes nothing in it */
    public static AccessDecision decide(
            CardRead read,
            Iterable<? extends CardList> lists,
            Enrolments enrolments,
            Passes passes,
            AccessPolicy policy,
            Passback passback,
            GateTime time) {
        return new Decision(lists, enrolments, passes, policy, passback, time).on(read);
    }

    private AccessDecision on(CardRead read) {
        return switch (read) {
            case CardRead.Unreadable unreadable -> namesNobody(unreadable.reason());
            case CardRead.SignedPass shown ->
                switch (passes.prove(shown.code())) {
                    case Passes.Proof.Refused refused ->
                        namesNobody(refused.refusal().reason());
                    case Passes.Proof.Proved proved -> on(proved.pass());
                };
            case CardRead.ChipData chip ->
                on(new Credential(
                        Optional.of(chip.card()),
                        Optional.of(chip.uid()),
                        Assurance.CHIP_DATA,
                        chip.expiresOn(),
                        chip.holder()));
            case CardRead.AuthenticatedChip chip ->
                on(new Credential(
                        Optional.of(chip.card()),
                        Optional.of(chip.uid()),
                        Assurance.AUTHENTICATED_CHIP,
                        chip.expiresOn(),
                        chip.holder()));
            case CardRead.UidOnly only ->
                on(new Credential(
                        enrolments.cardOf(only.uid()),
                        Optional.of(only.uid()),
                        Assurance.UID_ONLY,
                        Optional.empty(),
                        Optional.empty()));
            case CardRead.UnsignedCode code ->
                on(new Credential(
                        Optional.of(code.card()),
                        Optional.empty(),
                        Assurance.UNSIGNED_CODE,
                        Optional.empty(),
                        Optional.empty()));
        };
    }

    private AccessDecision namesNobody(DenialReason reason) {
        for (CardList list : lists) {
            ListAge age = ListAge.of(list, time);
            use(list, age, age.state(policy.lists()));
        }
        return new AccessDecision.Denied(reason, Optional.empty(), List.copyOf(used));
    }

    private AccessDecision on(Pass pass) {
        if (!pass.site().equals(passes.site())) {
            refusals.add(PASS_OTHER_SITE);
        }
        checkValidity(pass);
        return on(new Credential(
                Optional.of(pass.number().card()),
                Optional.empty(),
                Assurance.SIGNED_PASS,
                Optional.empty(),
                Optional.empty()));
    }

    /** A clock that may be wrong is believed where the time is proved to be late enough; else it makes one suspect, no more. */
    private void checkValidity(Pass pass) {
        if (time.wall().isBefore(pass.validFrom())) {
            refuseByClock(time.isTrusted(), CREDENTIAL_NOT_YET_VALID);
        }
        if (!time.wall().isBefore(pass.validUntil())) {
            refuseByClock(time.isTrusted() || !time.notBefore().isBefore(pass.validUntil()), CREDENTIAL_EXPIRED);
        }
    }

    private AccessDecision on(Credential credential) {
        checkLists(credential.card());
        checkExpiry(credential);
        if (credential.card().isEmpty()) {
            refusals.add(UNKNOWN_CARD);
        }
        if (credential.assurance().compareTo(policy.minimumAssurance()) < 0) {
            refusals.add(ASSURANCE_TOO_LOW);
        }
        // A way out does not even ask: it is no reason to look twice at somebody who leaves.
        if (policy.direction() == Direction.IN
                && credential
                        .card()
                        .filter(card -> passback.isInside(card, time))
                        .isPresent()) {
            refusals.add(ANTI_PASSBACK);
        }
        checkClock();

        if (policy.direction() == Direction.OUT || refusals.isEmpty()) {
            SortedSet<DenialReason> flags = new TreeSet<>(refusals);
            flags.addAll(warnings);
            return new AccessDecision.Granted(credential, List.copyOf(flags), List.copyOf(used));
        }
        return new AccessDecision.Denied(refusals.first(), Optional.of(credential), List.copyOf(used));
    }

    private void checkLists(Optional<CardNumber> card) {
        boolean suspended = false;
        for (CardList list : lists) {
            card.ifPresent(list::prove);
            Optional<CardStatus> status = card.isEmpty() ? Optional.of(CardStatus.VALID) : list.statusOf(card.get());
            ListAge age = ListAge.of(list, time);
            if (status.isEmpty()) {
                use(list, age, ListState.NONE);
                boolean closed = policy.lists().isPastClosing(age.certain());
                act(policy.lists().action(ListState.NONE, closed), LIST_DAMAGED);
                continue;
            }
            use(list, age, age.state(policy.lists()));
            checkAge(age);
            if (status.get() == CardStatus.REVOKED) {
                refusals.add(CREDENTIAL_REVOKED);
            }
            suspended |= status.get() == CardStatus.SUSPENDED;
        }
        if (suspended && !refusals.contains(CREDENTIAL_REVOKED)) {
            refusals.add(CREDENTIAL_SUSPENDED);
        }
        for (String required : policy.requiredLists()) {
            if (used.stream().noneMatch(list -> list.list().equals(required))) {
                act(policy.lists().whenNone(), LIST_MISSING);
            }
        }
    }

    private void use(CardList list, ListAge age, ListState state) {
        used.add(new AccessDecision.ListUsed(list.list(), list.epoch(), list.version(), age.shown(), state));
    }

    private void act(ListAction action, DenialReason reason) {
        if (action.denies(policy.attended())) {
            refusals.add(reason);
        } else if (action.flags(policy.attended())) {
            warnings.add(reason);
        }
    }

    private void checkAge(ListAge age) {
        ListPolicy rules = policy.lists();
        ListState state = age.state(rules);
        ListAction action = rules.action(state, rules.isPastClosing(age.certain()));
        boolean old = age.isTooOldToBeFresh(rules, age.certain());
        if (old) {
            act(action, LIST_TOO_OLD);
        }
        if (state == ListState.GRACE && !age.heard()) {
            act(action, LIST_UNCONFIRMED);
        }
        if (age.trusted()) {
            return;
        }
        boolean looksOld = age.isTooOldToBeFresh(rules, age.shown());
        if (state == ListState.GRACE && !old && age.heard() && action.denies(policy.attended())) {
            onUntrustedClock(looksOld ? LIST_TOO_OLD : CLOCK_UNTRUSTED);
        }
        ListAction suspected = rules.action(age.suspectedState(rules), rules.isPastClosing(age.shown()));
        if (suspected.denies(policy.attended()) && !action.denies(policy.attended())) {
            onUntrustedClock(LIST_TOO_OLD);
        } else if (looksOld && !suspected.denies(policy.attended())) {
            act(suspected, LIST_TOO_OLD);
        }
    }

    private void checkExpiry(Credential credential) {
        credential
                .expiresOn()
                .filter(last -> isOver(last, time.wall()))
                .ifPresent(
                        last -> refuseByClock(time.isTrusted() || isOver(last, time.notBefore()), CREDENTIAL_EXPIRED));
    }

    private boolean isOver(LocalDate last, Instant at) {
        return at.atZone(policy.zone()).toLocalDate().isAfter(last);
    }

    private void refuseByClock(boolean certain, DenialReason reason) {
        if (certain) {
            refusals.add(reason);
        } else {
            onUntrustedClock(reason);
        }
    }

    /** The last of the reasons: it is told only where nothing surer refuses. */
    private void checkClock() {
        if (clockRefuses) {
            refusals.add(CLOCK_UNTRUSTED);
        } else if (!time.isTrusted()) {
            // How old a list is, and whether a card has expired, cannot be known: say so even where nothing looks
            // wrong.
            warnings.add(CLOCK_UNTRUSTED);
        }
    }

    /** An untrusted clock alone refuses nobody unless the policy says so, and then the clock is the reason told. */
    private void onUntrustedClock(DenialReason suspicion) {
        if (policy.grantOnUntrustedClock()) {
            warnings.add(suspicion);
        } else {
            clockRefuses = true;
        }
    }
}
