package portvakt.server;

import java.io.IOException;
import java.time.Instant;
import portvakt.server.adapter.keys.ServerKeys;
import portvakt.server.adapter.pki.CertificateAuthority;
import portvakt.server.adapter.pki.GateAdmissions;
import portvakt.server.adapter.pki.GateProvisioning;
import portvakt.server.adapter.sql.Database;
import portvakt.server.adapter.sql.SqlGateCodes;
import portvakt.server.adapter.sql.SqlGates;

/** How gates are let in: by a folder that is carried to them, and over the network. */
final class GateParts {

    private GateParts() {}

    static GateProvisioning provisioning(
            ServerConfig config, CertificateAuthority authority, SqlGates gates, ServerKeys keys) {
        return new GateProvisioning(
                authority, gates, new GateTrust(keys, config.list()), config.gateCertificateValidity());
    }

    static GateAdmissions admissions(
            ServerConfig config,
            CertificateAuthority authority,
            SqlGates gates,
            Database database,
            ServerKeys keys,
            Instant now)
            throws IOException {
        return new GateAdmissions(
                authority,
                gates,
                new SqlGateCodes(database),
                new GateTrust(keys, config.list()),
                new GateAdmissions.Settings(
                        config.gateCertificateValidity(),
                        config.gateCodeValidity(),
                        config.broker().forGates()),
                now);
    }
}
