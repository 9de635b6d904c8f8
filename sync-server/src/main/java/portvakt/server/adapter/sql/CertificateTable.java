package portvakt.server.adapter.sql;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.evidence.GateCertificates;

/** Rows of {@code gate_certificate}. */
final class CertificateTable {

    private CertificateTable() {}

    static void insert(Handle handle, GateAddress gate, byte[] der, Instant registeredAt) {
        handle.execute("""
                MERGE INTO gate_certificate USING (VALUES (CAST(? AS VARCHAR(30)), CAST(? AS VARCHAR(30)), CAST(? AS VARCHAR(64)),
                        CAST(? AS BYTEA), CAST(? AS TIMESTAMP WITH TIME ZONE)))
                    AS given (site, gate, sha256, certificate, registered_at)
                ON gate_certificate.site = given.site AND gate_certificate.gate = given.gate
                    AND gate_certificate.sha256 = given.sha256
                WHEN NOT MATCHED THEN INSERT (site, gate, sha256, certificate, registered_at)
                    VALUES (given.site, given.gate, given.sha256, given.certificate, given.registered_at)""", gate.site(), gate.gate(), GateCertificates.digest(der), der, registeredAt);
    }

    static GateCertificates find(Handle handle, GateAddress gate) {
        List<byte[]> all = handle.select(
                        "SELECT certificate FROM gate_certificate WHERE site = ? AND gate = ?",
                        gate.site(),
                        gate.gate())
                .mapTo(byte[].class)
                .list();
        return new GateCertificates(all.stream().map(GateCertificates::parse).toList());
    }
}
