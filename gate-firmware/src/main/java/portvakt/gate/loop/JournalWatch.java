package portvakt.gate.loop;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import portvakt.gate.access.GateTime;
import portvakt.gate.journal.FillRate;
import portvakt.gate.port.EventJournal;
import portvakt.gate.port.Uplink;

/** Looks how long the journal's room will last and what of it is damaged, and says so in good time. Belongs to the loop's thread. */
final class JournalWatch {

    static final int DAYS_MIN = 3;
    static final Duration INTERVAL = Duration.ofMinutes(10);

    private final EventJournal journal;
    private final Notices notices;
    private final FillRate rate = new FillRate();
    private OptionalLong lookedAtNs = OptionalLong.empty();
    private OptionalLong daysLeft = OptionalLong.empty();
    private boolean told;

    JournalWatch(EventJournal journal, Notices notices) {
        this.journal = journal;
        this.notices = notices;
    }

    /** @return whether the days that are left have changed, so that the server should be told */
    boolean tick(GateTime now) {
        journal.takeDamage().ifPresent(what -> notices.alarm("JOURNAL_UNREADABLE", what));
        long nowNs = now.uptimeNs();
        if (lookedAtNs.isPresent() && nowNs - lookedAtNs.getAsLong() < INTERVAL.toNanos()) {
            return false;
        }
        lookedAtNs = OptionalLong.of(nowNs);
        EventJournal.Room room = journal.room();
        Uplink.JournalOutlook outlook =
                new Uplink.JournalOutlook(room.freeBytes(), rate.perDay(nowNs, room.writtenBytes()));
        notices.journal(outlook);
        OptionalLong days = outlook.daysLeft();
        boolean filling = room.isScarce() || days.isPresent() && days.getAsLong() < DAYS_MIN;
        if (filling && !told) {
            notices.alarm("JOURNAL_FILLING", detail(room, days));
        }
        told = filling;
        boolean news = !days.equals(daysLeft);
        daysLeft = days;
        return news;
    }

    private static String detail(EventJournal.Room room, OptionalLong days) {
        return Optional.of(days)
                        .filter(OptionalLong::isPresent)
                        .map(known -> "the journal holds " + known.getAsLong() + " more days at today's rate; ")
                        .orElse("")
                + room.freeBytes() / 1024 + " of " + room.totalBytes() / 1024
                + " KiB are free: connect the gate, or give the journal more room";
    }
}
