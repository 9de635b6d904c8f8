package portvakt.gate.access;

import static portvakt.protocol.DenialReason.ASSURANCE_TOO_LOW;
import static portvakt.protocol.DenialReason.CLOCK_UNTRUSTED;
import static portvakt.protocol.DenialReason.CREDENTIAL_EXPIRED;
import static portvakt.protocol.DenialReason.CREDENTIAL_REVOKED;
import static portvakt.protocol.DenialReason.CREDENTIAL_SUSPENDED;
import static portvakt.protocol.DenialReason.LIST_MISSING;
import static portvakt.protocol.DenialReason.LIST_TOO_OLD;
import static portvakt.protocol.DenialReason.UNKNOWN_CARD;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.Assurance;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.protocol.DenialReason;
import portvakt.protocol.Direction;
import portvakt.protocol.v1.ClockTrust;

/**
 * Decides who may pass. Pure and total: the same arguments give the same answer, and every read gets one.
 *
 * <p>Reasons in order: unreadable, revoked or suspended on any list, expired, unknown card, assurance too low, list missing or
 * too old, clock untrusted. The first that applies is the one told. A listed card is refused whatever else is unknown. It is
 * the order in which {@link DenialReason} lists them, and flags stand in it too.
 *
 * <p>Leaving is never blocked: at a way out whoever the read names is let go, and the reason that would have refused an entry
 * becomes a flag. A read that names nobody is asked for again there too, since it could not be booked out; the button inside
 * and the fire release open without a card.
 */
public final class Decision {

    private final Iterable<? extends CardList> lists;
    private final Enrolments enrolments;
    private final AccessPolicy policy;
    private final GateTime time;
    private final List<AccessDecision.ListUsed> used = new ArrayList<>();
    private final List<DenialReason> refusals = new ArrayList<>();
    private final List<DenialReason> warnings = new ArrayList<>();
    private boolean clockRefuses;

    private Decision(Iterable<? extends CardList> lists, Enrolments enrolments, AccessPolicy policy, GateTime time) {
        this.lists = lists;
        this.enrolments = enrolments;
        this.policy = policy;
        this.time = time;
    }

    public static AccessDecision decide(
            CardRead read,
            Iterable<? extends CardList> lists,
            Enrolments enrolments,
            AccessPolicy policy,
            GateTime time) {
        return new Decision(lists, enrolments, policy, time).on(read);
    }

    private AccessDecision on(CardRead read) {
        for (CardList list : lists) {
            used.add(new AccessDecision.ListUsed(list.list(), list.epoch(), list.version(), age(list)));
        }
        return switch (read) {
            case CardRead.Unreadable unreadable ->
                new AccessDecision.Denied(unreadable.reason(), Optional.empty(), List.copyOf(used));
            case CardRead.ChipData chip ->
                on(new Credential(
                        Optional.of(chip.card()),
                        Optional.of(chip.uid()),
                        Assurance.CHIP_DATA,
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

    private AccessDecision on(Credential credential) {
        credential.card().ifPresent(this::checkStatus);
        checkExpiry(credential);
        if (credential.card().isEmpty()) {
            refusals.add(UNKNOWN_CARD);
        }
        if (credential.assurance().compareTo(policy.minimumAssurance()) < 0) {
            refusals.add(ASSURANCE_TOO_LOW);
        }
        checkLists();
        checkClock();

        if (policy.direction() == Direction.OUT || refusals.isEmpty()) {
            List<DenialReason> flags = new ArrayList<>(refusals);
            flags.addAll(warnings);
            return new AccessDecision.Granted(
                    credential, flags.stream().distinct().sorted().toList(), List.copyOf(used));
        }
        return new AccessDecision.Denied(refusals.getFirst(), Optional.of(credential), List.copyOf(used));
    }

    private void checkStatus(CardNumber card) {
        boolean suspended = false;
        for (CardList list : lists) {
            CardStatus status = list.statusOf(card).orElse(CardStatus.VALID);
            if (status == CardStatus.REVOKED) {
                refusals.add(CREDENTIAL_REVOKED);
                return;
            }
            suspended |= status == CardStatus.SUSPENDED;
        }
        if (suspended) {
            refusals.add(CREDENTIAL_SUSPENDED);
        }
    }

    private void checkExpiry(Credential credential) {
        boolean over = credential
                .expiresOn()
                .filter(last -> time.wall().atZone(policy.zone()).toLocalDate().isAfter(last))
                .isPresent();
        if (over && clockIsTrusted()) {
            refusals.add(CREDENTIAL_EXPIRED);
        } else if (over) {
            onUntrustedClock(CREDENTIAL_EXPIRED);
        }
    }

    private void checkLists() {
        for (String required : policy.requiredLists()) {
            if (used.stream().noneMatch(list -> list.list().equals(required))) {
                (policy.grantWithoutList() ? warnings : refusals).add(LIST_MISSING);
            }
        }
        for (AccessDecision.ListUsed list : used) {
            Duration allowed = policy.attended() ? policy.listClosedAge() : policy.listAttendedAge();
            if (list.age().compareTo(allowed) > 0) {
                if (clockIsTrusted()) {
                    refusals.add(LIST_TOO_OLD);
                } else {
                    onUntrustedClock(LIST_TOO_OLD);
                }
            } else if (list.age().compareTo(policy.listWarnAge()) > 0) {
                warnings.add(LIST_TOO_OLD);
            }
        }
    }

    /** The last of the reasons: it is told only where nothing surer refuses. */
    private void checkClock() {
        if (clockRefuses) {
            refusals.add(CLOCK_UNTRUSTED);
        } else if (!clockIsTrusted()) {
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

    private boolean clockIsTrusted() {
        return time.trust() == ClockTrust.CLOCK_TRUST_SYNCHRONISED;
    }

    private Duration age(CardList list) {
        Duration age = Duration.between(list.issuedAt(), time.wall());
        return age.isNegative() ? Duration.ZERO : age;
    }
}
