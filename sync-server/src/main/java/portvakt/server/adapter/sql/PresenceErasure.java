package portvakt.server.adapter.sql;

import java.time.Instant;
import java.util.SortedSet;
import org.jdbi.v3.core.Handle;
import portvakt.server.port.Erasure.Scope;

/** Takes persons out of who was last where, and out of what was stated and worked out about them. */
final class PresenceErasure {

    private static final Instant ALWAYS = Instant.parse("9999-12-31T23:59:59Z");

    /** Who is on site stays on the list, however long ago they came, with what put them there. */
    private static final String NOT_ON_SITE =
            " AND holder NOT IN (SELECT holder FROM presence WHERE site = ? AND on_site = TRUE)";

    /** Who has to be looked for now is not forgotten: a muster that is under way keeps its list. */
    private static final String FORGET_MUSTERED =
            "UPDATE muster_person SET holder = NULL, card_number = NULL, holder_name = NULL, employer_name = NULL, since = NULL"
                    + " WHERE muster_id IN (SELECT id FROM muster WHERE site = ? AND started_at < ? AND ended_at IS NOT NULL)";

    private PresenceErasure() {}

    /** @param holders empty: everybody who is not on site @return how many were taken out of who was last where */
    static int erase(Handle handle, Scope scope, SortedSet<String> holders, Excepted except) {
        Instant before = scope.before().orElse(ALWAYS);
        String site = scope.site();
        if (holders.isEmpty()) {
            String others = except.notOfHolder();
            handle.execute(
                    "UPDATE presence_correction SET holder = NULL, reason = NULL WHERE site = ?"
                            + " AND COALESCE(at, recorded_at) < ?" + NOT_ON_SITE + others,
                    site,
                    before,
                    site);
            handle.execute(
                    "UPDATE automatic_check_out SET holder = NULL WHERE site = ? AND at < ?" + NOT_ON_SITE + others,
                    site,
                    before,
                    site);
            handle.execute("DELETE FROM double_entry WHERE site = ? AND second_at < ?" + others, site, before);
            handle.execute(FORGET_MUSTERED + others, site, before);
            return handle.execute(
                    "DELETE FROM presence WHERE site = ? AND COALESCE(occurred_at, corrected_at) < ?"
                            + " AND (corrected_at IS NULL OR corrected_at < ?) AND on_site = FALSE" + others,
                    site,
                    before,
                    before);
        }
        int gone = 0;
        for (String holder : holders) {
            handle.execute(
                    "UPDATE presence_correction SET holder = NULL, reason = NULL WHERE site = ? AND holder = ?"
                            + " AND COALESCE(at, recorded_at) < ?",
                    site,
                    holder,
                    before);
            handle.execute(
                    "UPDATE automatic_check_out SET holder = NULL WHERE site = ? AND holder = ? AND at < ?",
                    site,
                    holder,
                    before);
            handle.execute(
                    "DELETE FROM double_entry WHERE site = ? AND holder = ? AND second_at < ?", site, holder, before);
            handle.execute(FORGET_MUSTERED + " AND holder = ?", site, before, holder);
            gone += handle.execute(
                    "DELETE FROM presence WHERE site = ? AND holder = ? AND COALESCE(occurred_at, corrected_at) < ?"
                            + " AND (corrected_at IS NULL OR corrected_at < ?)",
                    site,
                    holder,
                    before,
                    before);
        }
        return gone;
    }
}
