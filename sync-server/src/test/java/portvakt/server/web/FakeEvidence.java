package portvakt.server.web;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.adapter.sql.GateKeys;
import portvakt.server.adapter.sql.Journal;
import portvakt.server.port.Evidence;
import portvakt.server.port.StorageException;

/** The chain of one gate, in memory. */
final class FakeEvidence implements Evidence {

    static final GateAddress NORTH = new GateAddress("bjorvika", "north");

    final Journal journal = new Journal();
    volatile long brokenFrom = Long.MAX_VALUE;

    X509Certificate authority(Path folder) throws IOException {
        return GateKeys.authority(folder).certificate();
    }

    @Override
    public Optional<Source> find(GateAddress gate) {
        return gate.equals(NORTH)
                ? Optional.of(new Source(NORTH, Direction.IN, journal.last(), List.of()))
                : Optional.empty();
    }

    @Override
    public List<Stored> page(GateAddress gate, long from, long to) {
        if (from >= brokenFrom) {
            throw new StorageException("the database is away", new IOException());
        }
        return journal.batch((int) from, (int) Math.min(to, from + PAGE_MAX - 1)).getEventsList().stream()
                .map(event -> new Stored(event, TestServer.NOW))
                .toList();
    }
}
