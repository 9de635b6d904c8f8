package portvakt.server.adapter.sql;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.server.port.Evidence;
import portvakt.server.port.StorageException;

/** The chained events, read from the database as they came. */
public final class SqlEvidence implements Evidence {

    private final Database database;

    public SqlEvidence(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Source> find(GateAddress gate) {
        try {
            return database.jdbi()
                    .withHandle(handle -> handle.select(
                                    "SELECT g.direction, (SELECT MAX(e.sequence) FROM event e WHERE e.site = g.site AND e.gate = g.gate)"
                                            + " AS last_sequence FROM gate g WHERE g.site = ? AND g.gate = ?",
                                    gate.site(),
                                    gate.gate())
                            .map((row, context) -> new Source(
                                    gate,
                                    Direction.valueOf(row.getString("direction")),
                                    row.getLong("last_sequence"),
                                    List.copyOf(
                                            CertificateTable.find(handle, gate).all())))
                            .findOne());
        } catch (JdbiException e) {
            throw new StorageException("a gate cannot be read", e);
        }
    }

    @Override
    public List<Stored> page(GateAddress gate, long from, long to) {
        try {
            return database.jdbi()
                    .withHandle(handle -> handle.select(
                                    "SELECT * FROM event WHERE site = ? AND gate = ? AND sequence >= ? AND sequence <= ?"
                                            + " ORDER BY sequence FETCH FIRST " + PAGE_MAX + " ROWS ONLY",
                                    gate.site(),
                                    gate.gate(),
                                    from,
                                    to)
                            .map((row, context) -> new Stored(
                                    ChainedEvent.newBuilder()
                                            .setSequence(row.getLong("sequence"))
                                            .setPreviousHash(ByteString.copyFrom(row.getBytes("previous_hash")))
                                            .setFacts(ByteString.copyFrom(row.getBytes("facts")))
                                            .setSubjectCommitment(
                                                    ByteString.copyFrom(row.getBytes("subject_commitment")))
                                            .setSubject(ByteString.copyFrom(row.getBytes("subject")))
                                            .build(),
                                    Instants.read(row, "received_at", context)))
                            .list());
        } catch (JdbiException e) {
            throw new StorageException("a gate's chain cannot be read", e);
        }
    }
}
