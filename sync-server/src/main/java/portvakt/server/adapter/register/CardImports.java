package portvakt.server.adapter.register;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import portvakt.server.list.ImportPlan;
import portvakt.server.list.ImportPlan.Report;
import portvakt.server.list.ReleaseGuard;
import portvakt.server.port.CardRegister;
import portvakt.server.port.RegisterRecords;
import portvakt.server.port.RegisterRecords.Action;
import portvakt.server.port.RegisterRecords.Note;
import portvakt.server.port.StatusChange;

/** Takes files of card statuses, all or nothing. Safe for any thread; the same file again changes nothing. */
public final class CardImports {

    private static final String SOURCE = "csv-import";

    /**
     * @param whole    the file is the whole list: listed cards that are not in it become valid
     * @param dryRun   tells what would change, and changes nothing
     * @param released how many cards somebody has confirmed may become valid at once
     * @param account  who sends it
     */
    public record Request(String list, boolean whole, boolean dryRun, Optional<Integer> released, String account) {}

    /** What a file came to. */
    public sealed interface Result {
        Report report();

        /** What would change. @param held applying it would need a confirmation */
        record Planned(Report report, boolean held) implements Result {}

        record Applied(Report report) implements Result {}

        /** Nothing was changed: some rows cannot be taken. */
        record Invalid(Report report) implements Result {}

        /** Nothing was changed: more cards would become valid at once than may without a confirmation. */
        record Held(Report report) implements Result {}
    }

    /** A file that is no such file at all; the message says what would be right. */
    public static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message, null, false, false);
        }
    }

    private final RegisterRecords records;
    private final CardRegister register;
    private final Pattern acceptedCardNumbers;
    private final ReleaseGuard guard;
    private final InstantSource clock;

    public CardImports(
            RegisterRecords records,
            CardRegister register,
            Pattern acceptedCardNumbers,
            ReleaseGuard guard,
            InstantSource clock) {
        this.records = records;
        this.register = register;
        this.acceptedCardNumbers = acceptedCardNumbers;
        this.guard = guard;
        this.clock = clock;
    }

    /**
     * Reads the file once, as it comes.
     *
     * @throws Unreadable if it is no CSV file with the right columns
     * @throws UncheckedIOException if it does not come whole
     */
    public Result take(Request request, InputStream file) throws Unreadable {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        ImportPlan plan = new ImportPlan(records.known(request.list()), now);
        MessageDigest digest = sha256();
        try {
            new CardsCsv(acceptedCardNumbers, now.plus(SecurityEventTokens.LEEWAY))
                    .read(new DigestInputStream(file, digest), plan);
        } catch (CardsCsv.Unreadable e) {
            throw new Unreadable(e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("the file did not come whole", e);
        }
        plan.finish(request.whole());
        Report report = plan.report();
        boolean held = guard.holds(report.removed(), report.listed())
                && !request.released().equals(Optional.of(report.removed()));
        String fileId = HexFormat.of().formatHex(digest.digest());
        Result result = result(request, plan, report, held, fileId);
        if (!request.dryRun()) {
            note(request, result, fileId);
        }
        return result;
    }

    private Result result(Request request, ImportPlan plan, Report report, boolean held, String fileId) {
        if (request.dryRun()) {
            return new Result.Planned(report, held);
        }
        if (report.invalid() > 0) {
            return new Result.Invalid(report);
        }
        if (held) {
            return new Result.Held(report);
        }
        List<StatusChange> changes = Stream.concat(plan.differences().stream(), plan.confirmations().stream())
                .map(each -> new StatusChange(
                        request.list(),
                        each.card(),
                        each.after(),
                        each.eventTime(),
                        SOURCE,
                        fileId,
                        Optional.empty(),
                        Optional.of(request.account()),
                        each.reason()))
                .toList();
        register.applyAll(changes);
        return new Result.Applied(report);
    }

    private void note(Request request, Result result, String fileId) {
        Report report = result.report();
        records.note(new Note(
                Action.IMPORT,
                Optional.of(request.list()),
                Optional.of(SOURCE),
                Optional.of(request.account()),
                Optional.of(fileId),
                result.getClass().getSimpleName().toUpperCase(java.util.Locale.ROOT),
                report.rows() + " rows: " + report.added() + " added, " + report.removed() + " removed, "
                        + report.changed() + " changed, " + report.unchanged() + " unchanged, " + report.invalid()
                        + " invalid" + (request.whole() ? "; as the whole list" : "")));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
