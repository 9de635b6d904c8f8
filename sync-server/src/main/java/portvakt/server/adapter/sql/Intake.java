package portvakt.server.adapter.sql;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.server.evidence.GateCertificates;
import portvakt.server.evidence.SealCheck;
import portvakt.server.log.ChainAudit;
import portvakt.server.log.EventReading;
import portvakt.server.log.GateRuns;
import portvakt.server.log.LifeSign;
import portvakt.server.log.Passage;
import portvakt.server.log.ReadEvent;
import portvakt.server.port.CardChips;
import portvakt.server.port.EventIngest.Ingested;
import portvakt.server.port.EventIngest.Tally;
import portvakt.server.port.LogEntry;

/** One batch of one gate, inside its transaction. */
final class Intake {

    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    private final Handle handle;
    private final GateAddress gate;
    private final Instant receivedAt;
    private final Optional<Duration> doubleEntryWithin;
    private final GateTable.Progress progress;
    private final Direction installed;
    private final List<ReadEvent> fresh = new ArrayList<>();
    private final List<LogEntry> entries = new ArrayList<>();
    private final Map<Long, Optional<EventFacts>> facts = new HashMap<>(); // looked up, never walked
    private final GateRuns runs = new GateRuns();
    private Optional<GateCertificates> certificates = Optional.empty();
    private long nextId;
    private int repeated;
    private int quarantined;
    private int forked;

    /** @param doubleEntryWithin see {@link PresenceUpdate} */
    Intake(Handle handle, GateAddress gate, Instant receivedAt, Optional<Duration> doubleEntryWithin) {
        this.doubleEntryWithin = doubleEntryWithin;
        this.handle = handle;
        this.gate = gate;
        this.receivedAt = receivedAt;
        // The cursor first: whoever has it is alone with the log until the commit.
        nextId = 1
                + handle.select("SELECT last_id FROM log_cursor WHERE name = 'log' FOR UPDATE")
                        .mapTo(Long.class)
                        .one();
        progress = GateTable.progress(handle, gate).orElseGet(() -> {
            GateTable.ensure(handle, gate, Direction.IN);
            return GateTable.progress(handle, gate).orElseThrow();
        });
        installed = progress.direction();
    }

    /** Call once. */
    Ingested take(List<ReadEvent> events) {
        ChainAudit audit = new ChainAudit(
                EventTable.links(
                        handle,
                        gate,
                        ChainAudit.sequencesOf(
                                events.stream().map(ReadEvent::event).toList())),
                progress.committed());
        events.forEach(event -> judge(audit, event));
        EventTable.insert(handle, gate, fresh, receivedAt);
        RunTable.save(handle, gate, runs.all()).forEach(this::interleaved);
        GateTable.Progress now = EventTable.advance(handle, gate, EventTable.over(fresh, progress));
        GateTable.update(handle, gate, now, LifeSign.of(events, receivedAt));
        Optional<Long> above = EventTable.firstAbove(handle, gate, now.committed());
        EpisodeTable.gap(handle, gate, now.committed() + 1, above.map(next -> next - 1), receivedAt)
                .ifPresent(this::say);
        chips();
        LogEntryTable.insert(handle, entries);
        presence();
        handle.execute("UPDATE log_cursor SET last_id = ? WHERE name = 'log'", nextId - 1);
        Tally tally = new Tally(fresh.size(), repeated, quarantined, forked);
        return above.isPresent()
                ? new Ingested.Gapped(now.committed(), now.committed() + 1, tally)
                : new Ingested.Contiguous(now.committed(), tally);
    }

    private void presence() {
        List<Passage> passages =
                entries.stream().map(Passage::of).flatMap(Optional::stream).toList();
        PresenceUpdate update = new PresenceUpdate(handle, gate.site(), doubleEntryWithin, receivedAt);
        if (!passages.isEmpty()) {
            update.passages(passages);
        }
        if (doubleEntryWithin.isPresent()) {
            update.freed(entries.stream()
                    .filter(entry -> entry.kind().equals(PresenceUpdate.FIRE))
                    .map(LogEntry::occurredAt)
                    .toList());
        }
    }

    /** A card has one chip: a second one is said once, when it first shows the card's number here. */
    private void chips() {
        List<CardChips.Seen> seen = entries.stream()
                .map(CardChipTable::seen)
                .flatMap(Optional::stream)
                .toList();
        for (CardChipTable.Second second : CardChipTable.take(handle, gate.site(), seen)) {
            String detail = CardChips.SECOND_CHIP + ": card "
                    + second.now().card() + ": chip " + second.now().uid() + " at " + gate.gate() + ", "
                    + second.now().firstAt() + "; before that chip "
                    + second.before().uid() + " at " + second.before().gate() + ", since "
                    + second.before().firstAt();
            LOG.warn("{}/{}: {}", gate.site(), gate.gate(), detail);
            entries.add(LogRows.withCard(
                    LogRows.alarm(nextId, gate, installed, -nextId, receivedAt, detail),
                    second.now().card()));
            nextId++;
        }
    }

    /** The rows that the batch became, in the order of their ids. */
    List<LogEntry> entries() {
        return entries;
    }

    private void judge(ChainAudit audit, ReadEvent read) {
        ChainedEvent event = read.event();
        ByteString hash = read.hash();
        ChainAudit.Judgement judgement = audit.judge(event, hash);
        switch (judgement.finding()) {
            case FITS -> store(audit, read);
            case BROKEN -> {
                store(audit, read);
                alarm(event, QuarantineTable.Cause.CHAIN_BROKEN, judgement.detail() + owner(event, hash));
            }
            case REPEATED -> repeated++;
            case FORKED -> {
                forked++;
                alarm(event, QuarantineTable.Cause.FORK, judgement.detail() + owner(event, hash));
            }
            case UNNUMBERED -> illegible(event, judgement.detail());
        }
    }

    private String owner(ChainedEvent event, ByteString hash) {
        return EventTable.otherOwner(handle, gate, event.getSequence(), hash)
                .map(other -> "; it is event " + event.getSequence() + " of " + other.site() + "/" + other.gate())
                .orElse("");
    }

    private void store(ChainAudit audit, ReadEvent read) {
        fresh.add(read);
        facts.put(read.sequence(), read.facts());
        switch (read.reading(installed)) {
            case EventReading.Legible(LogEntry entry) -> {
                EventFacts own = read.facts().orElseThrow();
                entries.add(LogRows.withId(seal(read.event(), own, entry), nextId++));
                clock(audit, read.sequence(), own);
            }
            case EventReading.Illegible(String cause) -> illegible(read.event(), cause);
        }
    }

    /** A seal's row says what the seal is worth; one that is wrong is an alarm besides. */
    private LogEntry seal(ChainedEvent event, EventFacts facts, LogEntry row) {
        if (!facts.hasJournalSealed()) {
            return row;
        }
        if (certificates.isEmpty()) {
            certificates = Optional.of(CertificateTable.find(handle, gate));
        }
        return switch (SealCheck.of(gate, event, facts, certificates.get())) {
            case SealCheck.Verdict.Proves _ -> LogRows.withDetail(row, "proved by the gate's certificate");
            case SealCheck.Verdict.Unchecked _ ->
                LogRows.withDetail(row, "not checked: this server has no certificate of the gate");
            case SealCheck.Verdict.Wrong(String cause) -> {
                alarm(event, QuarantineTable.Cause.SEAL_WRONG, cause);
                yield LogRows.withDetail(row, "does not prove");
            }
        };
    }

    private void clock(ChainAudit audit, long sequence, EventFacts facts) {
        if (runs.take(sequence, facts)) {
            String boot = GateRuns.bootOf(facts).orElseThrow();
            RunTable.find(handle, gate, boot).ifPresent(stored -> runs.add(boot, stored));
        }
        factsAt(audit, sequence - 1)
                .flatMap(before -> runs.jump(before, sequence, facts))
                .ifPresent(detail -> jumped(sequence, detail));
        factsAt(audit, sequence + 1)
                .flatMap(after -> runs.jump(facts, sequence + 1, after))
                .ifPresent(detail -> jumped(sequence + 1, detail));
    }

    private Optional<EventFacts> factsAt(ChainAudit audit, long sequence) {
        return facts.computeIfAbsent(
                sequence, _ -> audit.at(sequence).map(ChainAudit.Link::facts).flatMap(GateRuns::facts));
    }

    /** Only new events are looked at, so each jump is said once. */
    private void jumped(long sequence, String detail) {
        row(sequence, "CLOCK_JUMPED: " + detail);
    }

    private void interleaved(RunTable.Overlap overlap) {
        String detail = "events " + overlap.first() + " to " + overlap.last()
                + " belong to two runs of the gate's program at once (" + overlap.boot() + " and " + overlap.other()
                + "): was its SD card cloned?";
        byte[] pair = (overlap.boot() + " " + overlap.other()).getBytes(StandardCharsets.US_ASCII);
        keep(overlap.first(), QuarantineTable.Cause.RUNS_INTERLEAVE, detail, pair);
    }

    private void illegible(ChainedEvent event, String cause) {
        quarantined++;
        alarm(event, QuarantineTable.Cause.ILLEGIBLE, cause);
    }

    private void alarm(ChainedEvent event, QuarantineTable.Cause cause, String detail) {
        keep(event.getSequence(), cause, detail, event.toByteArray());
    }

    /** Keeps the bytes, and shows a row in the log the first time. */
    private void keep(long sequence, QuarantineTable.Cause cause, String detail, byte[] content) {
        if (QuarantineTable.insert(handle, gate, sequence, cause, detail, content, receivedAt)) {
            row(sequence, cause.name() + ": " + detail);
        }
    }

    /** About no event in particular. */
    private void say(String detail) {
        row(-nextId, detail);
    }

    private void row(long sequence, String detail) {
        LOG.warn("{}/{} event {}: {}", gate.site(), gate.gate(), sequence, detail);
        entries.add(LogRows.alarm(nextId++, gate, installed, sequence, receivedAt, detail));
    }
}
