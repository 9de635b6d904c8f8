package portvakt.server.adapter.sql;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

    /** Until when the newest certificate of each gate that may talk here is valid. */
    static Map<GateAddress, Instant> newestUntil(Handle handle) {
        Map<GateAddress, Instant> until =
                new TreeMap<>(Comparator.comparing(GateAddress::site).thenComparing(GateAddress::gate));
        handle.select("SELECT c.site, c.gate, c.certificate FROM gate_certificate c JOIN gate g"
                        + " ON g.site = c.site AND g.gate = c.gate WHERE g.revoked_at IS NULL AND NOT EXISTS"
                        + " (SELECT 1 FROM gate_certificate n WHERE n.site = c.site AND n.gate = c.gate"
                        + " AND n.registered_at > c.registered_at)")
                .map((row, _) -> Map.entry(
                        new GateAddress(row.getString("site"), row.getString("gate")),
                        GateCertificates.parse(row.getBytes("certificate"))
                                .getNotAfter()
                                .toInstant()))
                .forEach(each -> until.merge(each.getKey(), each.getValue(), (a, b) -> a.isAfter(b) ? a : b));
        return until;
    }

    /** The one whose serial number the gate is let in with. */
    static Optional<byte[]> admitted(Handle handle, GateAddress gate) {
        Optional<String> serial = handle.select(
                        "SELECT certificate_serial FROM gate WHERE site = ? AND gate = ? AND revoked_at IS NULL"
                                + " AND certificate_serial IS NOT NULL",
                        gate.site(),
                        gate.gate())
                .mapTo(String.class)
                .findOne();
        return serial.flatMap(number -> handle
                .select(
                        "SELECT certificate FROM gate_certificate WHERE site = ? AND gate = ? ORDER BY registered_at DESC",
                        gate.site(),
                        gate.gate())
                .mapTo(byte[].class)
                .stream()
                .filter(der -> GateCertificates.parse(der)
                        .getSerialNumber()
                        .toString(16)
                        .equals(number))
                .findFirst());
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
