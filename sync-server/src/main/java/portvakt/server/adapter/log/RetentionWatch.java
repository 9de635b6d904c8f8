package portvakt.server.adapter.log;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.CardNumber;
import portvakt.server.port.AccessAudit;
import portvakt.server.port.AccessAudit.Kind;
import portvakt.server.port.AccessAudit.Read;
import portvakt.server.port.Erasure;
import portvakt.server.port.Restrictions;
import portvakt.server.port.Retention;
import portvakt.server.port.SiteList;
import portvakt.server.port.SiteList.Facts;
import portvakt.server.port.StorageException;

/**
 * Removes personal data whose time is over, once a day and at the start, and writes to the audit how much it was. What day it is comes
 * from the clock that it was given; only the pause between two looks is real time. Each step may be cut off anywhere and is done again;
 * a step that fails is tried again at the next look, and keeps no other from being done.
 */
public final class RetentionWatch implements AutoCloseable {

    /** Who the audit says has done it. */
    public static final String ACCOUNT = "retention";

    private static final Logger LOG = LoggerFactory.getLogger(RetentionWatch.class);
    private static final int PAUSE_MINUTES = 10;
    private static final String REASON = "kept no longer";

    /** How long one site's data is kept. @param zone where its days begin */
    public record Site(String name, ZoneId zone, Period passages, Period siteList, Period passNotes) {}

    private final List<Site> sites;
    private final Period auditKept;
    private final ZoneId zone;
    private final Erasure erasure;
    private final Retention retention;
    private final Restrictions restrictions;
    private final SiteList siteList;
    private final AccessAudit audit;
    private final InstantSource clock;
    private Optional<LocalDate> done = Optional.empty();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("retention-watch").daemon().factory());

    /** @param zone of the server's own day */
    public RetentionWatch(
            List<Site> sites,
            Period auditKept,
            ZoneId zone,
            Erasure erasure,
            Retention retention,
            Restrictions restrictions,
            SiteList siteList,
            AccessAudit audit,
            InstantSource clock) {
        this.sites = List.copyOf(sites);
        this.auditKept = auditKept;
        this.zone = zone;
        this.erasure = erasure;
        this.retention = retention;
        this.restrictions = restrictions;
        this.siteList = siteList;
        this.audit = audit;
        this.clock = clock;
    }

    /** Call once. */
    public void start() {
        thread.scheduleWithFixedDelay(this::look, 0, PAUSE_MINUTES, TimeUnit.MINUTES);
    }

    /** Removes what is due, if that was not done today. */
    void look() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), zone);
        if (done.filter(today::equals).isEmpty() && removeAll()) {
            done = Optional.of(today);
        }
    }

    private boolean removeAll() {
        boolean all = true;
        for (Site site : sites) {
            all &= step(site.name(), "passages", () -> passages(site));
            all &= step(site.name(), "quarantine", () -> quarantine(site));
            all &= step(site.name(), "pass notes", () -> passNotes(site));
            all &= step(site.name(), "site list", () -> siteList(site));
            all &= step(site.name(), "privacy cases", () -> cases(site));
        }
        return step("audit", "audit", this::audit) && all;
    }

    private static boolean step(String where, String what, Runnable step) {
        try {
            step.run();
            return true;
        } catch (StorageException e) {
            LOG.warn("{}: {} too old stay until the database is back: {}", where, what, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("{}: {} too old were not removed; trying again", where, what, e);
        }
        return false;
    }

    private Instant before(Site site, Period kept) {
        return LocalDate.ofInstant(clock.instant(), site.zone)
                .minus(kept)
                .atStartOfDay(site.zone)
                .toInstant();
    }

    private Set<CardNumber> frozen(Site site) {
        return restrictions.frozen(site.name).keySet();
    }

    private void passages(Site site) {
        Instant before = before(site, site.passages);
        Set<CardNumber> frozen = frozen(site);
        if (!retention.hasPassages(site.name, before, frozen)) {
            return;
        }
        Erasure.Outcome outcome = erasure.erase(
                new Erasure.Scope(site.name, Optional.empty(), Optional.of(before), frozen),
                ACCOUNT,
                REASON + skipped(frozen),
                clock.instant());
        if (outcome instanceof Erasure.Outcome.Erased(int rows, boolean _, int quarantined)) {
            note(Optional.of(site.name), "passages", before, rows + quarantined, frozen);
        }
    }

    private void quarantine(Site site) {
        Instant before = before(site, site.passages);
        noteIfAny(site, "quarantine", before, retention.quarantine(site.name, before), Set.of());
    }

    private void passNotes(Site site) {
        Instant before = before(site, site.passNotes);
        Set<CardNumber> frozen = frozen(site);
        noteIfAny(site, "pass-notes", before, retention.passNotes(site.name, before, frozen), frozen);
    }

    private void siteList(Site site) {
        Optional<LocalDate> over =
                siteList.facts(site.name).flatMap(Facts::endedOn).map(ended -> ended.plus(site.siteList));
        LocalDate today = LocalDate.ofInstant(clock.instant(), site.zone);
        if (over.filter(day -> day.isBefore(today)).isEmpty()) {
            return;
        }
        Set<CardNumber> frozen = frozen(site);
        noteIfAny(
                site,
                "site-list",
                over.get().atStartOfDay(site.zone).toInstant(),
                retention.siteList(site.name, frozen),
                frozen);
    }

    private void cases(Site site) {
        Instant before = before(site, auditKept);
        Set<CardNumber> frozen = frozen(site);
        noteIfAny(site, "privacy-cases", before, retention.cases(site.name, before, frozen), frozen);
    }

    private void audit() {
        Instant before = LocalDate.ofInstant(clock.instant(), zone)
                .minus(auditKept)
                .atStartOfDay(zone)
                .toInstant();
        int rows = audit.forget(before);
        if (rows > 0) {
            note(Optional.empty(), "audit", before, rows, Set.of());
        }
    }

    private void noteIfAny(Site site, String what, Instant before, int rows, Set<CardNumber> frozen) {
        if (rows > 0) {
            note(Optional.of(site.name), what, before, rows, frozen);
        }
    }

    private void note(Optional<String> site, String what, Instant before, int rows, Set<CardNumber> frozen) {
        audit.note(
                new Read(
                        Kind.RETENTION,
                        ACCOUNT,
                        "retention/" + what,
                        site,
                        "before=" + before + skipped(frozen),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        rows),
                clock.instant());
        LOG.info("{}: {} of {} before {} removed", site.orElse("all sites"), rows, what, before);
    }

    private static String skipped(Set<CardNumber> frozen) {
        return frozen.isEmpty() ? "" : ", frozen=" + frozen.size();
    }

    /** Waits for the step that is under way. Does not interrupt: Java closes a file under a thread that is interrupted at it. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("the retention watch is still removing");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
