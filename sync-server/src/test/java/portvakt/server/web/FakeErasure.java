package portvakt.server.web;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import portvakt.server.port.Erasure;

/** Erases nothing, and keeps what it was told to. */
final class FakeErasure implements Erasure {

    record Told(Scope scope, String account, String reason) {}

    final List<Told> told = new CopyOnWriteArrayList<>();
    volatile boolean onSite;

    @Override
    public Outcome erase(Scope scope, String account, String reason, Instant now) {
        told.add(new Told(scope, account, reason));
        return onSite ? new Outcome.OnSite() : new Outcome.Erased(7, true, 1);
    }
}
