package portvakt.server.web;

import java.util.HashMap;
import java.util.Map;
import portvakt.server.port.CardRegister;
import portvakt.server.port.StatusChange;

/** Remembers what it was told, by token. */
final class FakeRegister implements CardRegister {

    final Map<String, StatusChange> applied = new HashMap<>();
    boolean broken;

    @Override
    public synchronized Outcome apply(StatusChange change) {
        if (broken) {
            throw new IllegalStateException("disk full");
        }
        StatusChange before = applied.putIfAbsent(change.tokenId(), change);
        if (before == null) {
            return Outcome.APPLIED;
        }
        return before.contentHash().equals(change.contentHash()) ? Outcome.REPEATED : Outcome.TOKEN_ID_REUSED;
    }
}
