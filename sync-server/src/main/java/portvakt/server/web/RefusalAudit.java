package portvakt.server.web;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.server.port.RegisterRecords;
import portvakt.server.port.RegisterRecords.Action;
import portvakt.server.port.RegisterRecords.Note;
import portvakt.server.port.StorageException;

/**
 * Notes in the audit what was refused. Anybody can send what is refused, so it is bounded: beyond {@link #PER_WINDOW_MAX} a minute
 * the rest is counted and told with the first one after. Safe for any thread.
 */
final class RefusalAudit {

    static final int PER_WINDOW_MAX = 60;
    static final Duration WINDOW = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(RefusalAudit.class);

    private final RegisterRecords records;
    private final InstantSource clock;
    private Instant windowSince = Instant.EPOCH;
    private int noted;
    private int passedOver;

    RefusalAudit(RegisterRecords records, InstantSource clock) {
        this.records = records;
        this.clock = clock;
    }

    /** @param outcome a code @param account who was logged in @param reason what the refused one was told */
    void refused(Optional<String> list, String source, Optional<String> account, String outcome, String reason) {
        Optional<Integer> untold = admit();
        if (untold.isEmpty()) {
            return;
        }
        String text = untold.get() == 0 ? reason : reason + " (and " + untold.get() + " more before it)";
        try {
            records.note(new Note(Action.REFUSAL, list, Optional.of(source), account, Optional.empty(), outcome, text));
        } catch (StorageException e) {
            // It is refused all the same.
            LOG.error("A refusal could not be noted in the audit", e);
        }
    }

    /** @return how many were passed over since the last one that was told; empty: this one is passed over too */
    private synchronized Optional<Integer> admit() {
        Instant now = clock.instant();
        if (windowSince.plus(WINDOW).isBefore(now)) {
            windowSince = now;
            noted = 0;
        }
        if (noted >= PER_WINDOW_MAX) {
            passedOver++;
            return Optional.empty();
        }
        noted++;
        int untold = passedOver;
        passedOver = 0;
        return Optional.of(untold);
    }
}
