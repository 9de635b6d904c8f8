package portvakt.server.port;

import java.time.Instant;
import java.util.List;

/** Who changed what about accounts and tokens. Append-only. Safe for any thread. */
public interface AccountAudit {

    int SUBJECT_CHARS_MAX = 400;

    /**
     * @param actor   the account or token that did it
     * @param action  a code such as {@code ROLE_GIVEN}
     * @param subject whose account or which token it is about, and what of it; cut at {@link #SUBJECT_CHARS_MAX}
     */
    void note(String actor, String action, String subject, Instant at);

    record Note(String actor, String action, String subject, Instant at) {}

    List<Note> newest(int limit);
}
