package portvakt.server.web;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import portvakt.server.port.AccountAudit;

/** Keeps notes in memory. */
final class FakeAccountAudit implements AccountAudit {

    final List<Note> notes = new CopyOnWriteArrayList<>();

    @Override
    public void note(String actor, String action, String subject, Instant at) {
        notes.add(new Note(actor, action, subject, at));
    }

    @Override
    public List<Note> newest(int limit) {
        return notes.reversed().stream().limit(limit).toList();
    }
}
