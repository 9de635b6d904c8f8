package portvakt.server.adapter.register;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.server.adapter.register.StatusListTokens.Believed;
import portvakt.server.list.CardRange;
import portvakt.server.list.Reconciliation;
import portvakt.server.list.ReleaseGuard;
import portvakt.server.port.CardRegister;
import portvakt.server.port.Reconciliations;
import portvakt.server.port.Reconciliations.Counts;
import portvakt.server.port.Reconciliations.Reconciled;
import portvakt.server.port.Reconciliations.State;
import portvakt.server.port.RegisterRecords;
import portvakt.server.port.RegisterRecords.Action;
import portvakt.server.port.RegisterRecords.Note;
import portvakt.server.port.StatusChange;

/**
 * Brings what is known of cards to what a pulled list says, or holds it for a person to look at. Safe for any thread; one
 * reconciliation at a time. Each step can be done again: one that was cut off in the middle is completed by the next pull.
 */
public final class Reconciler {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

    /**
     * @param list   ours, that the pulled one is about
     * @param source the pulled list's address
     */
    public record Settings(String list, String source, CardRange cards, ReleaseGuard guard) {}

    private final Settings settings;
    private final StatusListTokens tokens;
    private final RegisterRecords records;
    private final CardRegister register;
    private final Reconciliations reconciliations;
    private final InstantSource clock;

    public Reconciler(
            Settings settings,
            StatusListTokens tokens,
            RegisterRecords records,
            CardRegister register,
            Reconciliations reconciliations,
            InstantSource clock) {
        this.settings = settings;
        this.tokens = tokens;
        this.records = records;
        this.register = register;
        this.reconciliations = reconciliations;
        this.clock = clock;
    }

    /**
     * Takes a list that is believed. The same list again changes nothing.
     *
     * @return what came of it
     * @throws StatusListTokens.Refused if a newer one was taken before
     */
    public synchronized Reconciled take(Believed believed, String token) throws StatusListTokens.Refused {
        Optional<Reconciled> before = reconciliations.newest(
                settings.list(), settings.source(), EnumSet.of(State.APPLIED, State.HELD, State.CONFIRMED));
        Optional<Instant> issuedBefore = before.flatMap(Reconciled::issuedAt);
        if (issuedBefore.isPresent() && believed.issuedAt().isBefore(issuedBefore.get())) {
            throw new StatusListTokens.Refused("the list was issued at " + believed.issuedAt()
                    + ", before the one that was taken last (" + issuedBefore.get() + ")");
        }
        if (issuedBefore.filter(believed.issuedAt()::equals).isPresent()) {
            return before.get();
        }
        Reconciliation found = reconcile(believed);
        Optional<String> cause = found.hold(
                settings.guard(),
                reconciliations
                        .newest(settings.list(), settings.source(), EnumSet.of(State.APPLIED, State.CONFIRMED))
                        .map(applied -> applied.counts().entries()));
        if (cause.isPresent()) {
            return hold(believed, found, cause.get(), token);
        }
        apply(found, believed, Optional.empty());
        Reconciled entry = entry(Optional.of(believed.issuedAt()), State.APPLIED, found.counts(), Optional.empty());
        long id = reconciliations.add(entry, Optional.empty());
        note(Action.RECONCILIATION, Optional.empty(), State.APPLIED.name(), describe(id, found.counts()));
        LOG.info("{}: {}", settings.source(), describe(id, found.counts()));
        return reconciliations.find(id).orElseThrow();
    }

    private Reconciled hold(Believed believed, Reconciliation found, String cause, String token) {
        long id = reconciliations.add(
                entry(Optional.of(believed.issuedAt()), State.HELD, found.counts(), Optional.of(cause)),
                Optional.of(token.getBytes(StandardCharsets.US_ASCII)));
        note(Action.RECONCILIATION, Optional.empty(), State.HELD.name(), describe(id, found.counts()) + ": " + cause);
        LOG.error(
                "ALARM: the status list at {} is held and nothing of it applied: {}. Ask the register; then confirm"
                        + " reconciliation {}, or let the register issue a right list",
                settings.source(),
                cause,
                id);
        return reconciliations.find(id).orElseThrow();
    }

    /** Notes that the list could not be had or was not believed. */
    public synchronized void refused(String cause) {
        String kept = cause.length() > RegisterRecords.DETAIL_CHARS_MAX
                ? cause.substring(0, RegisterRecords.DETAIL_CHARS_MAX)
                : cause;
        reconciliations.add(entry(Optional.empty(), State.REFUSED, Counts.NONE, Optional.of(kept)), Optional.empty());
        note(Action.PULL, Optional.empty(), State.REFUSED.name(), cause);
    }

    /**
     * A person has looked and lets a held list through. It is compared again with what is known now.
     *
     * @return empty if there is no such one, or it is not held any more
     * @throws StatusListTokens.Refused if what was kept of it is damaged
     */
    public synchronized Optional<Reconciled> confirm(long id, String by) throws StatusListTokens.Refused {
        Optional<byte[]> token = reconciliations.heldToken(id);
        if (token.isEmpty()) {
            return Optional.empty();
        }
        Believed believed = tokens.readAgain(new String(token.get(), StandardCharsets.US_ASCII));
        Reconciliation found = reconcile(believed);
        apply(found, believed, Optional.of(by));
        note(Action.CONFIRMATION, Optional.of(by), State.CONFIRMED.name(), describe(id, found.counts()));
        reconciliations.confirm(id, found.counts(), by, now());
        return reconciliations.find(id);
    }

    private Reconciliation reconcile(Believed believed) {
        return Reconciliation.of(
                records.known(settings.list()),
                new Reconciliation.Pulled(believed.statuses(), settings.cards(), believed.issuedAt()));
    }

    private void apply(Reconciliation found, Believed believed, Optional<String> by) {
        List<StatusChange> changes = found.differences().stream()
                .map(each -> new StatusChange(
                        settings.list(),
                        each.card(),
                        each.theirs(),
                        believed.issuedAt(),
                        settings.source(),
                        "iat " + believed.issuedAt(),
                        Optional.empty(),
                        by,
                        Optional.empty()))
                .toList();
        register.applyAll(changes);
    }

    private Reconciled entry(Optional<Instant> issuedAt, State state, Counts counts, Optional<String> cause) {
        return new Reconciled(
                0,
                now(),
                settings.list(),
                settings.source(),
                issuedAt,
                state,
                counts,
                cause,
                Optional.empty(),
                Optional.empty());
    }

    private void note(Action action, Optional<String> account, String outcome, String reason) {
        records.note(new Note(
                action,
                Optional.of(settings.list()),
                Optional.of(settings.source()),
                account,
                Optional.empty(),
                outcome,
                reason));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static String describe(long id, Counts counts) {
        return "reconciliation " + id + ": " + counts.toRevoked() + " revoked, " + counts.toSuspended() + " suspended, "
                + counts.toValid() + " valid again, " + counts.oursNewer() + " ours newer, " + counts.unknownValues()
                + " of unknown status, " + counts.outside() + " outside the list";
    }
}
