package portvakt.server.port;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import portvakt.protocol.CardNumber;

/** All that is held about one person on one site. Safe for any thread; one transaction, throws {@link StorageException}. */
public interface PersonalData {

    /** Where something is held. */
    enum Part {
        /** The entry log, by card and by the chips that are bound to it. */
        LOG,
        /** Whether they are on site, by what was last known. */
        PRESENCE,
        /** What was stated about their presence, and why. */
        STATEMENTS,
        /** When a rule took them for gone. */
        CHECK_OUTS,
        DOUBLE_ENTRIES,
        MUSTERS,
        /** The list of byggherreforskriften § 15, every version. */
        SITE_LIST,
        PASSES,
        ENROLMENTS,
        /** What the site's own list of bans says, with the reasons. */
        BANS
    }

    /**
     * @param at   when it was; empty where it is of no time
     * @param kind a word of the row's own, for example {@code AccessTaken}
     * @param facts what it says, by the name of each field
     */
    record Item(Part part, Optional<Instant> at, String kind, SortedMap<String, String> facts) {}

    /** In the order of the parts, then of time. */
    List<Item> of(String site, CardNumber card);
}
