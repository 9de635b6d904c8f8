package portvakt.server.list;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.server.port.Reconciliations.Counts;
import portvakt.server.port.RegisterRecords.Known;

/**
 * What differs between the statuses that are known here and a list that was pulled. The pulled list is the truth as of its issue;
 * where ours became so later, ours stays.
 *
 * @param differences in the order of the card numbers
 * @param listed      cards of ours that are not valid
 */
public record Reconciliation(List<Difference> differences, Counts counts, int listed) {

    /** A list may shrink to this part of the one before; a shorter one is held. */
    private static final int SHRINK_DIVISOR = 2;

    public record Difference(CardNumber card, CardStatus ours, CardStatus theirs) {}

    /** What is pulled. @param issuedAt its {@code iat} */
    public record Pulled(TokenStatusList statuses, CardRange cards, Instant issuedAt) {
        /** Entries that stand for a card; a list may be padded. */
        public long entries() {
            return Math.min(statuses.size(), cards.size());
        }
    }

    public static Reconciliation of(Map<CardNumber, Known> known, Pulled pulled) {
        List<Difference> differences = new ArrayList<>();
        int[] oursNewer = {0};
        int unknownValues = 0;
        long entries = pulled.entries();
        // What they list, against ours.
        for (long index = pulled.statuses().nextNotValid(0);
                index < entries;
                index = pulled.statuses().nextNotValid(index + 1)) {
            Optional<CardStatus> theirs = status(pulled.statuses().status(index));
            if (theirs.isEmpty()) {
                unknownValues++;
                continue;
            }
            CardNumber card = pulled.cards().card(index);
            compare(card, Optional.ofNullable(known.get(card)), theirs.get(), pulled.issuedAt(), oursNewer)
                    .ifPresent(differences::add);
        }
        // What we list and they do not.
        int outside = 0;
        int listed = 0;
        for (Map.Entry<CardNumber, Known> ours : known.entrySet()) {
            if (ours.getValue().status() == CardStatus.VALID) {
                continue;
            }
            listed++;
            OptionalLong index = pulled.cards().index(ours.getKey());
            if (index.isEmpty() || index.getAsLong() >= entries) {
                outside++;
            } else if (pulled.statuses().status(index.getAsLong()) == TokenStatusList.VALID) {
                compare(ours.getKey(), Optional.of(ours.getValue()), CardStatus.VALID, pulled.issuedAt(), oursNewer)
                        .ifPresent(differences::add);
            }
        }
        differences.sort(Comparator.comparing(Difference::card));
        return new Reconciliation(
                List.copyOf(differences),
                new Counts(
                        entries,
                        count(differences, CardStatus.VALID),
                        count(differences, CardStatus.REVOKED),
                        count(differences, CardStatus.SUSPENDED),
                        oursNewer[0],
                        unknownValues,
                        outside),
                listed);
    }

    private static Optional<Difference> compare(
            CardNumber card, Optional<Known> ours, CardStatus theirs, Instant issuedAt, int[] oursNewer) {
        CardStatus status = ours.map(Known::status).orElse(CardStatus.VALID);
        if (status == theirs) {
            return Optional.empty();
        }
        if (StatusOrder.judge(ours, theirs, issuedAt) == portvakt.server.port.CardRegister.Outcome.UNCHANGED) {
            oursNewer[0]++;
            return Optional.empty();
        }
        return Optional.of(new Difference(card, status, theirs));
    }

    /**
     * @param entriesBefore how many entries the list before had
     * @return why a person has to look before this is applied; empty if it may be
     */
    public Optional<String> hold(ReleaseGuard guard, Optional<Long> entriesBefore) {
        if (counts.entries() == 0 || entriesBefore.filter(this::isFarShorter).isPresent()) {
            return Optional.of("the list has " + counts.entries() + " entries; the one before had "
                    + entriesBefore.map(String::valueOf).orElse("none"));
        }
        if (guard.holds(counts.toValid(), listed)) {
            return Optional.of(counts.toValid() + " of " + listed + " listed cards would become valid at once; "
                    + guard.percentMax() + " % may");
        }
        return Optional.empty();
    }

    private boolean isFarShorter(long before) {
        return counts.entries() < before / SHRINK_DIVISOR;
    }

    private static int count(List<Difference> differences, CardStatus theirs) {
        return (int)
                differences.stream().filter(each -> each.theirs() == theirs).count();
    }

    /** Empty for a status type that this program gives no meaning to. */
    private static Optional<CardStatus> status(int value) {
        return switch (value) {
            case TokenStatusList.VALID -> Optional.of(CardStatus.VALID);
            case TokenStatusList.INVALID -> Optional.of(CardStatus.REVOKED);
            case TokenStatusList.SUSPENDED -> Optional.of(CardStatus.SUSPENDED);
            default -> Optional.empty();
        };
    }
}
