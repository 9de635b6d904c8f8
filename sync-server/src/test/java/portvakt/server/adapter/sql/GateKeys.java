package portvakt.server.adapter.sql;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import portvakt.protocol.Direction;
import portvakt.protocol.Topics.GateAddress;
import portvakt.protocol.event.JournalSeal;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.JournalSealed;
import portvakt.server.adapter.pki.CertificateAuthority;
import portvakt.server.adapter.pki.GateProvisioning;
import portvakt.server.adapter.pki.NoTrust;
import portvakt.server.evidence.GateCertificates;

/** A provisioned gate that seals its journal, for tests. */
public record GateKeys(GateAddress gate, PrivateKey key, X509Certificate certificate) {

    /** @param folder where the authority and the gate's folder are made */
    public static GateKeys provision(Database database, GateAddress gate, Path folder) {
        try {
            CertificateAuthority authority = authority(folder);
            Path own = folder.resolve(gate.site() + "-" + gate.gate());
            new GateProvisioning(authority, new SqlGates(database), new NoTrust(), Duration.ofDays(730))
                    .provision(gate, Direction.IN, own, Journal.START);
            KeyStore store = KeyStore.getInstance("PKCS12");
            char[] password =
                    Files.readString(own.resolve("gate.p12.password")).strip().toCharArray();
            try (InputStream in = Files.newInputStream(own.resolve("gate.p12"))) {
                store.load(in, password);
            }
            return new GateKeys(
                    gate, (PrivateKey) store.getKey("key", password), (X509Certificate) store.getCertificate("key"));
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public static CertificateAuthority authority(Path folder) throws IOException {
        return CertificateAuthority.openOrCreate(folder.resolve("pki"), Instant.now());
    }

    /** Seals a journal at its end. */
    public ChainedEvent seal(Journal journal, int minute) {
        return seal(journal, minute, gate);
    }

    /** Seals in the name of another gate. */
    public ChainedEvent seal(Journal journal, int minute, GateAddress name) {
        EventFacts.Builder facts = Journal.facts(minute);
        try {
            ByteString signature =
                    JournalSeal.sign(key, name, journal.last() + 1, journal.hash(), facts.getOccurredAtMs());
            return journal.add(
                    facts.setJournalSealed(JournalSealed.newBuilder()
                                    .setSignature(signature)
                                    .setCertificateSha256(ByteString.copyFrom(HexFormat.of()
                                            .parseHex(GateCertificates.digest(certificate.getEncoded())))))
                            .build(),
                    null);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
